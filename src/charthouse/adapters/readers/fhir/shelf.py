"""FHIR resources as plain dicts, read with care: what is missing, or of another type than it should be, is simply not there.

`Shelf` finds what a reference means: by `fullUrl`, by type and id, or contained in the resource that refers to it.
"""
from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

Resource = dict[str, Any]


def each(of: Any, *path: str) -> Iterator[Any]:
    """What stands at the path, lists opened on the way; one value counts as a list of one (XML does not tell them apart)."""
    if isinstance(of, list):
        for one in of:
            yield from each(one, *path)
    elif not path:
        if of is not None:
            yield of
    elif isinstance(of, dict):
        yield from each(of.get(path[0]), *path[1:])


def dicts(of: Any, *path: str) -> list[Resource]:
    return [found for found in each(of, *path) if isinstance(found, dict)]


def words(of: Any, *path: str) -> list[str]:
    """Every text or number at the path, as text, stripped; blank ones left out."""
    found = (str(v).strip() for v in each(of, *path) if isinstance(v, str | int | float) and not isinstance(v, bool))
    return [w for w in found if w]


def word(of: Any, *path: str) -> str:
    """The first of them, or ""."""
    return next(iter(words(of, *path)), "")


def day(value: str) -> date | None:
    """A date that names its day; None for a year or a month alone, and for what is no date."""
    try:
        return date.fromisoformat(value[:10]) if len(value) >= 10 else None
    except ValueError:
        return None


def moment(value: str) -> datetime | None:
    """An instant, or midnight of a day; with its zone where it is said."""
    try:
        return datetime.fromisoformat(value) if len(value) >= 10 else None
    except ValueError:
        return None


@dataclass(slots=True)
class Shelf:
    """The resources of one bundle or file, in their order."""

    resources: list[Resource] = field(default_factory=list)
    urls: dict[int, str] = field(default_factory=dict)  # `fullUrl` of a resource, by its `id()`
    notes: list[str] = field(default_factory=list)
    _by_reference: dict[str, Resource] = field(default_factory=dict)

    def put(self, resource: Resource, url: str = "") -> None:
        self.resources.append(resource)
        kind, id = word(resource, "resourceType"), word(resource, "id")
        if url:
            self.urls[id_of(resource)] = url
            self._by_reference.setdefault(url, resource)
        if id:
            self._by_reference.setdefault(f"{kind}/{id}", resource)

    def of(self, *kinds: str) -> list[Resource]:
        return [r for r in self.resources if r.get("resourceType") in kinds]

    def found(self, owner: Resource, reference: str) -> Resource | None:
        """What `owner` refers to; None when it is not here."""
        if reference.startswith("#"):
            return next((c for c in dicts(owner, "contained") if word(c, "id") == reference[1:]), None)
        kind, conditional, number = reference.partition("?identifier=")
        if conditional:  # FHIR R4, 3.1.0.11.3: by a number of it
            system, _, value = number.rpartition("|")
            return next((r for r in self.of(kind) for i in dicts(r, "identifier") if word(i, "value") == value and system in ("", word(i, "system"))), None)
        return self._by_reference.get(reference.partition("/_history/")[0])

    def follow(self, owner: Resource, *path: str) -> tuple[str, Resource | None]:
        """(the first reference at the path, what it means); ("", None) where there is none. STU3 and R5 also have resources in its place."""
        for at in each(owner, *path):
            if isinstance(at, dict) and (reference := word(at, "reference")):
                return reference, self.found(owner, reference)
        return "", None

    def named(self, owner: Resource, *path: str) -> str:
        """The name of the person, place or organisation that is referred to; its display where it is not here."""
        for at in dicts(owner, *path):
            there = self.found(owner, word(at, "reference"))
            name = (_name(self, there) if there else "") or word(at, "display")
            if name:
                return name
        return ""


def _name(shelf: Shelf, resource: Resource) -> str:
    if resource.get("resourceType") == "PractitionerRole":
        return shelf.named(resource, "practitioner")
    name = next(each(resource, "name"), None)
    if isinstance(name, dict):
        parts = [*words(name, "prefix"), *words(name, "given"), word(name, "family"), *words(name, "suffix")]
        return word(name, "text") or " ".join(filter(None, parts))
    return word(resource, "name") or word(resource, "alias")


def id_of(resource: Resource) -> int:
    """Which object it is: two resources may carry the same id."""
    return id(resource)


def coding(of: Any) -> tuple[str, str, str]:
    """(system, code, display) of a CodeableConcept or Coding: a coding with system and code before others; text as the last resort."""
    codings = dicts(of, "coding") or [c for c in each(of) if isinstance(c, dict)]
    best = next((c for c in codings if word(c, "system") and word(c, "code")), codings[0] if codings else {})
    return word(best, "system"), word(best, "code"), word(best, "display") or word(of, "text")
