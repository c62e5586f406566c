"""A chart as the coding screen is told it: plain data for JSON. Offsets count code points of the document's text."""
from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from charthouse.flow.deciding import Opened, against, grouped
from charthouse.flow.result import grouping_dict
from charthouse.flow.steps import Kit
from charthouse.record.act import Act
from charthouse.record.chart import age_on
from charthouse.record.page import Page
from charthouse.rooms.deciding import REASONS, Line
from charthouse.rulebook.codebook import CodeBook
from charthouse.rulebook.poa import exempt

ALTERNATIVES, FOUND = 8, 20
MEASURED = ("medication", "lab", "vital", "procedure")  # read, but underlined only where a code rests on them: the text stays calm
SAID = {"accept": "Accepted {code}", "reject": "Rejected {code}", "change": "Changed {code} to {to}", "add": "Added {code}", "principal": "{code} comes first", "poa": "POA of {code}: {value}",
        "flag": "Flagged {code}", "unflag": "Took the flag off {code}", "submit": "Finished the chart"}


def state(at: Opened, kit: Kit, *, may_decide: bool) -> dict[str, Any]:
    """Everything but the texts."""
    grouping = grouped(at, kit)
    visit, decided, result = at.coded.visit, at.decided, at.result
    final = decided.final
    return {
        "encounter": {"id": at.encounter, "setting": visit.setting, "date": visit.day.isoformat(), "admitted": visit.admitted.date().isoformat(), "facility": visit.facility, "payer": visit.payer,
                      "unit": visit.unit, "attending": visit.attending, "number": visit.number, "state": "final" if final else "coding" if at.coded.acts else "coded" if result else "waiting"},
        "patient": patient_of(at),
        "documents": _documents(result),
        "codes": [_line(line, at, kit.book) for line in decided.codes], "left_off": [_line(line, at, kit.book) for line in decided.left_off],
        "grouping": grouping_dict(grouping) if grouping else None, "grouping_note": "" if grouping else _why_no_group(at),
        "problems": [{"stop": p.stop, "line": p.line, **p.ruling.as_dict()} for p in against(at, kit, grouping)],
        "unknown": list(_unknown(at, kit.book)),
        "acts": [_act(a, decided.undone) for a in at.coded.acts if a.what not in ("undo", "redo")], "version": at.coded.version,
        "can": {"decide": may_decide and final is None, "undo": may_decide and decided.can_undo, "redo": may_decide and decided.can_redo},
        "final": {"by": final.shown or final.by, "at": _iso(final), "version": final.n} if final else None,
        "reasons": [{"key": key, "id": id, "label": label} for key, id, label in REASONS]}


def patient_of(at: Opened) -> dict[str, Any]:
    who, on = at.coded.registration, at.coded.visit.day
    return {"name": ", ".join(filter(None, (who.family, who.given))), "mrn": next((value for _, value in who.identifiers), ""), "sex": who.sex,
            "age": age_on(who.birth_date, on) if who.birth_date else None, "alerts": ["Restricted record"] if who.restricted else []}


def document(at: Opened, id: str) -> dict[str, Any] | None:
    """One document with its text, what was copied into it, what is said in it, and its pages; None when the chart has none of that id."""
    found = next((d for d in at.result.get("documents", ()) if d["id"] == id), None)
    if found is None:
        return None
    texts = {d["id"]: d for d in at.result["documents"]}
    copied = [{"start": c["start"], "end": c["end"], "origin": c["origin"], "origin_label": _first(texts[c["origin"]]),
               "origin_start": max(texts[c["origin"]]["text"].find(found["text"][c["start"]:c["end"]]), 0)} for c in at.result.get("copied", ()) if c["document"] == id and c["origin"] in texts]
    facts = [{"start": f["start"], "end": f["end"], "pattern": pattern(f), "note": _note(f)} for f in at.result.get("facts", ()) if f["document"] == id and f["kind"] not in MEASURED]
    return {"id": id, "text": found["text"], "copied": copied, "facts": facts, "pages": found.get("pages", []), "notes": [n["note"] for n in at.result.get("reading", ()) if n["document"] == id]}


def pages_of(at: Opened, id: str) -> tuple[Page, ...]:
    """The pages of a document, with which way up each is to be drawn."""
    found: Mapping[str, Any] = next((d for d in at.result.get("documents", ()) if d["id"] == id), {})
    return tuple(Page(number=p["number"], width=p["width"], height=p["height"], start=p["start"], end=p["end"], turned=p["turned"]) for p in found.get("pages", ()))


def label(document: Mapping[str, Any]) -> str:
    """"Discharge summary, 2026-03-07"."""
    return ", ".join(x for x in (kind(document), str(document.get("date") or "")) if x)


def _first(document: Mapping[str, Any]) -> str:
    """"Discharge summary, 2026-03-07, Dr. Okafor": who wrote first what others copied."""
    return ", ".join(x for x in (label(document), str(document.get("author") or "")) if x)


def kind(document: Mapping[str, Any]) -> str:
    words = str(document.get("kind") or "document").replace("_", " ")
    return words[:1].upper() + words[1:]


def pattern(fact: Mapping[str, Any]) -> str:
    """How a fact is underlined."""
    if fact["assertion"] == "absent":
        return "absent"
    if fact["assertion"] in ("possible", "hypothetical"):
        return "possible"
    return "history" if fact["temporality"] == "historical" or fact["experiencer"] == "other" else "present"


def _note(fact: Mapping[str, Any]) -> str:
    said = [fact["assertion"]] if fact["assertion"] != "present" else []
    said += ["history"] if fact["temporality"] == "historical" else []
    said += ["of a relative"] if fact["experiencer"] == "other" else []
    trigger = fact.get("trigger")
    return ", ".join(said) + (f": “{trigger['text']}”" if said and trigger else "")


def _documents(result: Mapping[str, Any]) -> list[dict[str, Any]]:
    copied: dict[str, int] = defaultdict(int)
    for c in result.get("copied", ()):
        copied[c["document"]] += c["end"] - c["start"]
    return [_document(d, copied[d["id"]]) for d in result.get("documents", ())]


def _document(d: Mapping[str, Any], copied: int) -> dict[str, Any]:
    return {"id": d["id"], "kind": d["kind"], "label": kind(d), "date": d["date"], "author": d["author"], "pages": len(d.get("pages", ())), "characters": len(d["text"]),
            "copied": round(min(copied / max(len(d["text"]), 1), 1.0), 3)}


def _line(line: Line, at: Opened, book: CodeBook) -> dict[str, Any]:
    engine, on = line.engine, at.coded.visit.day
    own = engine if engine.get("code") == line.code else {}
    diagnosis = line.system == "ICD-10-CM"
    out = {
        "line": line.id, "system": line.system, "code": line.code, "title": own.get("title") or _title(line.code, book), "role": line.role, "poa": line.poa,
        "poa_exempt": diagnosis and exempt(line.code, on, book), "severity": book.severity(line.code, on) if diagnosis and at.inpatient and not line.first else "", "hcc": [{"category": n, "label": label} for n, label in book.hcc(line.code)] if diagnosis else [],
        "status": own.get("status", "review"), "decision": line.decision, "confidence": own.get("confidence"), "evidence": _evidence(line, at),
        "reasons": own.get("reasons", []), "matched": own.get("matched", []), "beyond": own.get("beyond", []), "units": own.get("units"), "alternatives": list(_alternatives(line.code, book)) if diagnosis else [],
        "flagged": line.flagged, "by": line.by, "at": line.at.isoformat() if line.at else ""}
    if line.proposed:
        out["proposed"] = {"code": line.proposed, "title": _title(line.proposed, book)}
    if line.off:
        out |= {"why": _why_off(line), "reason": line.reason}
    return out


def _evidence(line: Line, at: Opened) -> list[dict[str, Any]]:
    found = list(line.engine.get("evidence", ()))
    if line.span:
        id, start, end = line.span
        text = next((d["text"] for d in at.result.get("documents", ()) if d["id"] == id), "")
        if text[start:end].strip() and not any((e["document"], e["start"], e["end"]) == line.span for e in found):
            found.append({"document": id, "start": start, "end": end, "text": text[start:end]})
    return found


def _why_off(line: Line) -> str:
    if line.decision == "rejected":
        return next((label for _, id, label in REASONS if id == line.reason), line.reason)
    return next((r["message"] for r in line.engine.get("reasons", ()) if r["verdict"] == "suppressed"), "")


def _title(code: str, book: CodeBook) -> str:
    entry = book.entry(code)
    return entry.title if entry else ""


def _alternatives(code: str, book: CodeBook) -> Iterator[dict[str, str]]:
    """The other codes beside it in the book."""
    entry = book.entry(code)
    beside = [c for c in book.children(entry.parent) if c != code] if entry and entry.parent else []
    for other in beside[:ALTERNATIVES]:
        yield {"code": other, "title": _title(other, book)}


def _why_no_group(at: Opened) -> str:
    if not at.inpatient:
        return "An outpatient visit has no MS-DRG."
    if not any(line.first for line in at.decided.codes):
        return "No diagnosis is principal, so there is no MS-DRG yet."
    patient = at.result.get("patient") or {}
    return "Age or sex of the patient is not known." if patient.get("age") is None or not patient.get("sex") else "No MS-DRG tables are loaded for this date."


def _unknown(at: Opened, book: CodeBook) -> Iterator[str]:
    if not at.result:
        yield "The engine has not read this chart yet: it is in the queue, or its documents have no text."
    for ruling in at.result.get("unread", ()):
        yield f"A document could not be read: {ruling['message']}"
    for name, why in sorted(book.missing().items()):
        if not name.startswith(("NCCI", "MUE")):  # they are the claim's
            yield f"{name} is not loaded: {why}"


def _act(act: Act, undone: frozenset[int]) -> dict[str, Any]:
    return {"n": act.n, "what": act.what, "line": act.line, "code": act.code, "words": SAID[act.what].format(code=act.code, to=act.to, value=act.value), "by": act.shown or act.by, "at": _iso(act),
            "undone": act.n in undone}


def _iso(act: Act) -> str:
    return act.at.isoformat(timespec="seconds") if act.at else ""


def found(asked: str, system: str, on: date, book: CodeBook) -> list[dict[str, Any]]:
    """The codes that somebody may mean who types this, best first. `more` says what a code lacks to be complete."""
    out = []
    for hit in book.find(asked, system=system, limit=FOUND) if asked.strip() else ():
        valid = book.valid(hit.code, on)
        out.append({"system": system, "code": hit.code, "title": hit.title, "billable": valid, "more": "" if valid else _lacks(hit.code, on, book)})
    return out


def _lacks(code: str, on: date, book: CodeBook) -> str:
    entry = book.entry(code)
    if entry is not None and not entry.leaf:
        return f"{len(book.leaves(code))} codes below" if entry.system == "ICD-10-CM" else "not complete"
    return f"not valid on {on.isoformat()}"


def told_of(code: str, on: date, book: CodeBook) -> dict[str, Any] | None:
    """What the book says of a code; None when it has none such."""
    entry = book.entry(code)
    if entry is None:
        return None
    return {"code": code, "title": entry.title, "valid": book.valid(code, on), "path": [{"code": p.at, "title": p.title} for p in book.path_to(code)],
            "notes": [{"kind": n.kind, "at": n.at, "text": n.text} for n in book.notes(code)], "children": [{"code": c, "title": _title(c, book)} for c in book.children(code)]}
