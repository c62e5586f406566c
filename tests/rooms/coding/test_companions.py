"""What the book asks for beside a code, and which code its notes want first."""
from __future__ import annotations

from typing import Any

import coding_cases as cc
import pytest

from charthouse.adapters.storage.codebook import SqliteCodeBook
from charthouse.rooms.coding import Tables
from charthouse.rooms.coding.companions import asked_for
from charthouse.rooms.coding.notes import asked_by, before, intent


@pytest.mark.parametrize(("ranked", "doubted", "comes"), [
    ("J44.9", "Z87.891 @social_history", True),  # chapter 10: use additional code, history of tobacco dependence
    ("J44.9", "F17.210 @social_history", True),
    ("M54.50", "Z87.891 @social_history", False),  # chapter 13 asks for no tobacco
    ("E11.22", "N18.4", True),  # E11.22: use additional code, stage of chronic kidney disease
    ("E11.9", "N18.4", False),
    ("N39.0", "B96.20", True),  # N39.0: use additional code, infectious agent
    ("I63.9", "R29.715 @examination", True),  # I63: use additional code, NIHSS score
    ("J44.9", "J45.909", False),  # "code also" gives no more than leave
    ("O99.283", "E03.9 @past_medical_history", True),  # O99: use additional code, specific condition
    ("O99.283", "J45.909 @past_medical_history", False),  # a condition that another code of O99 stands for
    ("L27.0", "T36.0X5A", True),  # L27.0: use additional code for adverse effect
    ("L27.0", "T36.0X1A", False),  # a poisoning is none
])
def test_what_a_use_additional_note_brings_along(ranked: str, doubted: str, comes: bool, book: SqliteCodeBook, tables: Tables) -> None:
    one, other = cc.candidate(ranked, 0), cc.candidate(doubted, 10)
    bench = cc.bench_of({}, (one, other), book, tables)
    with_it, without = asked_for([one], [other], bench)
    assert [c.code for c in with_it] == [one.code, other.code][:1 + comes]
    assert [c.code for c in without] == [other.code][comes:]
    if comes:
        reason = with_it[1].reasons[0]
        assert reason.rule == "book/use-additional"
        assert one.code in reason.message


def test_nothing_is_brought_along_that_nobody_documents(book: SqliteCodeBook, tables: Tables) -> None:
    one = cc.candidate("J44.9", 0)
    assert asked_for([one], [], cc.bench_of({}, (one,), book, tables)) == ([one], [])


@pytest.mark.parametrize(("code", "said"), [("T36.0X5A", "5"), ("T43.596A", "6"), ("T40.1X1A", "1"), ("T50.905D", "5"), ("T58.91XA", ""), ("I10", "")])
def test_the_intent_of_a_drug_code(code: str, said: str) -> None:
    assert intent(code) == said


@pytest.mark.parametrize(("codes", "wanted"), [
    (("N18.4", "I12.9"), {"N18.4": {"I12.9"}}),  # code first at N18, use additional at I12: one order
    (("I10", "F17.210"), {"F17.210": {"I10"}}),
    (("J44.9", "J45.909"), {}),  # code also
    (("T36.0X1A", "L27.0"), {}),  # "code first, for adverse effects" does not speak of poisonings
    (("T36.0X5A", "L27.0"), {"T36.0X5A": {"L27.0"}}),
])
def test_the_order_that_the_notes_want(codes: tuple[str, ...], wanted: dict[str, Any], book: SqliteCodeBook) -> None:
    assert {k: set(v) for k, v in before(codes, book).items() if v} == wanted


def test_a_note_is_given_with_the_code_that_it_stands_at(book: SqliteCodeBook) -> None:
    found = asked_by("Z87.891", ("M54.50", "J44.9"), book)
    assert found is not None
    assert (found[0], found[1].at) == ("J44.9", "chapter 10")
