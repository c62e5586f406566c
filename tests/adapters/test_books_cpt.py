"""The site's own CPT files, on files that the test makes up: codes and wording belong to nobody and mean nothing."""
from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from charthouse.adapters.books import import_cpt, manifest, schema
from charthouse.adapters.books.added import KINDS, kind_of, year_of
from charthouse.adapters.books.sources import SourceFile
from charthouse.record.errors import BadBookFile

NOTICE = "A made-up file for the year 2031.\nNothing in it means anything.\n\n"
TABBED = "0001X\tFolding of a paper lantern, small\n0002X\tFolding of a paper lantern, large, with tassel\n"
COLUMNS = "0001X FOLD PAPER LANTERN SMALL\n0002X FOLD PAPER LANTERN LARGE\n"


def source(folder: Path, name: str, text: str) -> SourceFile:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return SourceFile(path, name, "added by the site", year_of(name))


@pytest.fixture
def book() -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(":memory:")
    connection.executescript(schema.TABLES)
    yield connection
    connection.close()


@pytest.mark.parametrize("text", [TABBED, NOTICE + TABBED, COLUMNS, NOTICE + COLUMNS, TABBED.replace("\n", "\r\n")])
def test_the_layouts_of_a_descriptor_file(text: str, tmp_path: Path) -> None:
    year, found = import_cpt.descriptors(source(tmp_path, "LONGULT.txt", text).path)
    assert list(found) == ["0001X", "0002X"]
    assert year == (2031 if text.startswith(NOTICE) else None)


def test_the_longer_file_titles_a_code(book: sqlite3.Connection, tmp_path: Path) -> None:
    import_cpt.load(book, [source(tmp_path, "SHORTU_2031.txt", COLUMNS), source(tmp_path, "LONGULT.txt", NOTICE + TABBED)])
    assert book.execute("SELECT code, title, system FROM entry ORDER BY code").fetchall() == [
        ("0001X", "Folding of a paper lantern, small", "CPT"), ("0002X", "Folding of a paper lantern, large, with tassel", "CPT")]
    assert book.execute("SELECT DISTINCT first, last FROM validity").fetchall() == [(20310101, 20311231)]
    (edition,) = manifest.read(book)
    assert (edition.book, edition.edition, edition.authority, edition.rows, edition.effective_from) == ("CPT", "2031", "AMA", 2, date(2031, 1, 1))


@pytest.mark.parametrize(("text", "why"), [
    ("", "no code"), ("only words\n", "no code"), (TABBED + TABBED, "line 3: the code stands twice"), (TABBED + "not a code\n", "line 3 is not"),
    (TABBED + "0003X\n", "line 3 is not"), ("x\n" * 70 + TABBED, "line 61 is not")])
def test_a_malformed_descriptor_file_is_refused(text: str, why: str, tmp_path: Path) -> None:
    with pytest.raises(BadBookFile, match=why):
        import_cpt.descriptors(source(tmp_path, "LONGULT.txt", text).path)


def test_no_message_quotes_a_descriptor(tmp_path: Path) -> None:
    with pytest.raises(BadBookFile) as raised:
        import_cpt.descriptors(source(tmp_path, "LONGULT.txt", TABBED + TABBED).path)
    assert "lantern" not in str(raised.value)


def test_a_file_without_a_year_is_refused(book: sqlite3.Connection, tmp_path: Path) -> None:
    with pytest.raises(BadBookFile, match="holds a year"):
        import_cpt.load(book, [source(tmp_path, "LONGULT.txt", TABBED)])


def test_the_site_s_codes_of_levels(book: sqlite3.Connection, tmp_path: Path) -> None:
    import_cpt.load_levels(book, source(tmp_path, "em_codes.csv", "category,level,code\noffice new,low,0001X\n\nemergency,high,0002X\n"))
    assert book.execute("SELECT * FROM level_code ORDER BY code").fetchall() == [("office new", "low", "0001X"), ("emergency", "high", "0002X")]
    (edition,) = manifest.read(book)
    assert (edition.book, edition.rows) == ("E/M codes", 2)


@pytest.mark.parametrize("text", [
    "", "office new,low,0001X\n", "category,level,code\n", "category,level,code\noffice,low,0001X\n", "category,level,code\noffice new,medium,0001X\n",
    "category,level,code\noffice new,low,1X\n", "category,level,code\noffice new,low,0001X\noffice new,low,0002X\n", "category,level,code\noffice new,low,0001X,more\n"])
def test_a_malformed_table_of_levels_is_refused(text: str, book: sqlite3.Connection, tmp_path: Path) -> None:
    with pytest.raises(BadBookFile):
        import_cpt.load_levels(book, source(tmp_path, "em_codes.csv", text))


@pytest.mark.parametrize(("name", "kind"), [
    ("LONGULT.txt", "cpt_long"), ("LONGULT_2031.txt", "cpt_long"), ("MEDU.txt", "cpt_medium"), ("SHORTU-2031.txt", "cpt_short"), ("em_codes.csv", "em_codes"), ("long.txt", None)])
def test_the_names_of_the_files(name: str, kind: str | None) -> None:
    assert kind_of(name) == kind
    assert kind is None or kind in KINDS
