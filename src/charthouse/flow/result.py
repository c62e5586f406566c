"""The result of a chart as plain data: what the command line prints, files keep and the report shows."""
from __future__ import annotations

from typing import Any

from charthouse.flow.steps import SecondReading, Work
from charthouse.lexicon.pcs import known_start
from charthouse.record.code import CodeLine
from charthouse.record.document import Document
from charthouse.record.fact import UNSHOWN, Fact
from charthouse.record.grouping import Grouping
from charthouse.record.place import places


def as_dict(work: Work, *, full: bool = False) -> dict[str, Any]:
    """The answer of the contract. `full` adds documents, sections, facts and the patient: for a result on disk."""
    encounter = work.encounter
    out: dict[str, Any] = {"id": encounter.id, "codes": [_code(c, work) for c in work.codes], "gate": work.gate.as_dict()}
    if work.hints:
        out["hints"] = [r.as_dict() for r in work.hints]
    if work.evaluations:
        out["evaluation"] = [e.as_dict() for e in work.evaluations]
    if work.second_reading is not None:
        out["second_reader"] = second_reading_dict(work.second_reading)
    if work.grouping is not None:
        out["grouping"] = grouping_dict(work.grouping)
    if work.edits:
        out["edits"] = [r.as_dict() for r in work.edits]
    if work.unread:
        out["unread"] = [r.as_dict() for r in work.unread]
    notes = [{"document": d.id, "note": n} for d in work.documents for n in d.notes]
    if notes:
        out["reading"] = notes
    return out | _full(work) if full else out


def _code(line: CodeLine, work: Work) -> dict[str, Any]:
    """A code; evidence in a document that has pages says where on them it stands."""
    out = line.as_dict()
    pages = {d.id: d.pages for d in work.documents if d.pages}
    if pages:
        out["evidence"] = [s.as_dict() | ({"places": [p.as_dict() for p in places(pages[s.document], s.start, s.end)]} if s.document in pages else {})
                           for s in line.evidence]
    return out


def _document(d: Document) -> dict[str, Any]:
    out: dict[str, Any] = {"id": d.id, "kind": d.kind, "author": d.author, "date": d.service_date.isoformat() if d.service_date else None,
                           "sha256": d.sha256, "text": d.text}
    if d.pages:
        out["pages"] = [{"number": p.number, "width": p.width, "height": p.height, "start": p.start, "end": p.end, "turned": p.turned, "skew": p.skew,
                         "engine": p.engine, "doubtful": sum(w.other is not None for w in p.words)} for p in d.pages]
    return out


def _full(work: Work) -> dict[str, Any]:
    encounter = work.encounter
    return {
        "setting": encounter.setting, "date": encounter.on.isoformat(), "admitted": encounter.admitted.isoformat() if encounter.admitted else None,
        "patient": {"name": encounter.patient.name, "mrn": encounter.patient.mrn, "sex": encounter.patient.sex, "age": encounter.patient.age},
        "documents": [_document(d) for d in (work.chart.documents if work.chart else work.documents)],
        "copied": [{"document": c.document, "start": c.start, "end": c.end, "origin": c.origin} for c in (work.chart.copied if work.chart else ())],
        "facts": [fact_dict(f) for f in work.facts if f.kind not in UNSHOWN],
    }


def fact_dict(fact: Fact) -> dict[str, Any]:
    """A fact as `charthouse abstract` prints it."""
    out: dict[str, Any] = {
        "document": fact.span.document, "start": fact.span.start, "end": fact.span.end, "text": fact.span.text, "kind": fact.kind,
        "assertion": fact.assertion, "temporality": fact.temporality, "over": fact.over, "experiencer": fact.experiencer, "section": fact.section,
        "codes": [t.default or (known_start(t.family) if fact.kind == "procedure" else t.family) for t in fact.targets], "attributes": dict(fact.attributes),
        "trigger": fact.trigger.as_dict() if fact.trigger else None, "engine": fact.engine}
    if fact.measured:
        m = fact.measured
        out["value"] = {"name": m.name, "value": m.value, "unit": m.unit, "flag": m.flag} | ({"second": m.second} if m.second is not None else {})
    if fact.corrected:
        out["read_as"] = fact.corrected
    if fact.copied_from:
        out["copied_from"] = fact.copied_from
    return out


def second_reading_dict(done: SecondReading) -> dict[str, Any]:
    """What the second reader said and cost; `price` is None where the site has given none."""
    u = done.usage
    price = None if u.price is None else round(u.price, 6)
    return {"model": done.reader, **done.tally, "requests": u.requests, "retries": u.retries, "tokens_in": u.tokens_in, "tokens_out": u.tokens_out,
            "seconds": round(u.seconds, 3), "price": price}


def grouping_dict(g: Grouping) -> dict[str, Any]:
    """A grouping as `charthouse group` prints it."""
    return {
        "drg": g.drg, "title": g.title, "mdc": g.mdc, "mdc_title": g.mdc_title, "kind": g.kind, "severity": g.severity, "weight": g.weight,
        "gmlos": g.gmlos, "amlos": g.amlos, "edition": g.edition, "weight_edition": g.weight_edition, "initial_drg": g.initial_drg,
        "return_code": g.return_code, "path": [r.as_dict() for r in g.path],
        "diagnoses": [{"code": d.code, "severity": d.severity, "counted": d.counted, "why": d.why, "hac": d.hac} for d in g.diagnoses],
        "what_if": [{"change": w.change, "drg": w.drg, "title": w.title, "weight": w.weight} for w in g.what_if]}
