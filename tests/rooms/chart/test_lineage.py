"""Copy-forward lineage: the first author, the way of a passage, edits, and what a copied examination contradicts."""
from __future__ import annotations

import random
from datetime import date
from importlib.resources import files

from hypothesis import given, settings
from hypothesis import strategies as st

from charthouse.record.document import Document
from charthouse.rooms.chart.contradictions import contradictions, opposites
from charthouse.rooms.chart.lineage import LEAST, trace
from charthouse.rooms.intake import from_text

LONG = "Acute on chronic heart failure, diuresed with furosemide since admission."
EXAM = "Chest: fine crackles at both bases, no wheeze heard, speaks in full sentences, on 4 L NC."
WORDS = [f"w{n}" for n in range(60)]


def note(id: str, text: str, day: int = 1) -> Document:
    return from_text(text, id=id, service_date=date(2026, 3, day), author=f"Dr. {id.upper()}")


def table() -> list[tuple[str, str, str]]:
    lines = (files("charthouse") / "rooms" / "chart" / "contradictions.tsv").read_text(encoding="utf-8").splitlines()
    return [(a, b, c) for a, b, c in (line.split("\t") for line in lines if line and not line.startswith("#"))]


def test_a_passage_is_followed_to_its_first_author() -> None:
    made = trace([note("a", f"Day one. {LONG}"), note("b", f"Day two.\n{LONG}"), note("c", f"{LONG} Day three.")])
    last = next(p for p in made.passages if p.document == "c")
    assert (last.source, last.origin, last.edited) == ("b", "a", False)
    assert made.chain(last) == ("a", "b", "c")


def test_an_edited_copy_is_a_copy_that_says_so_and_no_sentence_of_it_counts_as_copied() -> None:
    whole = LONG.replace("since", "since the evening of the")
    made = trace([note("a", whole), note("b", whole.replace("diuresed", "treated"))])
    (only,) = made.passages
    assert (only.origin, only.edited) == ("a", True)
    assert made.copied == ()


def test_a_sentence_that_was_changed_once_has_the_author_of_the_change() -> None:
    changed = LONG.replace("admission", "the transfer from the other hospital")
    made = trace([note("a", LONG), note("b", changed), note("c", f"Third.\n{changed}")])
    assert [(c.document, c.origin) for c in made.copied] == [("c", "b")]
    text = changed
    assert text[made.copied[0].origin_start:] == changed


def test_the_share_of_what_was_copied() -> None:
    made = trace([note("a", LONG), note("b", f"{LONG} " + "One two three four five six seven eight nine ten.")])
    assert made.share == {"a": 0.0, "b": 0.5}


def test_a_sign_is_a_word() -> None:
    one = "Neck: the veins are looked at in bed, +JVD seen. Liver edge not felt."
    made = trace([note("a", one), note("b", one.replace("+JVD", "-JVD"))])
    assert made.passages[0].edited
    assert made.copied == ()


def test_one_sentence_in_a_rewritten_paragraph_is_traced() -> None:
    made = trace([note("a", f"Slept badly. {LONG} Wants to go home."), note("b", f"Much better today. {LONG} Family visited.")])
    (c,) = made.copied
    assert note("b", f"Much better today. {LONG} Family visited.").text[c.start:c.end] == LONG


def test_nothing_is_copied_from_a_later_or_the_same_document() -> None:
    assert trace([note("a", f"{LONG}\n{LONG}")]).passages == ()


def test_an_examination_that_was_carried_over_is_flagged_against_todays() -> None:
    second = note("b", f"Feels well. Now on room air.\n{EXAM}")
    made = trace([note("a", EXAM), second])
    (ruling,) = contradictions(second, made, opposites(table()))
    assert ruling.rule == "chart/copied-contradicted"
    assert [s.text for s in ruling.spans] == ["4 L NC", "room air"]
    assert "copied from a" in ruling.message


def test_what_agrees_or_is_not_copied_is_not_flagged() -> None:
    for text in (f"Still on 4 L NC today.\n{EXAM}", "On room air, was on 4 L NC yesterday.", f"Not on room air yet.\n{EXAM}"):
        second = note("b", text)
        assert list(contradictions(second, trace([note("a", EXAM), second]), opposites(table()))) == []


@given(st.lists(st.lists(st.sampled_from(WORDS[:8]), max_size=40), max_size=6))
@settings(max_examples=150, deadline=None)
def test_every_passage_says_the_truth(made: list[list[str]]) -> None:
    notes = [note(f"d{n}", " ".join(words) or ".") for n, words in enumerate(made)]
    found = trace(notes)
    texts = {d.id: d.text for d in notes}
    order = [d.id for d in notes]
    assert all(0 <= share <= 1 for share in found.share.values())
    for p in found.passages:
        assert order.index(p.source) < order.index(p.document)
        assert order.index(p.origin) <= order.index(p.source)
        assert found.chain(p)[-1] == p.document
        if not p.edited:
            assert texts[p.document][p.start:p.end] == texts[p.source][p.source_start:p.source_end]
    for c in found.copied:
        assert texts[c.origin][c.origin_start:].startswith(texts[c.document][c.start:c.end])
        assert order.index(c.origin) < order.index(c.document)


@given(st.integers(0, 10_000))
@settings(max_examples=60, deadline=None)
def test_a_planted_copy_is_always_found(seed: int) -> None:
    chance = random.Random(seed)
    fresh = iter(range(10**6))
    def new(n: int) -> list[str]:
        return [f"note{next(fresh)}" for _ in range(n)]
    planted = new(chance.randint(10, 40))
    edited = [w if chance.random() > 0.08 else f"edit{next(fresh)}" for w in planted]
    first = note("a", " ".join((*new(20), *planted, *new(20))))
    second = note("b", " ".join((*new(5), *edited, *new(5))))
    found = trace([first, second])
    same, longest, run = sum(a == b for a, b in zip(planted, edited, strict=True)), 0, 0
    for a, b in zip(planted, edited, strict=True):
        run = run + 1 if a == b else 0
        longest = max(longest, run)
    if planted == edited:
        assert found.share["b"] == len(planted) / (len(planted) + 10)
    elif longest * 6 >= LEAST and same >= 0.9 * len(planted):
        assert any(p.origin == "a" for p in found.passages)
