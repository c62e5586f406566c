"""NCCI files that a site adds. The codes in these are of HCPCS Level II, or such that there is none: no CPT is here."""
from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

import claim_kit
from charthouse.adapters.books import ncci
from charthouse.adapters.books.importers import add_files
from charthouse.adapters.books.sources import SourceFile
from charthouse.adapters.storage.codebook import SqliteCodeBook
from charthouse.record.claim import Claim, Line
from charthouse.record.errors import BadBookFile
from charthouse.rooms.billing import scrubbed

PAIRS = """Column1/Column2 Edits\t\t\t\t\t\t
Column 1\tColumn 2\t*=in existence prior to 1996\tEffective Date\tDeletion Date *=no data\tModifier 0=not allowed 1=allowed 9=not applicable\tPTP Edit Rationale
J0001\tJ0002\t\t20200101\t*\t0\tMisuse of column two code
J0001\tJ0003\t\t20200101\t*\t1\tMore extensive procedure
J0001\tJ0004\t\t20200101\t20241231\t0\tMore extensive procedure
J0001\tJ0005\t*\t19960101\t19960101\t9\t
"""
LIMITS = """"Notice of the Administration"
HCPCS/ CPT Code,Practitioner Services MUE Values,MUE Adjudication Indicator,MUE Rationale
J0001,1,1 Line Edit,Nature of service
J0002,2,2 Date of Service Edit: Policy,CMS policy
J0003,3,3 Date of Service Edit: Clinical,Clinical: data
"""
ON = date(2026, 11, 3)


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> SqliteCodeBook:
    folder = tmp_path_factory.mktemp("ncci")
    files = [folder / "ccipra-v323r0-f1.txt", folder / "MCR_MUE_PractitionerServices_Eff_10-01-2026.csv"]
    files[0].write_text(PAIRS, encoding="cp1252", newline="\r\n")
    files[1].write_text(LIMITS, encoding="cp1252", newline="\r\n")
    at = folder / "books" / "codebook.sqlite"
    at.parent.mkdir()
    add_files(at, files, lambda label, done, total: None)
    return SqliteCodeBook(at)


def test_pairs_hold_on_their_days_and_only_as_far_as_the_file_goes(book: SqliteCodeBook) -> None:
    codes = ["J0001", "J0002", "J0003", "J0004", "J0005"]
    assert set(book.pair_edits("practitioner", codes, ON) or ()) == {("J0001", "J0002", 0), ("J0001", "J0003", 1)}
    assert ("J0001", "J0004", 0) in (book.pair_edits("practitioner", codes, date(2024, 6, 1)) or ())
    assert book.pair_edits("practitioner", ["J0002", "J0003"], ON) == ()
    assert book.pair_edits("practitioner", codes, date(2027, 1, 1)) is None
    assert book.pair_edits("hospital", codes, ON) is None


def test_limits_are_of_their_quarter(book: SqliteCodeBook) -> None:
    assert book.unit_limits("practitioner", ["J0001", "J0003", "J0009"], ON) == {"J0001": (1, 1), "J0003": (3, 3)}
    assert book.unit_limits("practitioner", ["J0001"], date(2026, 9, 30)) is None
    assert book.unit_limits("hospital", ["J0001"], ON) is None


def plain() -> Claim:
    claim = next(c for c in claim_kit.sent(0, "professional", 30).claims if not c.coverages and not c.patient)
    return replace(claim, onset=None, accident=None, cause="", accident_state="", charge=0)


def line(code: str, units: int = 1, *modifiers: str, on: date = ON) -> Line:
    return Line(charge=0, code=code, units=Decimal(units), modifiers=modifiers, pointers=(1,), on=on)


CASES: list[tuple[list[Line], set[str]]] = [
    ([line("J0001"), line("J0002")], {"error coding/ncci J0002"}), ([line("J0002"), line("J0001", 1, "59")], {"error coding/ncci J0002"}),
    ([line("J0001"), line("J0003")], {"error coding/ncci J0003"}), ([line("J0001"), line("J0003", 1, "59")], set()), ([line("J0001", 1, "XU"), line("J0003")], set()), ([line("J0001"), line("J0003", 1, "76")], {"error coding/ncci J0003"}),
    ([line("J0001"), line("J0002", on=date(2026, 11, 4))], set()), ([line("J0001"), line("J0004")], set()), ([line("J0001"), line("J0005")], set()),
    ([line("J0001", 1), line("J0001", 1, "76")], set()), ([line("J0001", 2)], {"error charge/mue J0001"}), ([line("J0002", 2)], set()), ([line("J0002", 1), line("J0002", 2, "76")], {"error charge/mue J0002"}), ([line("J0003", 4)], {"warning charge/mue J0003"}),
]


@pytest.mark.parametrize("number", range(len(CASES)))
def test_what_one_provider_may_have_paid_on_one_day(book: SqliteCodeBook, number: int) -> None:
    lines, wanted = CASES[number]
    (found,) = scrubbed([replace(plain(), lines=tuple(lines))], book, date(2026, 12, 1))
    assert {f"{r.verdict} {r.rule.removeprefix('claim/')} {r.subject}" for r in found if r.rule.endswith(("/ncci", "/mue"))} == wanted


def test_another_clinician_is_apart_and_what_is_not_loaded_is_said(book: SqliteCodeBook) -> None:
    claim = plain()
    two = (line("J0001"), replace(line("J0002"), rendering=replace(claim.billing, number="1234567893", person=True)))
    (found,) = scrubbed([replace(claim, lines=two)], book, date(2026, 12, 1))
    assert not any(r.rule.endswith("/ncci") for r in found)
    (later,) = scrubbed([replace(claim, lines=(line("J0001", on=date(2027, 1, 5)), line("J0002", on=date(2027, 1, 5))))], book, date(2027, 2, 1))
    assert {r.rule for r in later if r.verdict == "not loaded" and r.rule.endswith(("/ncci", "/mue"))} == {"claim/coding/ncci", "claim/coding/mue"}


def of(path: Path, text: str) -> SourceFile:
    path.write_text(text, encoding="cp1252")
    return SourceFile(path, path.name, "test", None)


@pytest.mark.parametrize(("name", "text", "read", "why"), [
    ("ccipra-v323r0-f1.txt", "nothing", ncci.pairs, "no pair"), ("ccipra-v323r0-f1.txt", PAIRS + "J0001\tX\n", ncci.pairs, "line 7"), ("ccipra-v323r0-f1.txt", PAIRS.replace("20200101", "2020", 1), ncci.pairs, "line 3"),
    ("ccipra-v323r0-f1.txt", PAIRS.replace("\t1\tMore", "\t7\tMore"), ncci.pairs, "line 4"), ("x.csv", "a,b", ncci.limits, "no code"), ("x.csv", LIMITS + "what,1,1\n", ncci.limits, "line 6"), ("x.csv", LIMITS.replace("J0001,1,1", "J0001,one,1"), ncci.limits, "line 3")])
def test_a_bad_file_says_where(tmp_path: Path, name: str, text: str, read: Callable[[SourceFile], object], why: str) -> None:
    with pytest.raises(BadBookFile, match=why):
        list(read(of(tmp_path / name, text)))  # type: ignore[call-overload]
