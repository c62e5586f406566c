"""HCPCS Level II codes and their validity from the optional package `pyoce` (the tables of CMS's outpatient editor).

Only the keys of its code table are read: `J1100|76|103`, a code and the first and last quarterly version that knows it.
The values beside them, and with them every short text of the package, are never decoded; codes of level I (CPT) and dental
codes (D, the ADA's CDT) are passed over. So the codes come without titles, until a site adds the official file.
"""
from __future__ import annotations

import lzma
import re
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

from charthouse.adapters.books import manifest
from charthouse.adapters.books.sources import SourceFile
from charthouse.record.errors import BadBookFile

LEVEL_II = re.compile(rb"([ABCEGHJ-MP-V]\d{4})\|.*")
VERSIONS = re.compile(rb".{5}\|(\d{2,3})\|(\d{2,3})")
ANCHOR = (99, 2025, 2)  # version 99 of the editor is that of the second quarter of 2025; one version a quarter

Range = tuple[str, date, date]  # code, first and last day, both inclusive


def quarter(version: int) -> tuple[date, date]:
    """First and last day of the quarter of a version."""
    count = ANCHOR[1] * 4 + ANCHOR[2] - 1 + version - ANCHOR[0]
    following = count + 1
    return date(count // 4, 3 * (count % 4) + 1, 1), date(following // 4, 3 * (following % 4) + 1, 1) - timedelta(days=1)


def ranges(path: Path) -> Iterator[Range]:
    """Each Level II code with the days on which it is known. Raises `BadBookFile` when the file is not what it should be."""
    import lmdb

    with tempfile.NamedTemporaryFile(suffix=".mdb") as unpacked:
        try:
            with lzma.open(path) as packed:
                shutil.copyfileobj(packed, unpacked)
            unpacked.flush()
            with lmdb.open(unpacked.name, subdir=False, readonly=True, lock=False, max_dbs=64) as environment:
                table = environment.open_db(b"data_hcpcs", create=False)
                with environment.begin() as view:
                    for key in view.cursor(table).iternext(keys=True, values=False):
                        if found := LEVEL_II.fullmatch(bytes(key)):
                            versions = VERSIONS.fullmatch(bytes(key))
                            if versions is None or int(versions[1]) > int(versions[2]):
                                raise BadBookFile(file=path.name, why=f"{found[1].decode()}: its versions are malformed or out of order")
                            yield found[1].decode(), quarter(int(versions[1]))[0], quarter(int(versions[2]))[1]
        except (lmdb.Error, lzma.LZMAError, EOFError) as error:
            raise BadBookFile(file=path.name, why=f"it cannot be read ({type(error).__name__})") from None


def load(book: sqlite3.Connection, source: SourceFile) -> None:
    """Write the codes and their validity, without titles, and the edition by date of service."""
    rows = sorted(ranges(source.path))
    if not rows:
        raise BadBookFile(file=source.path.name, why="it holds no HCPCS Level II code")
    for (code, _, last), (following, first, _) in pairwise(rows):
        if code == following and first <= last:
            raise BadBookFile(file=source.path.name, why=f"{code} stands twice for {first}")
    book.executemany("INSERT INTO validity VALUES ('HCPCS',?,?,?)", [(c, _number(first), _number(last)) for c, first, last in rows])
    codes = sorted({c for c, _, _ in rows})
    book.executemany("INSERT INTO entry (system,code,title,above,base,leaf,title_loaded,listed) VALUES ('HCPCS',?,'','','',1,0,1)", [(c,) for c in codes])
    through = max(last for _, _, last in rows)
    row = manifest.edition("HCPCS", f"v{through.year - 1999}.{(through.month - 1) // 3}", manifest.CMS, min(first for _, first, _ in rows), through, source, len(codes), basis="service")
    manifest.write(book, row)


def _number(day: date) -> int:
    return int(day.strftime("%Y%m%d"))
