"""Charts that people finished, with what their decisions correct, or an audit that was settled: cases for `charthouse learn add`."""
from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from datetime import date
from typing import Any

from charthouse.flow import deciding, reports
from charthouse.flow.deciding import Opened
from charthouse.flow.desk import Desk, told
from charthouse.ports.store import Transaction
from charthouse.record.access import Access
from charthouse.record.learning import Correction
from charthouse.rooms.audit import taught


def finished_charts(desk: Desk, since: date, until: date) -> Iterator[dict[str, Any]]:
    """Of the visits of these days those that a person finished, or that were audited, as items of the contract with their corrections: an audit's word beats the coder's. Each is a reading of that chart."""
    for visit in reports.figures(desk, since, until).visits:
        if visit.state not in ("finished", "alone", "sampled"):
            continue
        at, audited = _opened(desk, visit.encounter)
        found = audited if audited else deciding.taught(at) if visit.state == "finished" else ()
        corrections = [{k: v for k, v in asdict(c).items() if v} for c in found]
        if corrections:
            patient = at.result["patient"]
            yield {"id": visit.encounter, "setting": visit.setting, "date": at.coded.visit.day.isoformat(), "patient": {"sex": patient["sex"], "age": patient["age"]},
                   "documents": [{"id": d["id"], "kind": d["kind"], "text": d["text"]} for d in at.result["documents"]], "corrections": corrections}


def _opened(desk: Desk, encounter: str) -> tuple[Opened, tuple[Correction, ...]]:
    """The chart, and what a settled audit of it teaches."""
    def use(open: Transaction, access: Access) -> tuple[Opened, tuple[Correction, ...]]:
        told(open, access)
        at, agreed = deciding.read_within(open, access, encounter), open.audit_findings.agreed(access, encounter)
        return at, tuple(taught(*agreed, _words(at))) if agreed else ()

    return desk.use("chart.read", ("encounter", encounter), use)


def _words(at: Opened) -> dict[str, str]:
    """By code the words that a person selected for it, else those that the engine quotes."""
    words = {c["code"]: str(c["evidence"][0]["text"]) for c in at.result.get("codes", ()) if c["evidence"]}
    return words | {c.to or c.code: c.words for c in deciding.taught(at) if c.words}
