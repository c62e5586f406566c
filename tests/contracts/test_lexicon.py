"""Every line of the lexicon means something: targets that can be coded today, one meaning a key, tables in their form."""
from __future__ import annotations

import re
from collections import defaultdict
from datetime import date

import pytest

from charthouse.adapters.books import lexicon, tables
from charthouse.adapters.storage.codebook import SqliteCodeBook
from charthouse.lexicon.phrases import entries
from charthouse.lexicon.specificity import Attributes, choose
from charthouse.lexicon.words import words
from charthouse.record.fact import Target
from charthouse.rooms.abstraction.dictionary import parse_targets
from charthouse.rooms.coding import Specifier

ON = date(2026, 10, 1)
LEAST = 18_000  # lines of all tables of terms
TRIGGER_EFFECTS = {"absent", "possible", "hypothetical", "historical", "chronic history", "other", "end", "pseudo", "not historical", "patient"}
DIRECTIONS = {"forward", "backward", "answer", "none"}
FLAGS = {"case", "weak", "finding"}


@pytest.fixture(scope="module")
def phrases() -> list[tuple[str, str, str]]:
    return list(lexicon.phrases(lexicon.tables()))


@pytest.fixture(scope="module")
def specifier(book: SqliteCodeBook) -> Specifier:
    return Specifier.over(book, Attributes(tables.four("attributes")))


def comes_to_a_code(target: Target, book: SqliteCodeBook, specifier: Specifier) -> bool:
    """Whether the target, with nothing said beside it, ends in a code that is valid on `ON`."""
    if target.default:
        return book.entry(target.family) is not None and book.valid(target.default, ON) and target.default[:3] == target.family[:3]
    if book.valid(target.family, ON):
        return True
    family = specifier.family(target.family)
    return bool(family) and book.valid(choose(family, {}, frozenset())[0].code, ON)


def exists(prefix: str, book: SqliteCodeBook) -> bool:
    return book.entry(prefix) is not None or any(f.code.startswith(prefix) for f in book.find(prefix, limit=1))


def prefixes(cell: str) -> list[str]:
    """The ends of the prefixes and ranges of a cell: "J00-J22 R05" -> J00, J22, R05."""
    return [end for part in cell.split() for end in part.split("-") if end]


def test_there_are_enough_lines() -> None:
    lines = [line for path in lexicon.tables() for line in path.read_text(encoding="utf-8").splitlines() if line.strip() and not line.startswith("#")]
    assert len(lines) >= LEAST


def test_chronic_prefixes_lead_to_codes(book: SqliteCodeBook) -> None:
    assert [prefix for prefix, _ in tables.rows("chronic", 2) if len(prefix) > 2 and not exists(prefix, book)] == []


def test_every_target_comes_to_a_valid_code(phrases: list[tuple[str, str, str]], book: SqliteCodeBook, specifier: Specifier) -> None:
    by_target = {target: phrase for phrase, targets, _ in phrases for target in parse_targets(targets)}
    assert {t: by_target[t] for t in by_target if not comes_to_a_code(t, book, specifier)} == {}


def test_words_in_any_order_have_one_meaning(phrases: list[tuple[str, str, str]]) -> None:
    """Two lines whose words meet under one key must lead to one target; else the first that is read decides silently."""
    meant: dict[tuple[str, str], dict[str, str]] = defaultdict(dict)
    for phrase, target, source in phrases:
        for key, _, _, flags, written in entries(phrase, target, source):
            meant[key, written if "case" in flags else ""].setdefault(target, phrase)
    assert {key: said for key, said in meant.items() if len(said) > 1} == {}


def test_flags_are_known_ones(phrases: list[tuple[str, str, str]]) -> None:
    used = {flag for _, _, source in phrases for flag in source.partition(":")[2].split(",") if flag}
    assert used <= FLAGS


@pytest.mark.parametrize(("name", "width", "code_columns"), [("history", 3, (0, 1, 2)), ("integral", 3, (0, 1)), ("combinations", 5, (0, 1, 2))])
def test_codes_of_the_small_tables_exist(name: str, width: int, code_columns: tuple[int, ...], book: SqliteCodeBook) -> None:
    rows = tables.rows(name, width)
    assert rows
    assert [(row, code) for row in rows for column in code_columns for code in prefixes(row[column]) if not exists(code, book)] == []


@pytest.mark.parametrize("name", ["status_of_drug", "allergens"])
def test_drugs_lead_to_valid_codes(name: str, book: SqliteCodeBook) -> None:
    said = tables.expanded(name)
    assert said
    assert [(phrase, code) for phrase, code in said if not book.valid(code, ON)] == []
    meant = defaultdict(set)
    for phrase, code in said:
        meant[phrase.lower()].add(code)
    assert {phrase: codes for phrase, codes in meant.items() if len(codes) > 1} == {}


def test_what_a_combination_comes_to_can_be_coded(book: SqliteCodeBook, specifier: Specifier) -> None:
    rows = tables.rows("combinations", 5)
    assert [row for row in rows if row[3] not in ("first", "second", "both", "none") or not row[4]] == []
    assert [row[2] for row in rows if not comes_to_a_code(parse_targets(row[2])[0], book, specifier)] == []


def test_integral_signs_cite_a_guideline() -> None:
    assert [row for row in tables.rows("integral", 3) if not re.match(r"I+\.[A-C]\.\d", row[2])] == []


def test_headings_name_one_section_each() -> None:
    sections = defaultdict(set)
    for name, section in tables.rows("headings", 2):
        assert section, f"{name} names no section"
        sections[" ".join(w for w, _, _ in words(name))].add(section)
    assert {name: s for name, s in sections.items() if len(s) > 1} == {}
    assert {"assessment", "plan", "family history", "past medical history", "instructions", "administrative"} <= {s for v in sections.values() for s in v}


def test_triggers_are_well_formed() -> None:
    for phrase, effect, direction, reach in tables.rows("triggers", 4):
        assert words(phrase), f"{phrase!r} holds no word and can never be met"
        assert effect in TRIGGER_EFFECTS, phrase
        assert direction in DIRECTIONS, phrase
        assert not reach or int(reach) > 0, phrase
        assert (direction == "none") == (effect in {"end", "pseudo", "not historical", "patient"}), phrase


def test_no_trigger_says_two_things_at_once() -> None:
    """Folding makes "rules out" and "rule out" one; they must not be a denial and a suspicion."""
    effects = defaultdict(set)
    for phrase, effect, direction, _ in tables.rows("triggers", 4):
        if effect in ("absent", "possible", "hypothetical"):
            effects[" ".join(w for w, _, _ in words(phrase)), direction].add(effect)
    assert {key: said for key, said in effects.items() if len(said) > 1} == {}


def test_attributes_are_well_formed() -> None:
    values = defaultdict(set)
    for phrase, axis, value, flags in tables.rows("attributes", 4):
        assert words(phrase), f"{phrase!r} holds no word"
        assert axis, phrase
        assert value, phrase
        assert flags in ("", "case"), phrase
        values[phrase if flags else " ".join(w for w, _, _ in words(phrase)), axis].add(value)
    assert {key: said for key, said in values.items() if len(said) > 1} == {}


def test_every_family_can_be_chosen_from(phrases: list[tuple[str, str, str]], book: SqliteCodeBook, specifier: Specifier) -> None:
    """A family too large for the specifier falls back to its default, whatever side or seventh character is said."""
    families = {target.family for _, targets, _ in phrases for target in parse_targets(targets) if not book.valid(target.family, ON)}
    assert sorted(family for family in families if not specifier.family(family)) == []


@pytest.mark.parametrize("category", ["F01", "F02", "F07", "F13", "C01", "D01", "B20", "B30"])
def test_a_category_that_looks_like_a_procedure_table_holds_diagnoses_only(category: str, book: SqliteCodeBook) -> None:
    assert {entry.system for entry in book.leaves(category)} == {"ICD-10-CM"}
    assert all(child.startswith(f"{category}.") for child in book.children(category))
