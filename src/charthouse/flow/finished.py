"""Charts that people finished, with what their decisions correct: cases for `charthouse learn add`."""
from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from datetime import date
from typing import Any

from charthouse.flow import deciding, reports
from charthouse.flow.desk import Desk


def finished_charts(desk: Desk, since: date, until: date) -> Iterator[dict[str, Any]]:
    """Of the visits of these days those that a person finished, as items of the contract with their corrections. Each is a reading of that chart."""
    for visit in reports.figures(desk, since, until).visits:
        if visit.state != "finished":
            continue
        at = deciding.opened(desk, visit.encounter)
        corrections = [{k: v for k, v in asdict(c).items() if v} for c in deciding.taught(at)]
        if corrections:
            patient = at.result["patient"]
            yield {"id": visit.encounter, "setting": visit.setting, "date": at.coded.visit.day.isoformat(), "patient": {"sex": patient["sex"], "age": patient["age"]},
                   "documents": [{"id": d["id"], "kind": d["kind"], "text": d["text"]} for d in at.result["documents"]], "corrections": corrections}
