"""The optional HCPCS part, on a file that the test writes in the package's form: keys `code|first version|last version`."""
from __future__ import annotations

import lzma
import sqlite3
from datetime import date
from pathlib import Path

import lmdb
import pytest

from charthouse.adapters.books import compile, hcpcs_part, lists, manifest, schema
from charthouse.adapters.books.added import Added
from charthouse.adapters.books.sources import SourceFile, packaged
from charthouse.record.errors import BadBookFile


def packed(folder: Path, *keys: str) -> Path:
    plain = folder / "plain.mdb"
    with lmdb.open(str(plain), subdir=False, max_dbs=4) as environment:
        table = environment.open_db(b"data_hcpcs")
        with environment.begin(db=table, write=True) as view:
            for key in keys:
                view.put(key.encode(), b"never decoded")
    path = folder / "small.mdb.xz"
    path.write_bytes(lzma.compress(plain.read_bytes()))
    return path


def test_quarters_follow_the_versions() -> None:
    assert hcpcs_part.quarter(99) == (date(2025, 4, 1), date(2025, 6, 30))
    assert hcpcs_part.quarter(96) == (date(2024, 7, 1), date(2024, 9, 30))
    assert hcpcs_part.quarter(101) == (date(2025, 10, 1), date(2025, 12, 31))


def test_only_level_ii_is_read(tmp_path: Path) -> None:
    path = packed(tmp_path, "A0001|98|99", "J9998|76|90", "10001|76|99", "1000F|76|99", "Z0001|76|99")
    assert sorted(hcpcs_part.ranges(path)) == [("A0001", date(2025, 1, 1), date(2025, 6, 30)), ("J9998", date(2019, 7, 1), date(2023, 3, 31))]


def test_codes_are_loaded_without_titles(tmp_path: Path) -> None:
    book = sqlite3.connect(":memory:")
    book.executescript(schema.TABLES)
    hcpcs_part.load(book, SourceFile(packed(tmp_path, "A0001|76|98", "A0001|99|99"), "pyoce 0.1: small.mdb.xz", "Apache-2.0"))
    assert book.execute("SELECT code, title, title_loaded FROM entry").fetchall() == [("A0001", "", 0)]
    assert [tuple(r) for r in book.execute("SELECT first, last FROM validity ORDER BY first")] == [(20190701, 20250331), (20250401, 20250630)]
    (edition,) = [e for e in manifest.read(book) if e.book == "HCPCS"]
    assert edition.edition == "v26.1"
    assert (edition.rows, edition.verified_through, edition.date_basis) == (1, date(2025, 6, 30), "service")


@pytest.mark.parametrize("keys", [["A0001|99|76"], ["A0001|76"], ["A0001|76|99999"], ["A0001|x|99"], ["A0001|76|80", "A0001|76|81"], ["A0001|76|90", "A0001|80|99"]])
def test_malformed_or_repeated_rows_are_refused(tmp_path: Path, keys: list[str]) -> None:
    book = sqlite3.connect(":memory:")
    book.executescript(schema.TABLES)
    with pytest.raises(BadBookFile, match="A0001"):
        hcpcs_part.load(book, SourceFile(packed(tmp_path, *keys), "pyoce 0.1: small.mdb.xz", "Apache-2.0"))


def test_an_added_official_file_wins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    part = SourceFile(packed(tmp_path, "A0001|76|99"), "pyoce 0.1: small.mdb.xz", "Apache-2.0")
    monkeypatch.setattr(compile, "packaged", lambda name: part if name == "hcpcs" else packaged(name))
    official = Path(__file__).parent / "books_files" / "HCPC2026_OCT_ANWEB.txt"
    for added, known in ((Added.none(), {"A0001"}), (Added.of([official]), {code for code, *_ in lists.level_ii(SourceFile(official, "", ""))})):
        compile.compile_book(tmp_path / "codebook.sqlite", added=added)
        with sqlite3.connect(tmp_path / "codebook.sqlite") as book:
            assert {code for (code,) in book.execute("SELECT code FROM entry WHERE system = 'HCPCS'")} == known


@pytest.mark.parametrize("content", [b"", b"no xz at all", lzma.compress(b"no table")])
def test_a_damaged_file_is_said_to_be_one(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "bad.mdb.xz"
    path.write_bytes(content)
    with pytest.raises(BadBookFile, match="cannot be read"):
        list(hcpcs_part.ranges(path))


def test_the_installed_package_holds_level_ii() -> None:
    source = packaged("hcpcs")
    if source is None:
        pytest.skip("the optional package pyoce is not installed")
    assert len({code for code, _, _ in hcpcs_part.ranges(source.path)}) > 5000
