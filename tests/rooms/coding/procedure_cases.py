"""Cases of procedures as tables of data: a text, and the codes that must come out of it."""
from __future__ import annotations

import tomllib
from datetime import date
from pathlib import Path
from typing import Any

from charthouse import bootstrap
from charthouse.flow.run import run
from charthouse.flow.steps import Received, Work
from charthouse.record.chart import Encounter, Setting
from charthouse.record.code import CodeLine
from charthouse.record.document import Patient

CASES = Path(__file__).parents[2] / "cases" / "procedures"


def cases(name: str) -> list[dict[str, Any]]:
    return tomllib.loads((CASES / f"{name}.toml").read_text(encoding="utf-8"))["case"]


def coded(text: str, *, kind: str = "operative_note", setting: Setting = "inpatient", assigned: tuple[str, ...] = (), on: date = date(2026, 3, 19)) -> list[CodeLine]:
    """The ICD-10-PCS lines of one document."""
    return coded_chart([(kind, text)], setting=setting, assigned=assigned, on=on)


def coded_chart(documents: list[tuple[str, str]], *, setting: Setting = "inpatient", assigned: tuple[str, ...] = (), on: date = date(2026, 3, 19)) -> list[CodeLine]:
    encounter = Encounter(id="case", setting=setting, on=on, patient=Patient(sex="F", age=60), admitted=date(on.year, on.month, 15), procedures=assigned)
    received = tuple(Received(id=f"d{i}", content=text, kind=kind) for i, (kind, text) in enumerate(documents))
    done = run(Work(encounter=encounter, received=received), bootstrap.kit(), until="coding")
    return [line for line in done.codes if line.system == "ICD-10-PCS"]


def standing(lines: list[CodeLine]) -> set[str]:
    return {line.code for line in lines if line.status != "suppressed"}


def left_off(lines: list[CodeLine]) -> dict[str, str]:
    """code -> the rule that left it off."""
    return {line.code: line.reasons[0].rule for line in lines if line.status == "suppressed"}
