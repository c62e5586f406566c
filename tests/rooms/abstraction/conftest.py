"""A reader over a small dictionary of the tests' own, with the triggers, headings and attributes that ship."""
from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest

from charthouse.adapters.books import tables
from charthouse.lexicon.phrases import dictionary_rows
from charthouse.lexicon.specificity import Attributes
from charthouse.record.fact import Fact
from charthouse.rooms.abstraction import Reader, read
from charthouse.rooms.abstraction.assertion import Triggers
from charthouse.rooms.abstraction.dictionary import Dictionary
from charthouse.rooms.abstraction.layout import Headings
from charthouse.rooms.intake import from_text

FINDINGS = (
    "asthma", "atrial fibrillation", "cellulitis", "chest pain", "chills", "cough", "diabetes", "diarrhea", "dizziness", "dyspnea", "dysuria", "DVT",
    "edema", "fever", "headache", "heart failure", "hernia", "hypertension", "nausea", "palpitations", "pleural effusion", "pneumonia", "pneumothorax",
    "pulmonary embolism", "rales", "rash", "rhonchi", "seizure", "sepsis", "stroke", "syncope", "vomiting", "wheezing",
)  # fmt: skip


def dictionary(phrases: Mapping[str, str]) -> Dictionary:
    """A dictionary of phrase -> target; "target:flag" sets flags of the lexicon."""
    return Dictionary(dictionary_rows((p, t.partition(":")[0], "lexicon" + t[len(t.partition(":")[0]):]) for p, t in phrases.items()))


@pytest.fixture(scope="session")
def reader_of() -> Callable[[Mapping[str, str]], Reader]:
    """Makes a reader that knows the given phrases and no others."""
    headings, triggers = Headings(dict(tables.rows("headings", 2))), Triggers(tables.rows("triggers", 4))
    attributes, none = Attributes(tables.rows("attributes", 4)), dictionary({})

    def make(phrases: Mapping[str, str]) -> Reader:
        return Reader(dictionary=dictionary(phrases), attributes=attributes, triggers=triggers, headings=headings, drugs=none, allergens=none, expansions={})

    return make


@pytest.fixture(scope="session")
def small_reader(reader_of: Callable[[Mapping[str, str]], Reader]) -> Reader:
    """Knows `FINDINGS`, all under one code."""
    return reader_of(dict.fromkeys(FINDINGS, "R69"))


@pytest.fixture(scope="session")
def found(reader_of: Callable[[Mapping[str, str]], Reader]) -> Callable[[str, Mapping[str, str]], list[Fact]]:
    """The problems that a text holds, under a dictionary of the given phrases."""

    def problems(text: str, phrases: Mapping[str, str]) -> list[Fact]:
        return [f for f in read(from_text(text, id="note"), reader_of(phrases)) if f.kind == "problem"]

    return problems
