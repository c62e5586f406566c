"""Charthouse from Python: one function."""
from __future__ import annotations

from datetime import date

from charthouse import bootstrap
from charthouse.flow.run import run
from charthouse.flow.steps import Received, Work
from charthouse.record.chart import Encounter, Setting
from charthouse.record.code import CodeLine
from charthouse.record.document import Patient


def code_note(text: str, *, on: date, setting: Setting = "outpatient", sex: str = "", age: int | None = None) -> tuple[CodeLine, ...]:
    """The codes of one note, in claim order, then what was left off and why (`status` "suppressed").

    `on` is the date of service (or discharge) and picks the books; `age` in completed years; offsets of the evidence
    count code points of `text`. Raises `EmptyNote`, `NoteTooLarge` or `NoEdition`.
    """
    encounter = Encounter(id="", setting=setting, on=on, patient=Patient(sex=sex, age=age))
    return run(Work(encounter=encounter, received=(Received(id="note", content=text),)), bootstrap.kit(), until="coding").codes
