"""Queries from templates that are compliant by the way they are made: neutral title, indicators first, what is offered is supported, other and undetermined always there."""
from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from charthouse.record.query import Draft, Form, Indicator, Kind

CLOSING = ("Other (please state)", "Unable to determine")
_QUESTIONS: dict[Kind, str] = {
    "conflict": "The record describes {about} in different ways. In your clinical judgment, which applies to this patient?",
    "specificity": "In your clinical judgment, can {about} be described further ({open})?",
    "indicators": "In your clinical judgment, is there a diagnosis that accounts for these findings, and if so, which?",
    "validation": "Please clarify the clinical basis of {about} as documented, in your own judgment.",
    "poa": "In your clinical judgment, was {about} present at the time of the order for inpatient admission?",
    "cause": "In your clinical judgment, is there a relationship between {about} and the other findings given here?",
    "copied": "{about} stands only in passages that were carried forward. Does it apply to this visit, and if so, how was it evaluated or treated?"}
_TITLES: dict[Kind, str] = {"conflict": "Conflicting documentation", "specificity": "Further description", "indicators": "Clinical findings", "validation": "Clinical basis", "poa": "Present on admission",
                            "cause": "Relationship of findings", "copied": "Carried-forward documentation"}


def compose(kind: Kind, *, encounter: str, patient: str, on: date | None, author: str, to: str, indicators: Sequence[Indicator], about: str = "", open_: str = "", options: Sequence[str] = (), line: str = "", template: str = "") -> Draft:
    """A draft that a person may change before it is sent. `about` is what the record names already; `options` are supported by the indicators."""
    form: Form = "yes/no" if kind == "poa" else "choice" if len(set(options)) > 1 else "open"
    offered = ("Yes", "No", *CLOSING) if form == "yes/no" else (*options, *CLOSING) if form == "choice" else ()
    question = _QUESTIONS[kind].format(about=about or "this condition", open=open_ or "type, acuity, cause or site")
    return Draft(encounter=encounter, patient=patient, on=on, author=author, to=to, kind=kind, form=form, title=_TITLES[kind], question=question[:1].upper() + question[1:], options=tuple(offered), indicators=tuple(indicators),
                 about=about, line=line, template=template or kind, written_by="rule")
