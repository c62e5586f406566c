"""The compiled book against what is known of the official one: counts, notes, validity, severity."""
from __future__ import annotations

import pickle
import re
import time
from collections import Counter
from datetime import date
from xml.etree import ElementTree

import pytest

from charthouse.adapters.books import drg_tables
from charthouse.adapters.books.lmdb_tables import Tables, dotted
from charthouse.adapters.books.sources import required
from charthouse.adapters.books.tabular import Tabular, read
from charthouse.adapters.storage.codebook import SqliteCodeBook
from charthouse.record.errors import BookNotBuilt, NoEdition

FY2027, APRIL = date(2026, 10, 1), date(2026, 4, 1)


@pytest.fixture(scope="module")
def tabular() -> Tabular:
    return read(required("tabular").path)


@pytest.fixture(scope="module")
def tables() -> Tables:
    return Tables(required("validity").path)


def valid_on(tables: Tables, name: str, on: date) -> set[str]:
    day = int(on.strftime("%Y%m%d"))
    return {s.code for s in tables.spans(name) if s.start <= day <= s.end}


# -- parity with the files ------------------------------------------------------------------------------------------

# Counted in the April 2026 tabular list: elements named <note> inside each kind of note.
NOTES = {
    "inclusion_term": 12_574, "excludes1": 5_407, "excludes2": 2_520, "use_additional": 1_485, "includes": 1_024,
    "code_first": 809, "code_also": 655, "seventh": 508, "note": 180,
}  # fmt: skip


def test_every_note_of_the_tabular_list_is_read(tabular: Tabular) -> None:
    assert Counter(n.kind for n in tabular.notes) == NOTES
    tags = {"inclusionTerm": "inclusion_term", "excludes1": "excludes1", "codeFirst": "code_first", "sevenChrNote": "seventh"}
    root = ElementTree.parse(required("tabular").path).getroot()
    for tag, kind in tags.items():
        assert len(root.findall(f".//{tag}/note")) == NOTES[kind]


@pytest.mark.parametrize(("table", "codes"), [("mce_i10dx_master", 74_879), ("mce_i10sg_master", 79_256)])
def test_the_number_of_valid_codes_of_fy2027(tables: Tables, table: str, codes: int) -> None:
    assert len(valid_on(tables, table, FY2027)) == codes


# As CMS and NCHS announced them for October 1 of each year.
@pytest.mark.parametrize(
    ("year", "codes"),
    [(2016, 69_823), (2017, 71_486), (2018, 71_704), (2019, 71_932), (2020, 72_184), (2021, 72_616), (2022, 72_748), (2023, 73_639),
     (2024, 74_044), (2025, 74_260)],
)  # fmt: skip
def test_the_number_of_valid_codes_of_earlier_years(tables: Tables, year: int, codes: int) -> None:
    assert len(valid_on(tables, "mce_i10dx_master", date(year - 1, 10, 1))) == codes


def test_written_out_codes_are_the_valid_ones_but_for_head_injury_until_death(tabular: Tabular, tables: Tables) -> None:
    valid = {dotted(c) for c in valid_on(tables, "mce_i10dx_master", APRIL)}
    ours = {n.code for n in tabular.nodes if n.leaf}
    assert valid <= ours
    surplus = ours - valid
    assert len(surplus) == 76
    assert all(re.fullmatch(r"S06\.(?:[1-9]X|3\d|8[\dA])[78][DS]", code) for code in surplus), sorted(surplus)


def test_written_out_codes_agree_with_the_list_beside_the_tabular_list(tabular: Tabular) -> None:
    path = next(required("tabular").path.parent.glob("code-list-*.txt"))
    theirs = {c for c in path.read_text(encoding="utf-8").split() if re.fullmatch(r"[A-Z][0-9A][0-9A-Z]\S*", c) and "-" not in c}
    ours = {n.code.replace(".", "") for n in tabular.nodes if n.kind == "code"}
    plain = {c.replace(".", "") for c in theirs}
    assert plain <= ours
    assert all(code.startswith("S06") for code in ours - plain), sorted(ours - plain)[:20]


def test_codes_out_of_use_are_known_by_date_but_not_listed(book: SqliteCodeBook) -> None:
    assert book.entry("S06.897D") is not None
    assert "S06.897D" not in book.children("S06.897")
    assert book.valid("S06.1X7D", date(2017, 9, 30))
    assert not book.valid("S06.1X7D", date(2017, 10, 1))
    assert "S06.1X7A" in book.children("S06.1X7")


# -- look-ups -------------------------------------------------------------------------------------------------------


def test_a_seventh_character_is_written_out_with_placeholder_and_meaning(book: SqliteCodeBook) -> None:
    entry = book.entry("S52.501A")
    assert entry is not None
    assert entry.leaf
    assert entry.parent == "S52.501"
    assert entry.title == "Unspecified fracture of the lower end of right radius, initial encounter for closed fracture"
    assert (book.entry("T36.0X1A") or entry).title.startswith("Poisoning by penicillins, accidental (unintentional), initial")
    assert (book.entry("W19.XXXA") or entry).title == "Unspecified fall, initial encounter"


def test_a_new_code_is_valid_and_says_that_its_title_is_not_loaded(book: SqliteCodeBook) -> None:
    entry = book.entry("I42.00")
    assert entry is not None
    assert not entry.title_loaded
    assert entry.title == ""
    assert entry.parent == "I42.0"
    assert book.valid("I42.00", FY2027)
    assert not book.valid("I42.00", date(2026, 9, 30))
    assert book.valid("I42.0", date(2026, 9, 30))
    assert not book.valid("I42.0", FY2027)


def test_190_codes_of_fy2027_have_no_title_yet(book: SqliteCodeBook, tables: Tables) -> None:
    codes = valid_on(tables, "mce_i10dx_master", FY2027)
    assert sum(not (e := book.entry(dotted(c))) or not e.title_loaded for c in codes) == 190


def test_categories_are_not_valid_and_unknown_codes_are_not_there(book: SqliteCodeBook) -> None:
    assert not book.valid("E11", FY2027)
    assert not book.valid("Q99.99", FY2027)
    assert book.entry("Q99.99") is None
    assert book.children("Q99.99") == ()
    assert book.notes("Q99.99") == ()


def test_a_date_past_the_last_edition_is_an_error(book: SqliteCodeBook) -> None:
    assert book.valid("I10", date(2027, 3, 31))
    for on in (date(2027, 4, 1), date(2015, 9, 30)):
        with pytest.raises(NoEdition):
            book.valid("I10", on)
    with pytest.raises(NoEdition):
        book.severity("I10", date(2022, 9, 30))


def test_leaves_come_in_book_order(book: SqliteCodeBook) -> None:
    assert [e.code for e in book.leaves("I50.3")] == ["I50.30", "I50.31", "I50.32", "I50.33"]
    assert [e.code for e in book.leaves("I10")] == ["I10"]
    assert len(book.leaves("S52.501")) == 16
    assert book.children("I50")[:4] == ("I50.1", "I50.2", "I50.3", "I50.4")


def test_notes_are_inherited_nearest_first(book: SqliteCodeBook) -> None:
    notes = book.notes("E11.22")
    assert notes[0].at == "E11.22"
    assert notes[0].kind == "use_additional"
    assert notes[0].codes == ("N18.1-N18.6",)
    assert list(dict.fromkeys(n.at for n in notes)) == ["E11.22", "E11", "chapter 4"]
    assert ("excludes1", ("E10.-",)) in {(n.kind, n.codes) for n in notes}
    assert any(n.at == "I10-I1A" and n.kind == "use_additional" for n in book.notes("I11.0"))


def test_vitamins_and_the_like_are_not_taken_for_codes(book: SqliteCodeBook) -> None:
    assert all("B12" not in n.codes for n in book.notes("E53.8") + book.notes("D51.0"))


def test_pcs_knows_its_characters_and_tables(book: SqliteCodeBook) -> None:
    assert [c.label for c in book.characters("02HV33Z")] == [
        "Medical and Surgical", "Heart and Great Vessels", "Insertion", "Superior Vena Cava", "Percutaneous", "Infusion Device", "No Qualifier",
    ]  # fmt: skip
    assert ("V", "Superior Vena Cava") in {(c.value, c.label) for c in book.pcs_table("02H") if c.position == 4}
    assert book.valid("02HV33Z", FY2027)
    assert not book.valid("02HV33A", FY2027)


# -- MS-DRG ---------------------------------------------------------------------------------------------------------


def test_severity_agrees_with_tables_6i_and_6j_code_by_code(book: SqliteCodeBook) -> None:
    """An independent judge: CMS's printed lists of FY2026 against the grouper's tables of v43."""
    on = date(2025, 10, 1)
    cc, mcc = drg_tables.code_list(required("cc_list")), drg_tables.code_list(required("mcc_list"))
    assert (len(cc), len(mcc)) == (15_078, 3_354)
    assert {book.severity(c, on) for c in cc} == {"CC"}
    assert {book.severity(c, on) for c in mcc} == {"MCC"}
    assert next(e.rows for e in book.editions() if e.book == "CC/MCC" and e.covers(on)) == len(cc) + len(mcc)


def test_severity_follows_the_version_of_the_date(book: SqliteCodeBook) -> None:
    assert book.severity("Z59.00", date(2023, 9, 30)) == ""
    assert book.severity("Z59.00", date(2023, 10, 1)) == "CC"
    assert book.severity("Z59.00", FY2027) == ""


def test_drg_rows_have_weights_only_for_the_loaded_year(book: SqliteCodeBook) -> None:
    row, later = book.drg("291", date(2026, 9, 30)), book.drg("291", FY2027)
    assert row is not None
    assert row.weight == 1.2838
    assert row.gmlos == 3.8
    assert row.kind == "medical"
    assert row.mdc == "05"
    assert later is not None
    assert later.title
    assert later.weight is None
    assert book.drg("000", FY2027) is None


def test_cc_exclusions_are_known_for_the_loaded_year_only(book: SqliteCodeBook) -> None:
    on = date(2026, 1, 1)
    assert book.cc_excluded("A00.0", "A00.9", on) is True
    assert book.cc_excluded("A00.0", "I21.9", on) is False
    assert book.cc_excluded("A00.0", "A00.9", FY2027) is None


def test_the_poa_exempt_list_is_not_loaded_and_never_reads_as_no(book: SqliteCodeBook) -> None:
    assert book.poa_exempt("Z79.4", FY2027) is None
    assert "POA exempt" in book.missing()


def test_mappings_keep_every_target(book: SqliteCodeBook) -> None:
    assert len(book.mapped("724.5", direction="9>10")) >= 1
    assert len(book.mapped("250.60", direction="9>10")) >= 1
    assert max(len(book.mapped(c)) for c in ("T36.0X1A", "E11.9", "I10", "O99.814")) >= 2


# -- manners --------------------------------------------------------------------------------------------------------


def test_phrases_stream_fast_and_stand_before_the_seventh_character(book: SqliteCodeBook) -> None:
    start = time.perf_counter()
    rows = list(book.phrases())
    assert time.perf_counter() - start < 1.0
    assert len(rows) > 50_000
    titles = {target for _, target, source in rows if source == "title"}
    assert "S52.501" in titles
    assert "S52.501A" not in titles
    assert {source.partition(":")[0] for _, _, source in rows} <= {"lexicon", "title", "inclusion", "index"}
    assert all(len(phrase.split()) <= 12 for phrase, _, source in rows if not source.startswith("lexicon"))


def test_the_book_can_be_pickled(book: SqliteCodeBook) -> None:
    assert pickle.loads(pickle.dumps(book)).entry("I10") == book.entry("I10")


def test_no_book_is_an_error_that_says_what_to_do() -> None:
    from pathlib import Path

    with pytest.raises(BookNotBuilt, match="charthouse books build"):
        SqliteCodeBook(Path("/nowhere/codebook.sqlite")).entry("I10")
