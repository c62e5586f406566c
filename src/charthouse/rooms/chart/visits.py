"""Which visit a document belongs to, and which visits hang together.

A visit number decides. Without one, the day does: the visit of the facility that contains it. Where several do, the kind of document, and the hour where it is known; what stays
open is held for a person, with the candidates.
"""
from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Literal

from charthouse.record.ruling import Ruling

Sort = Literal["inpatient", "observation", "emergency", "outpatient", "series"]
ENTRIES = "42 CFR 482.24(c)(1)"
REPEAT = "Medicare Claims Processing Manual, chapter 3, 40.2.5"
WINDOW = "42 CFR 412.2(c)(5)"
PREADMISSION = {"history_and_physical": 30, "consent": 90, "anesthesia_evaluation": 30}  # days before an admission (42 CFR 482.22(c)(5)(i) for the first)
AFTERWARDS = {"discharge_summary": 90, "operative_note": 90, "pathology_report": 60, "laboratory_report": 30, "radiology_report": 30, "letter": 90}
BEGINS = frozenset({"history_and_physical", "consent", "anesthesia_evaluation", "face_sheet"})  # written at the beginning of a stay, or for one
ENDS = frozenset({"discharge_summary"})
OWN: dict[str, frozenset[Sort]] = {  # kinds that tell what sort of visit they are from
    "emergency_note": frozenset({"emergency"}), "ems_report": frozenset({"emergency"}), "discharge_summary": frozenset({"inpatient", "observation"}),
    "progress_note": frozenset({"inpatient", "observation"}), "clinic_note": frozenset({"outpatient", "series"}), "therapy_note": frozenset({"series", "outpatient", "inpatient"})}


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A visit on record. `ended` is None while it goes on; an outpatient visit without it is over on its day, a series is not."""

    encounter: str
    facility: str
    sort: Sort
    began: datetime
    ended: datetime | None = None
    number: str = field(default="", repr=False)

    @property
    def last(self) -> date | None:
        return self.ended.date() if self.ended else None if self.sort in ("inpatient", "observation", "series") else self.began.date()

    def holds(self, day: date) -> bool:
        return self.began.date() <= day and (self.last is None or day <= self.last)


@dataclass(frozen=True, slots=True, kw_only=True)
class Arriving:
    """A document that wants a visit, as far as it says one. `at` where the hour is known, else `on`."""

    id: str
    facility: str
    kind: str = ""
    number: str = field(default="", repr=False)
    on: date | None = None
    at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Filed:
    """`encounter`, or "" when it is held; then `candidates` are those that it may be, none when no visit comes near."""

    encounter: str
    candidates: tuple[str, ...]
    ruling: Ruling


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """Two visits of one patient that hang together."""

    kind: Literal["emergency to inpatient", "observation to inpatient", "same-day readmission", "payment window", "overlap"]
    earlier: str
    later: str
    ruling: Ruling


def visit_for(document: Arriving, visits: Iterable[Known]) -> Filed:
    """The visit of one patient's that a document belongs to."""
    here = tuple(sorted((v for v in visits if v.facility == document.facility), key=lambda v: (plain(v.began), v.encounter)))
    numbered = [v for v in here if document.number and v.number == document.number]
    if numbered:
        return _filed(document, numbered[0], "chart/visit-number", "By its visit number")
    day = document.at.date() if document.at else document.on
    if document.number or day is None:
        return _held(document, here if day is None else [v for v in here if v.holds(day)], "Its visit number is not known here" if document.number else "It bears neither visit number nor day")
    within = [v for v in here if v.holds(day)]
    if len(within) == 1:
        return _filed(document, within[0], "chart/visit-day", "The only visit that contains its day")
    if within:
        return _among(document, within)
    return _near(document, here, day)


def _among(document: Arriving, within: list[Known]) -> Filed:
    """Several visits contain the day: a readmission, an emergency visit that became a stay, a series around a visit."""
    own = [v for v in within if v.sort in OWN.get(document.kind, frozenset())] or within
    if document.at is not None:
        moment = plain(document.at)
        own = [v for v in own if plain(v.began) <= moment and (v.ended is None or moment <= plain(v.ended))] or own
    if len(own) > 1 and document.kind in ENDS:
        own = [v for v in own if v.last == (document.on or (document.at or v.began).date())] or own
    if len(own) > 1 and document.kind in BEGINS:
        stays = [v for v in own if v.sort == "inpatient"]
        own = stays[-1:] or own
    if len(own) == 1:
        return _filed(document, own[0], "chart/visit-kind", "Of the visits that contain its day, the one that its kind or hour fits")
    return _held(document, own, f"{len(own)} visits contain its day")


def _near(document: Arriving, here: tuple[Known, ...], day: date) -> Filed:
    """No visit contains the day: written before a stay for it, or after one about it."""
    before = [v for v in here if v.sort == "inpatient" and timedelta(0) < v.began.date() - day <= timedelta(days=PREADMISSION.get(document.kind, 0))]
    after = [v for v in here if v.last is not None and timedelta(0) < day - v.last <= timedelta(days=AFTERWARDS.get(document.kind, 0))
             and v.sort in OWN.get(document.kind, frozenset({v.sort}))]
    if len(before) == 1 and not after:
        return _filed(document, before[0], "chart/visit-before", "Written before the stay, for it")
    if after and not before and sum(v.last == after[-1].last for v in after) == 1:
        last = max(after, key=lambda v: v.last or day)
        if len(after) == 1 or document.kind in ENDS:
            return _filed(document, last, "chart/visit-after", "Written after the stay, about it")
    return _held(document, [*before, *after], "No visit contains its day")


def _filed(document: Arriving, visit: Known, rule: str, why: str) -> Filed:
    day = document.at.date() if document.at else document.on
    odd = day is not None and rule == "chart/visit-number" and not visit.holds(day)
    ruling = Ruling(rule=rule, verdict="warning" if odd else "applied", message=f"{why}, though the visit does not contain its day" if odd else why, citation=ENTRIES, subject=document.id)
    return Filed(encounter=visit.encounter, candidates=(), ruling=ruling)


def _held(document: Arriving, candidates: Iterable[Known], why: str) -> Filed:
    return Filed(encounter="", candidates=tuple(v.encounter for v in candidates),
                 ruling=Ruling(rule="chart/visit-held", verdict="error", message=f"{why}: a person decides", citation=ENTRIES, subject=document.id))


def links(visits: Iterable[Known]) -> Iterator[Link]:
    """How one patient's visits at a facility hang together, in order of time."""
    ordered = sorted(visits, key=lambda v: (plain(v.began), v.encounter))
    for n, later in enumerate(ordered):
        for earlier in ordered[:n]:
            if earlier.facility == later.facility and (made := _link(earlier, later)) is not None:
                yield made


def _link(earlier: Known, later: Known) -> Link | None:
    if later.sort != "inpatient":
        return None
    day = later.began.date()
    if earlier.sort == "inpatient":
        if earlier.last == day:
            return _linked("same-day readmission", earlier, later, "applied", "Readmitted on the day of discharge: related care is one claim", REPEAT)
        if earlier.last is None or earlier.last > day:
            return _linked("overlap", earlier, later, "error", "Two stays at once: one of them is wrong", ENTRIES)
        return None
    if earlier.sort in ("emergency", "observation") and (earlier.last is None or earlier.last >= day - timedelta(days=1)):
        kind: Literal["emergency to inpatient", "observation to inpatient"] = "emergency to inpatient" if earlier.sort == "emergency" else "observation to inpatient"
        return _linked(kind, earlier, later, "applied", "The stay began in this visit", WINDOW)
    if earlier.sort == "outpatient" and earlier.last is not None and timedelta(0) <= day - earlier.last <= timedelta(days=3):
        return _linked("payment window", earlier, later, "applied", "Services within three days before the admission may belong to its claim", WINDOW)
    return None


def _linked(kind: Literal["emergency to inpatient", "observation to inpatient", "same-day readmission", "payment window", "overlap"], earlier: Known, later: Known,
            verdict: Literal["applied", "error"], why: str, citation: str) -> Link:
    return Link(kind=kind, earlier=earlier.encounter, later=later.encounter, ruling=Ruling(rule=f"chart/{kind.replace(' ', '-')}", verdict=verdict, message=why, citation=citation,
                                                                                          subject=later.encounter))


def plain(when: datetime) -> datetime:
    """The time as its place said it: senders that give no zone are compared with those that do."""
    return when.replace(tzinfo=None)

