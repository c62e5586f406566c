"""Queries at the desk: composed beside the chart, judged before they are sent, answered, and filed as a document so that the chart is coded anew."""
from __future__ import annotations

from charthouse.flow.steps import read_note
from charthouse.record.fact import Fact
from charthouse.rooms.abstraction import Reader


def named_in(text: str, reader: Reader) -> frozenset[str]:
    """The codes of the diagnoses that a text names, however it speaks of them."""
    return _codes(read_note(text, reader)) if text.strip() else frozenset()


def documented_in(text: str, reader: Reader) -> frozenset[str]:
    """Those that a document says of the patient, for sure or not."""
    return _codes(f for f in read_note(text, reader) if f.experiencer == "patient") if text.strip() else frozenset()


def _codes(facts: object) -> frozenset[str]:
    return frozenset(t.default or t.family for f in facts if isinstance(f, Fact) and f.kind == "problem" for t in f.targets)  # type: ignore[attr-defined]
