"""A record given out whole (45 CFR 170.315(b)(10)): data, FHIR, originals, texts, results, and a PDF for a person; with a manifest of hashes.

The ledger knows of it before anything is written. No transaction stays open while files are made.
"""
from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC
from hashlib import sha256
from typing import Any

from charthouse.flow.desk import SITE, Desk
from charthouse.flow.finding import scope_of
from charthouse.ports.copying import Out
from charthouse.record.errors import BlobDamaged
from charthouse.record.export import Paper, WholeRecord

FORMAT = "charthouse-ehi/1"
AT_ONCE = 200
Spelled = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Makers:
    """What makes the two files that need an adapter."""

    fhir: Callable[[WholeRecord, Sequence[Paper], str], Spelled]
    pdf: Callable[[WholeRecord, Callable[[], Iterator[Paper]], str], bytes]


def export(desk: Desk, patient: str, out: Out, makers: Makers, folder: str = "") -> int:
    """The number of documents. Everything is put below `folder` of `out`."""
    whole = desk.use("chart.export", ("patient", patient), lambda open, access: open.copying.whole(access, patient, scope_of(desk)))
    made = desk.clock().astimezone(UTC).isoformat(timespec="seconds")
    manifest: dict[str, Spelled] = {}

    def put(name: str, content: bytes) -> None:
        manifest[name] = {"sha256": sha256(content).hexdigest(), "size": len(content)}
        out.put(folder + name, content)

    damaged: list[str] = []
    light = []
    for paper in _papers(desk, whole, damaged):
        put(paper.original_name, paper.original)
        if paper.row["text"]:
            put(paper.text_name, paper.text.encode())
        light.append(Paper(number=paper.number, row=paper.row, original=b"", text=""))
    for row in whole.rows("step"):
        if row["result"]:
            put(f"results/{row['encounter']}-{row['name']}-{row['key'][:16]}.json", _content(desk, patient, row["result"], damaged))
    put("record.json", _json({"format": FORMAT, "made_at": made, "made_by": desk.actor.id, "patient": patient, "visits_left_out": whole.left_out, "damaged": damaged, "tables": whole.tables}))
    put("fhir-bundle.json", _json(makers.fhir(whole, light, made)))
    put("record.pdf", makers.pdf(whole, lambda: (_again(paper, out, folder) for paper in light), made))
    out.put(folder + "manifest.json", _json({"format": FORMAT, "made_at": made, "patient": patient, "files": manifest}))
    return len(light)


def export_all(desk: Desk, out: Out, makers: Makers, tell: Callable[[str], None]) -> int:
    """Everybody within the scope, one after the other; how many. A patient's own event comes before its files."""
    after, number = "", 0
    while some := desk.use("chart.export", SITE, lambda open, access, since=after: open.copying.patients(access, scope_of(desk), after=since, most=AT_ONCE)):  # type: ignore[misc]
        for patient in some:
            export(desk, patient, out, makers, f"{patient}/")
            number += 1
            tell(patient)
        after = some[-1]
    return number


def _papers(desk: Desk, whole: WholeRecord, damaged: list[str]) -> Iterator[Paper]:
    """One at a time: a long record does not fill the memory."""
    for number, row in enumerate(whole.rows("document"), 1):
        original = _content(desk, whole.patient, row["original"], damaged)
        text = _content(desk, whole.patient, row["text"], damaged).decode() if row["text"] else ""
        yield Paper(number=number, row=row, original=original, text=text)


def _again(paper: Paper, out: Out, folder: str) -> Paper:
    """As it was put: what is given out is read from the record once."""
    text = out.read(folder + paper.text_name).decode() if paper.row["text"] else ""
    return Paper(number=paper.number, row=paper.row, original=out.read(folder + paper.original_name), text=text)


def _content(desk: Desk, patient: str, hash: str, damaged: list[str]) -> bytes:
    """What was destroyed or is damaged is named in the record, and does not stop the rest."""
    try:
        return desk.use("chart.export", ("patient", patient), lambda open, access: open.copying.content(access, hash))
    except BlobDamaged:
        damaged.append(hash)
        return b""


def _json(content: Spelled) -> bytes:
    return json.dumps(content, ensure_ascii=False, indent=1, default=str).encode()
