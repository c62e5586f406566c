"""Compile every book into one SQLite file, written beside its final name and moved there when whole.

In: the packaged sources, the files a site added, the lexicon. Out: the code book that `SqliteCodeBook` reads. Strict:
the first malformed or duplicate row stops the build with `BadBookFile`, and the code book on disk stays as it was.
"""
from __future__ import annotations

import os
import sqlite3
import tempfile
from collections.abc import Callable
from pathlib import Path

from charthouse.adapters.books import (
    cm,
    drg,
    drg_tables,
    find_index,
    gems,
    hcc,
    hcpcs_part,
    import_cpt,
    import_index,
    import_order,
    import_pcs,
    lexicon,
    lists,
    lmdb_tables,
    manifest,
    ncci,
    pcs,
    phrases,
    procedures,
    schema,
    stamp,
)
from charthouse.adapters.books.added import Added
from charthouse.adapters.books.sources import SourceFile, packaged, required

Progress = Callable[[str, int, int], None]
Step = tuple[str, Callable[["Build"], None]]


class Build:
    """What the steps of one compilation share: the file being written, the added files, the validity tables."""

    def __init__(self, book: sqlite3.Connection, added: Added) -> None:
        self.book = book
        self.added = added
        self.validity = required("validity")
        self.tables = lmdb_tables.Tables(self.validity.path)
        self.lexicon = lexicon.tables()

    def source(self, name: str) -> SourceFile | None:
        """The file for a book: what the site added, else what a package carries."""
        return self.added.newest(name) or packaged(name)

    def sources(self, name: str) -> tuple[SourceFile, ...]:
        """The files of a table that has a row a year: the packaged year and what the site added, which wins."""
        added = self.added.all(name)
        shipped = packaged(name)
        if shipped is None or drg_tables.year_of(shipped) in {source.year for source in added}:
            return added
        return (shipped, *added)


def compile_book(path: Path, *, added: Added | None = None, progress: Progress = lambda label, done, total: None) -> None:
    """Build the code book at `path`. `progress` is told (step, steps done, steps in all)."""
    added = added or Added.none()
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=path.name, suffix=".part")
    os.close(handle)
    part = Path(name)
    try:
        _build(part, added, progress)
        os.replace(part, path)
    finally:
        part.unlink(missing_ok=True)


def _build(part: Path, added: Added, progress: Progress) -> None:
    book = sqlite3.connect(part, isolation_level=None)
    try:
        book.executescript("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA page_size=8192; PRAGMA cache_size=-64000;" + schema.TABLES)
        book.execute("BEGIN")
        book.executemany("INSERT INTO missing VALUES (?, 'no file of it is loaded')", [(b,) for b in manifest.BOOKS])
        build = Build(book, added)
        for number, (label, step) in enumerate(STEPS):
            progress(label, number, len(STEPS))
            step(build)
        book.execute("COMMIT")
        book.execute("ANALYZE")
        progress("done", len(STEPS), len(STEPS))
    finally:
        book.close()


def _cm(build: Build) -> None:
    shipped, added = required("tabular"), build.added.newest("tabular")
    source = added if added is not None and (added.year or 0) >= (shipped.year or 0) else shipped
    cm.load(build.book, source, build.tables, build.validity)
    _titles(build, "ICD-10-CM", "cm")
    if (index := build.added.newest("cm_index")) is not None:
        import_index.load(build.book, "ICD-10-CM", index)


def _titles(build: Build, system: str, kind: str) -> None:
    through = build.tables.covered_through("mce_i10dx_master")
    for ordered in (False, True):  # an order file says more than a code file of the same year, so it comes last
        for source in build.added.all(f"{kind}_order" if ordered else f"{kind}_codes"):
            import_order.load(build.book, system, source, ordered=ordered, known_through=through)


def _drg(build: Build) -> None:
    drg.load(build.book, build.tables, build.validity)


def _pcs(build: Build) -> None:
    pcs.load(build.book, build.tables, build.validity)
    if (source := build.source("pcs")) is not None:
        pcs.load_index(build.book, source)
    _titles(build, "ICD-10-PCS", "pcs")
    for kind, load in PCS_FILES:
        if (added := build.added.newest(kind)) is not None:
            load(build.book, added)


def _pcs_index(book: sqlite3.Connection, source: SourceFile) -> None:
    import_index.load(book, "ICD-10-PCS", source)


PCS_FILES: tuple[tuple[str, Callable[[sqlite3.Connection, SourceFile], None]], ...] = (
    ("pcs_tables", import_pcs.load_tables),
    ("pcs_definitions", import_pcs.load_definitions),
    ("pcs_index", _pcs_index),
)


def _rule_tables(build: Build) -> None:
    for source in build.sources("table5"):
        drg_tables.load_weights(build.book, source)
    for kind, level in (("mcc_list", "MCC"), ("cc_list", "CC")):
        for source in build.added.all(kind):
            drg_tables.load_list(build.book, source, level)
    for source in build.sources("cc_exclusions"):
        drg_tables.load_exclusions(build.book, source)
    for source in build.added.all("poa_exempt"):
        lists.load_exempt(build.book, source)
    for source in build.added.all("ncci_pairs"):
        ncci.load_pairs(build.book, source)
    for source in build.added.all("mue"):
        ncci.load_limits(build.book, source)
    if (mapping := packaged("hcc")) is not None:
        hcc.load(build.book, mapping)
    if (newest := build.added.newest("hcpcs")) is not None:
        lists.load_hcpcs(build.book, newest)
    elif (part := packaged("hcpcs")) is not None:
        hcpcs_part.load(build.book, part)
    import_cpt.load(build.book, [f for kind in ("cpt_short", "cpt_medium", "cpt_long") for f in build.added.all(kind)])
    if (codes := build.added.newest("em_codes")) is not None:
        import_cpt.load_levels(build.book, codes)


def _gems(build: Build) -> None:
    for direction, name in (("9>10", "gem_9_10"), ("10>9", "gem_10_9")):
        if (source := build.source(name)) is not None:
            gems.load(build.book, direction, source)


def _phrases(build: Build) -> None:
    for statement in schema.INDEXES:
        build.book.execute(statement)
    manifest.write(build.book, phrases.lexicon_edition(build.lexicon, phrases.load(build.book, build.lexicon)))
    procedures.load(build.book)


def _find(build: Build) -> None:
    find_index.load(build.book)
    stamp.write(build.book, build.added)


STEPS: tuple[Step, ...] = (
    ("ICD-10-CM", _cm),
    ("ICD-10-PCS", _pcs),
    ("MS-DRG and CC/MCC", _drg),
    ("Table 5, Table 6K and lists", _rule_tables),
    ("GEMs", _gems),
    ("phrases", _phrases),
    ("search", _find),
)
