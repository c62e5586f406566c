"""A reader over a small dictionary of the tests' own, with the triggers, headings and attributes that ship."""
from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

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
    rows = list(dictionary_rows((p, t.partition(":")[0], "lexicon" + t[len(t.partition(":")[0]):]) for p, t in phrases.items()))
    long = {word for row in rows for word in row[0].split() if len(word) >= 7}

    def slips(forms: Sequence[str]) -> list[tuple[str, str]]:
        """What the code book answers from its table: the long words that become one of the forms by losing a letter."""
        return [(word[:i] + word[i + 1:], word) for word in sorted(long) for i in range(1, len(word)) if word[:i] + word[i + 1:] in forms]

    return Dictionary(rows, slips=slips)


@pytest.fixture(scope="session")
def reader_of() -> Callable[[Mapping[str, str]], Reader]:
    """Makes a reader that knows the given phrases and no others."""
    headings, triggers = Headings(dict(tables.two("headings"))), Triggers(tables.four("triggers"))
    attributes, none = Attributes(tables.four("attributes")), dictionary({})

    def make(phrases: Mapping[str, str]) -> Reader:
        return Reader(dictionary=dictionary(phrases), attributes=attributes, triggers=triggers, headings=headings, drugs=none, allergens=none, expansions={}, chronic=("I10", "E11"))

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
