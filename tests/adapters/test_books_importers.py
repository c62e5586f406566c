"""Official files that a site adds: read when right, refused with the place of the error when not."""
from __future__ import annotations

import sqlite3
from datetime import date
from pathlib import Path

import pytest

from charthouse.adapters.books import drg_tables, gems, import_index, import_order, import_pcs, lists, safe_xml, stamp, tabular
from charthouse.adapters.books.added import KINDS, Added, kind_of, year_of
from charthouse.adapters.books.importers import add_files
from charthouse.adapters.books.sources import SourceFile
from charthouse.adapters.storage.codebook import SqliteCodeBook
from charthouse.record.errors import BadBookFile, UnknownBookFile

FILES = Path(__file__).parent / "books_files"
FY2027 = date(2026, 11, 1)


def source(path: Path) -> SourceFile:
    return SourceFile(path, path.name, "test", year_of(path.name))


def quiet(label: str, done: int, total: int) -> None: ...


# -- names ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("kind", "name"), [(kind, example) for kind, (_, example) in KINDS.items()])
def test_every_official_name_is_known_by_its_own_kind(kind: str, name: str) -> None:
    assert kind_of(name) == kind


@pytest.mark.parametrize(
    ("name", "kind", "year"),
    [
        ("icd10cm_tabular_2027.xml", "tabular", 2027), ("icd10cm-order-April-1-2026.txt", "cm_order", 2026), ("2018_I10gem.txt", "gem_10_9", 2018),
        ("CMS-1833-F-FR-Table-5-FY27.txt", "table5", 2027), ("CMS-1833-F Table 5.txt", "table5", None), ("notes.txt", None, None),
        ("icd10cm-index-2027.pdf", None, 2027),
    ],
)  # fmt: skip
def test_names_give_kind_and_year(name: str, kind: str | None, year: int | None) -> None:
    assert (kind_of(name), year_of(name)) == (kind, year)


# -- reading --------------------------------------------------------------------------------------------------------


def test_the_alphabetic_index_keeps_nesting_and_references() -> None:
    rows = list(import_index.read(source(FILES / "icd10cm-index-2027.xml"), "ICD-10-CM"))
    assert [(r.level, r.path, r.code) for r in rows] == [
        (0, "Grumbling", "R45.4"), (1, "Grumbling, in the morning", "R45.4"), (2, "Grumbling, in the morning, before coffee", "R45.3"),
        (1, "Grumbling, of stomach", ""), (0, "Gurgling", "R19.-"),
    ]  # fmt: skip
    assert rows[0].nemod == "(loud) (quiet)"
    assert rows[3].see == "Borborygmi"
    assert rows[4].see_also == "Sounds, bowel"


def test_a_tabular_list_of_another_year_is_read() -> None:
    book = tabular.read(FILES / "icd10cm-tabular-2027.xml")
    assert book.year == 2027
    assert [n.code for n in book.nodes if n.leaf] == ["I42.00", "I42.01"]
    assert [(n.kind, n.at, n.codes) for n in book.notes] == [("includes", "I42", ()), ("excludes2", "I42", ())]


def test_order_and_code_files_say_the_same() -> None:
    ordered = list(import_order.order(FILES / "icd10cm-order-2027.txt", "ICD-10-CM"))
    assert [(x.code, x.complete) for x in ordered] == [("I42.0", False), ("I42.00", True), ("I42.01", True)]
    assert [x for x in ordered if x.complete] == list(import_order.codes(FILES / "icd10cm-codes-2027.txt", "ICD-10-CM"))


def test_procedure_files() -> None:
    assert [x.code for x in import_order.order(FILES / "icd10pcs_order_2027.txt", "ICD-10-PCS")] == ["00H", "00H033J"]
    assert ("3E0", 6, "0", "Invented Substance") in list(import_pcs.values(source(FILES / "icd10pcs_tables_2027.xml")))
    made = list(import_pcs.definitions(source(FILES / "icd10pcs_definitions_2027.xml")))
    assert made == [("03", "Polishing", "Making a thing shine", "Invented", "Buffing")]
    index = list(import_index.read(source(FILES / "icd10pcs_index_2027.xml"), "ICD-10-PCS"))
    assert [(r.path, r.code, r.see) for r in index] == [("Knitting", "", "Repair"), ("Knitting, of sleeve", "0XQ", "")]


def test_rule_tables() -> None:
    rows = {r.drg: r for r in drg_tables.weights(source(FILES / "CMS-0000-FR-Table-5-2027.txt"))}
    assert rows["291"].weight == 1.5
    assert rows["291"].post_acute
    assert rows["999"].weight is None
    table = drg_tables.exclusions(source(FILES / "Table 6K-Complete List of CC Exclusions FY2027.txt"))
    assert table.alive_only == {"I46.9"}
    assert table.pairs == (("0002", "A00.0"), ("0002", "A00.9"))
    assert drg_tables.code_list(source(FILES / "Table 6I-Complete MCC List FY2027.txt")) == ("A02.1",)


def test_mappings_keep_one_to_many_and_mark_no_map() -> None:
    rows = list(gems.rows(source(FILES / "2018_I9gem.txt")))
    assert [t for s, t, _ in rows if s == "25060"] == ["E1140", "E1142"]
    assert ("V9999", "", "11000") in rows


def test_lists_take_level_ii_and_pass_modifiers_over() -> None:
    rows = list(lists.level_ii(source(FILES / "HCPC2026_OCT_ANWEB.txt")))
    assert rows[0][:2] == ("G9999", "Invented supply, first line and second line")
    assert rows[1] == ("Q9998", "Invented service", 20200101, 20251231)
    assert lists.exempt_codes(source(FILES / "POAexemptCodes2027.txt")) == ("Z79.4", "W19.XXXA")


# -- refusing -------------------------------------------------------------------------------------------------------

BAD_XML = [
    ('<!DOCTYPE a [<!ENTITY b "c">]><ICD10CM.index/>', "line 1 declares a document type"),
    ("<ICD10CM.index>", "is not well-formed"),
    ("<other/>", "root element is not"),
    ("<ICD10CM.index/>", "holds no <mainTerm>"),
    ("<ICD10CM.index><letter><mainTerm><code>I10</code></mainTerm></letter></ICD10CM.index>", "has no <title>"),
]


@pytest.mark.parametrize(("text", "why"), BAD_XML)
def test_bad_xml_is_refused_with_the_reason(tmp_path: Path, text: str, why: str) -> None:
    path = tmp_path / "icd10cm-index-2027.xml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(BadBookFile, match=why):
        list(import_index.read(source(path), "ICD-10-CM"))


def test_a_file_from_outside_is_never_fetched(tmp_path: Path) -> None:
    path = tmp_path / "a.xml"
    path.write_text('<!DOCTYPE a SYSTEM "file:///etc/hostname"><a/>', encoding="utf-8")
    with pytest.raises(BadBookFile, match="declares a document type"):
        safe_xml.read(path, root="a")


BAD_TABULAR = [
    ("<diag><name>I42</name><desc>a</desc></diag><diag><name>I42</name><desc>b</desc></diag>", "I42 stands twice"),
    ("<diag><name>heart</name><desc>a</desc></diag>", "heart under I30-I5A is not a code"),
    ("<diag><name>I42</name></diag>", "I42 under I30-I5A is not a code with a title"),
    ("<diag><name>I42</name><desc>a</desc><surprise/></diag>", "<surprise> under I42"),
    ('<diag><name>I42</name><desc>a</desc><sevenChrDef><extension char="AB">x</extension></sevenChrDef></diag>', "malformed or stands twice"),
]


@pytest.mark.parametrize(("diag", "why"), BAD_TABULAR)
def test_a_bad_tabular_list_is_refused(tmp_path: Path, diag: str, why: str) -> None:
    path = tmp_path / "icd10cm-tabular-2027.xml"
    path.write_text(
        "<ICD10CM.tabular><version>2027</version><chapter><name>9</name><desc>c</desc>"
        f'<section id="I30-I5A"><desc>b</desc>{diag}</section></chapter></ICD10CM.tabular>',
        encoding="utf-8",
    )
    with pytest.raises(BadBookFile, match=why):
        tabular.read(path)


GOOD_LINE = f"00001 I4200   1 {'Short':<60} Long title\n"
BAD_ORDER = [
    ("", "it is empty"),
    (GOOD_LINE + GOOD_LINE, "line 2 is not in the columns of an order file, or out of order"),
    (GOOD_LINE + GOOD_LINE.replace("00001", "00002"), "line 2: 'I4200'"),
    (GOOD_LINE.replace("I4200 ", "i4200 "), "line 1: 'i4200'"),
    (GOOD_LINE.replace(" 1 ", " 7 "), "line 1"),
    (GOOD_LINE[:60] + "\n", "line 1"),
]


@pytest.mark.parametrize(("text", "why"), BAD_ORDER)
def test_a_bad_order_file_is_refused_with_the_line(tmp_path: Path, text: str, why: str) -> None:
    path = tmp_path / "icd10cm-order-2027.txt"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(BadBookFile, match=why):
        list(import_order.order(path, "ICD-10-CM"))


def test_a_table_6k_that_lost_a_row_is_refused(tmp_path: Path) -> None:
    text = (FILES / "Table 6K-Complete List of CC Exclusions FY2027.txt").read_text(encoding="cp1252")
    path = tmp_path / "Table 6K FY2027.txt"
    path.write_text(text.replace("  A009    Invented\n", ""), encoding="cp1252")
    with pytest.raises(BadBookFile, match="without the stated number of codes"):
        drg_tables.exclusions(source(path))


# -- adding ---------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def with_files(tmp_path_factory: pytest.TempPathFactory) -> SqliteCodeBook:
    """A code book with every test file but the tabular list added."""
    folder = tmp_path_factory.mktemp("books")
    add_files(folder / "codebook.sqlite", sorted(p for p in FILES.iterdir() if "tabular" not in p.name), quiet)
    return SqliteCodeBook(folder / "codebook.sqlite")


def test_added_files_are_kept_with_their_hashes_and_the_book_is_current(with_files: SqliteCodeBook) -> None:
    folder = with_files.path.parent / "added"
    assert len((folder / "SHA256SUMS").read_text(encoding="utf-8").splitlines()) == 16
    assert stamp.is_current(with_files.path, Added.folder(folder))
    assert not stamp.is_current(with_files.path, Added.none())


def test_added_titles_fill_in_what_was_not_loaded(with_files: SqliteCodeBook) -> None:
    entry = with_files.entry("I42.00")
    assert entry is not None
    assert entry.title == "Invented title of a new code"
    assert entry.title_loaded
    entry = with_files.entry("00H033J")
    assert entry is not None
    assert entry.title == "Invented insertion title"
    assert with_files.find("invented title of new code")[0].code == "I42.00"


def test_added_lists_answer_for_their_year_only(with_files: SqliteCodeBook) -> None:
    assert with_files.poa_exempt("Z79.4", FY2027) is True
    assert with_files.poa_exempt("I10", FY2027) is False
    assert with_files.poa_exempt("Z79.4", date(2026, 9, 30)) is None
    row, before = with_files.drg("291", FY2027), with_files.drg("291", date(2026, 9, 30))
    assert row is not None
    assert row.weight == 1.5
    assert before is not None
    assert before.weight == 1.2838
    assert with_files.cc_excluded("A00.0", "A00.9", FY2027) is True
    assert with_files.valid("G9999", date(2026, 5, 1))
    assert not with_files.valid("Q9998", date(2026, 5, 1))


def test_the_added_index_is_found_and_gives_phrases(with_files: SqliteCodeBook) -> None:
    assert with_files.find("grumbling before coffee")[0].code == "R45.3"
    assert ("Grumbling, in the morning", "R45.4", "index") in set(with_files.phrases())
    assert "ICD-10-CM index" not in with_files.missing()


def test_a_bad_file_changes_nothing(with_files: SqliteCodeBook, tmp_path: Path) -> None:
    bad = tmp_path / "icd10cm-order-2026.txt"
    bad.write_text("nonsense\n", encoding="utf-8")
    before = with_files.path.read_bytes()
    kept = sorted(p.name for p in (with_files.path.parent / "added").iterdir())
    with pytest.raises(BadBookFile, match=r"icd10cm-order-2026.txt: line 1"):
        add_files(with_files.path, [bad], quiet)
    assert with_files.path.read_bytes() == before
    assert sorted(p.name for p in (with_files.path.parent / "added").iterdir()) == kept
    assert not list(with_files.path.parent.glob("*.part"))


def test_a_file_of_another_name_is_refused_and_told_what_there_is(tmp_path: Path) -> None:
    path = tmp_path / "codes.xlsx"
    path.write_bytes(b"")
    with pytest.raises(UnknownBookFile, match=r"icd10cm-index-2027.xml"):
        add_files(tmp_path / "codebook.sqlite", [path], quiet)


def test_a_newer_tabular_list_takes_the_place_of_the_packaged_one(tmp_path: Path) -> None:
    add_files(tmp_path / "codebook.sqlite", [FILES / "icd10cm-tabular-2027.xml"], quiet)
    book = SqliteCodeBook(tmp_path / "codebook.sqlite")
    entry = book.entry("I42.00")
    assert entry is not None
    assert entry.title == "Invented dilated, unspecified"
    assert [e.edition for e in book.editions() if e.book == "ICD-10-CM titles"] == ["FY2027"]
    with sqlite3.connect(book.path) as other:
        assert other.execute("SELECT count(*) FROM note").fetchone() == (2,)
