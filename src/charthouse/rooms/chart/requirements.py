"""The tables of what a chart must hold and what a document must say, as values; and which documents of a chart are of a kind."""
from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from charthouse.record.chart import Chart
from charthouse.record.document import Document

_TITLES = {  # kinds that are told by their first two lines where the sender did not say, or said only that it is of the anaesthesia; the first that fits
    "anesthesia_evaluation": r"pre-?\s?ana?esthe\w+ (?:evaluation|assessment|note)", "postanesthesia_evaluation": r"post-?\s?ana?esthe\w+ (?:evaluation|assessment|note)",
    "anesthesia_record": r"ana?esthesia record|intra-?operative ana?esthe", "consent": r"consent (?:for|to)\b|informed consent|consent form"}
TITLES = {kind: re.compile(pattern, re.I) for kind, pattern in _TITLES.items()}
_OPEN = frozenset({"", "note", "clinic_note", "anesthesia_record"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Requirement:
    """A row of `deficiencies.tsv`. `hours` after the moment `of`; the day is what can be measured."""

    rule: str
    effective_from: date
    effective_to: date | None
    authority: str
    setting: str
    when: str
    kind: str
    hours: int
    of: str
    owner: str
    citation: str
    says: str

    @property
    def days(self) -> int:
        """Rounded up: what is later than this is late for certain."""
        return -(-self.hours // 24)


@dataclass(frozen=True, slots=True, kw_only=True)
class Element:
    """A row of `elements.tsv`."""

    kind: str
    name: str
    always: bool
    said: re.Pattern[str] = field(repr=False)
    citation: str


def requirements(rows: Iterable[tuple[str, ...]]) -> tuple[Requirement, ...]:
    """Raises ValueError for a row that cannot be read, so that no rule is lost in silence."""
    out = []
    for rule, since, until, authority, setting, when, kind, within, of, owner, citation, says in rows:
        if authority not in ("law", "site") or setting not in ("inpatient", "outpatient", "any") or of not in ("admission", "discharge", "surgery", "day"):
            raise ValueError(f"{rule}: no such authority, setting or moment")
        out.append(Requirement(rule=rule, effective_from=date.fromisoformat(since), effective_to=date.fromisoformat(until) if until else None, authority=authority,
                               setting=setting, when=when, kind=kind, hours=int(within[:-1]) * {"h": 1, "d": 24}[within[-1]], of=of, owner=owner, citation=citation, says=says))
    return tuple(out)


def elements(rows: Iterable[tuple[str, ...]]) -> tuple[Element, ...]:
    return tuple(Element(kind=kind, name=name, always={"always": True, "if any": False}[needed], said=re.compile(said, re.I | re.M), citation=citation)
                 for kind, name, needed, said, citation in rows)


def of_kind(chart: Chart, kind: str) -> tuple[Document, ...]:
    return tuple(d for d in chart.documents if is_kind(d, kind))


def is_kind(document: Document, kind: str) -> bool:
    return document.kind == kind if document.kind not in _OPEN else _told(document) == kind


def _told(document: Document) -> str:
    title = "\n".join(document.text.lstrip()[:300].splitlines()[:2])
    return next((kind for kind, said in TITLES.items() if said.search(title)), document.kind)
