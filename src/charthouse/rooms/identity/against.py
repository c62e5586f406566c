"""What speaks against linking a registration with a record, however much agrees. Each is a ruling; a person decides then."""
from __future__ import annotations

from collections.abc import Iterator

from charthouse.record.filing import Registration
from charthouse.record.person import Person
from charthouse.record.ruling import Ruling, Verdict
from charthouse.rooms.identity.compare import levels
from charthouse.rooms.identity.person import is_newborn, of_registration, suffix

CITATION = "45 CFR 164.312(a)(2)(i); docs/rooms/identity.md"


def overlay(before: Registration, after: Registration) -> Ruling | None:
    """An update that makes another person of a record: a name and the birth date or the sex differ, or both names. It must not be written over it.

    A married name, a newborn who gets its name, a slip of the pen and a name in the wrong order are no overlay.
    """
    a, b = of_registration(before), of_registration(after)
    at = levels(a, b)
    given, family = at["given"] == "other", at["family"] == "other"
    born = at["birth"] in ("other", "two slips")
    if (given and family) or ((given or family) and (born or at["sex"] == "other")):
        differ = [word for word, differs in (("given name", given), ("family name", family), ("birth date", born), ("sex", at["sex"] == "other")) if differs]
        return _ruling("identity/overlay", "warning", f"The number is this record's, but another person's details came with it: {' and '.join(differ)} differ.")
    return None


def against(one: Registration, other: Registration) -> Iterator[Ruling]:
    """All that forbids a link by demographics alone."""
    a, b = of_registration(one), of_registration(other)
    at = levels(a, b)
    if not (a.given and a.family and b.given and b.family):
        yield _ruling("identity/nobody", "warning", "A name is missing or stands for nobody (unknown, baby boy, test).")
    if is_newborn(one) or is_newborn(other):
        yield _ruling("identity/newborn", "warning", "A newborn without a name: only its number tells it from a twin or its sibling.")
    if at["birth"] == "exact" and at["given"] == "other" and at["family"] in ("exact", "close"):
        yield _ruling("identity/twins", "warning", "The same family name and birth date, another given name: twins are not one person.")
    if at["given"] == at["family"] == "exact" and _years_apart(a, b) > 10:
        yield _ruling("identity/generations", "warning", "The same name, born more than ten years apart: parent and child.")
    if suffix(one) != suffix(other) and suffix(one) and suffix(other):
        yield _ruling("identity/suffix", "warning", "Junior and senior are two people.")
    if at["sex"] == "other":
        yield _ruling("identity/sex", "warning", "The sex differs.")
    if at["number"] == "other":
        yield _ruling("identity/other-number", "warning", "The state gave them different numbers.")
    if at["number"] == "exact" and at["given"] == at["family"] == "other":
        yield _ruling("identity/shared-number", "warning", "One number of the state under two names: it is shared, or was mistyped.")


def _years_apart(a: Person, b: Person) -> int:
    return abs(int(a.birth[:4]) - int(b.birth[:4])) if len(a.birth) == len(b.birth) == 8 else 0


def _ruling(rule: str, verdict: Verdict, message: str) -> Ruling:
    return Ruling(rule=rule, verdict=verdict, message=message, citation=CITATION)
