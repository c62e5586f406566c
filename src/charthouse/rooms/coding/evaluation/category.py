"""What sort of visit a note records: the setting by encounter and document, new or established by what is given or read."""
from __future__ import annotations

from charthouse.record.chart import Encounter
from charthouse.record.document import Document
from charthouse.record.fact import Fact
from charthouse.record.ruling import Ruling
from charthouse.rooms.coding.evaluation.tables import ruling

_NO_VISIT = frozenset({"radiology_report", "laboratory_report", "operative_note", "discharge_summary"})
_STAY = {"history_and_physical": "inpatient initial", "consultation": "inpatient initial", "progress_note": "inpatient subsequent", "emergency_note": "emergency"}
_NEW = "87 FR 69404: new is who had no professional service of the same group and specialty within three years"


def category(document: Document, encounter: Encounter, facts: tuple[Fact, ...]) -> tuple[str, str, Ruling] | None:
    """(setting, category, why); the category is "" for an office visit that does not say whether the patient is new.
    None: the document records no visit that has a level."""
    if encounter.setting == "mention" or document.kind in _NO_VISIT:
        return None
    if encounter.setting == "inpatient":
        of_stay = _STAY.get(document.kind, "")
        return (of_stay.split()[0], of_stay, ruling("em/category", f"The document is of the kind {document.kind}.", subject=of_stay)) if of_stay else None
    if document.kind == "emergency_note" or encounter.visit == "emergency":
        return "emergency", "emergency", ruling("em/category", "An emergency visit.", subject="emergency")
    if encounter.visit:
        given = encounter.visit if " " in encounter.visit else f"office {encounter.visit}"
        return given.split()[0], given, ruling("em/category", "Given with the encounter.", subject=given)
    return _office(facts)


def _office(facts: tuple[Fact, ...]) -> tuple[str, str, Ruling]:
    read = [f for f in facts if f.said("class") == "visit" and f.concept in ("new", "established") and f.assertion == "present"]
    kinds = {f.concept for f in read}
    if len(kinds) == 1:
        (kind,) = kinds
        return "office", f"office {kind}", ruling("em/category", f"The note speaks of a patient who is {kind}.", spans=tuple(f.span for f in read[:2]), subject=kind, citation=_NEW)
    why = "The note speaks of both a new and an established patient" if kinds else "The note does not say whether the patient is new or established"
    message = f"{why}: give `visit` with the encounter. The level by decision making is the same for both; for time the longer one is asked."
    return "office", "", ruling("em/category", message, spans=tuple(f.span for f in read[:2]), citation=_NEW, verdict="warning")
