"""Which patient a registration belongs to."""
from __future__ import annotations

from collections.abc import Sequence

from charthouse.record.filing import Registration
from charthouse.record.identity import Candidate, Placement
from charthouse.record.ruling import Ruling

_CITATION = "45 CFR 164.312(a)(2)(i); docs/rooms/identity.md"


def place(registration: Registration, candidates: Sequence[Candidate]) -> Placement:
    """A number that one system gave to one patient decides."""
    numbers = set(registration.identifiers)
    for candidate in candidates:
        if numbers & set(candidate.registration.identifiers):
            ruling = Ruling(rule="identity/number", verdict="applied", message="The same number of the same system.", citation=_CITATION, subject=candidate.patient)
            return Placement(verdict="link", patient=candidate.patient, rulings=(ruling,))
    return Placement(verdict="new")
