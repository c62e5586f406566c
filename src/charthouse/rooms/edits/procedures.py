"""An operation in the chart and none on the claim: the DRG cannot be final."""
from __future__ import annotations

from charthouse.record.chart import Chart
from charthouse.record.document import quote
from charthouse.record.grouping import Stay
from charthouse.record.ruling import Ruling


def uncoded_procedure(chart: Chart, stay: Stay) -> tuple[Ruling, ...]:
    """A warning for an inpatient chart that holds an operative note while the stay has no procedure code (UHDDS: all
    significant procedures are reported)."""
    if stay.procedures:
        return ()
    return tuple(
        Ruling(rule="edits/uncoded-procedure", verdict="warning", subject=d.id, citation="UHDDS; ICD-10-PCS Guidelines A11",
               message=f"{d.id} is an operative note, but no procedure is coded: code it before the DRG is used.", spans=(quote(d, *_first_line(d.text)),))
        for d in chart.documents if d.kind == "operative_note")


def _first_line(text: str) -> tuple[int, int]:
    start = len(text) - len(text.lstrip())
    end = text.find("\n", start)
    return start, end if end > start else len(text)
