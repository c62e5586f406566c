"""A chart that answers as the server of the coding screen does, out of a result of `charthouse run`: so the screen is tested by itself, and made to meet what a real
server seldom gives (a conflict, a session that ended, an answer that comes late)."""
from __future__ import annotations

import copy
import time
from dataclasses import dataclass, field
from typing import Any

from fastapi import APIRouter, Body
from fastapi.responses import JSONResponse, Response

REASONS = [{"key": str(n + 1), "id": i, "label": label} for n, (i, label) in enumerate((
    ("not-supported", "Not supported by the record"), ("not-this-visit", "Not of this visit"), ("integral", "Integral to another code"), ("other-code", "Another code says it"), ("other", "Other")))]
SYSTEM = "ICD-10-CM"
BOOK = [("I50.22", "Chronic systolic (congestive) heart failure", True), ("I50.23", "Acute on chronic systolic (congestive) heart failure", True), ("I50.33", "Acute on chronic diastolic (congestive) heart failure", True),
        ("I50.2", "Systolic (congestive) heart failure", False), ("N18.31", "Chronic kidney disease, stage 3a", True), ("N18.32", "Chronic kidney disease, stage 3b", True), ("R51.9", "Headache, unspecified", True),
        ("J96.01", "Acute respiratory failure with hypoxia", True), ("E87.6", "Hypokalemia", True)]


@dataclass
class StandIn:
    """`state` as the contract has it; `refuse` is what the next act is answered with: {"status", "message"}; `slow` in seconds, of each act."""

    state: dict[str, Any]
    documents: dict[str, Any]
    refuse: dict[str, Any] = field(default_factory=dict)
    slow: float = 0.0
    pictures: dict[tuple[str, int], bytes] = field(default_factory=dict)
    got: list[dict[str, Any]] = field(default_factory=list)
    before: list[dict[str, Any]] = field(default_factory=list)
    after: list[dict[str, Any]] = field(default_factory=list)

    @classmethod
    def of(cls, result: dict[str, Any], **given: Any) -> StandIn:
        return cls(_state(result) | given, _documents(result))

    def act(self, given: dict[str, Any]) -> Any:
        self.got.append(given)
        time.sleep(self.slow)
        if self.refuse:
            refuse, self.refuse = self.refuse, {}
            return _wrong(refuse["status"], refuse["message"], **({"state": self.state} if refuse["status"] == 409 else {}))
        if given["version"] != self.state["version"]:
            return _wrong(409, "The chart was changed meanwhile.", state=self.state)
        self._do(given)
        return self.state

    def elsewhere(self, **given: Any) -> None:
        """Somebody else acts."""
        self._do(given)

    def _do(self, given: dict[str, Any]) -> None:
        self.before.append(copy.deepcopy(self.state))
        self.after.clear()
        s = self.state
        line = next((c for c in (*s["codes"], *s["left_off"]) if c["line"] == given.get("line")), None)
        what, words = given["what"], f"{given['what'].capitalize()}ed {line['code'] if line else given.get('code', '')}"
        name = given.get("line", "")
        if what == "add":
            name = f"L{100 + s['version']}"
            text = self.documents[given["span"]["document"]]["text"][given["span"]["start"]:given["span"]["end"]] if "span" in given else ""
            s["codes"].append(_blank(name, given["system"], given["code"]) | {"evidence": [given["span"] | {"text": text, "places": []}] if text else []})
        elif what == "accept":
            assert line is not None
            if line in s["left_off"]:
                s["left_off"].remove(line)
                s["codes"].append(line)
            line["decision"] = "accepted"
        elif what == "reject":
            assert line is not None
            s["codes"].remove(line)
            s["left_off"].insert(0, line | {"decision": "rejected", "reason": given["reason"], "why": next(r["label"] for r in REASONS if r["id"] == given["reason"])})
        elif what == "change":
            assert line is not None
            line |= {"proposed": {"code": line["code"], "title": line["title"]}, "code": given["code"], "title": _title(given["code"]), "decision": "changed"}
        elif what == "principal":
            assert line is not None
            for c in s["codes"]:
                c["role"] = "secondary" if c["role"] == "principal" else c["role"]
            line["role"] = "principal"
            s["codes"].sort(key=lambda c: c is not line)
        elif what == "poa":
            assert line is not None
            line["poa"] = given["value"]
        else:
            assert line is not None
            line["flagged"] = what == "flag"
        s["acts"].append({"n": len(s["acts"]) + 1, "what": what, "line": name, "code": line["code"] if line else given.get("code", ""), "words": words, "by": "Ana Ruiz", "at": "2026-11-26T10:00:00Z", "undone": False})
        s["version"] += 1
        s["can"] |= {"undo": True, "redo": False}

    def turn(self, step: str, given: dict[str, Any]) -> Any:
        self.got.append(given | {"what": step})
        took, gave = (self.before, self.after) if step == "undo" else (self.after, self.before)
        gave.append(copy.deepcopy(self.state))
        acts, version = self.state["acts"], self.state["version"] + 1
        self.state = took.pop() | {"version": version}
        self.state["acts"] = copy.deepcopy(acts)
        flipped = [a for a in self.state["acts"] if a["undone"] == (step == "redo")]
        (flipped[-1] if step == "undo" else flipped[0])["undone"] = step == "undo"
        self.state["can"] |= {"undo": bool(self.before), "redo": bool(self.after)}
        return self.state


def router(charts: dict[str, StandIn]) -> APIRouter:
    """The routes of the contract over these charts; submitting one leads to the next that is not submitted."""
    r = APIRouter()

    @r.get("/chart/{chart}/state")
    def state(chart: str) -> Any:
        return charts[chart].state if chart in charts else _wrong(404, "There is no such visit, or it is not yours to see.")

    @r.get("/chart/{chart}/questions")
    def questions(chart: str) -> Any:
        return {"questions": [], "may": True}

    @r.get("/chart/{chart}/documents/{document}")
    def document(chart: str, document: str) -> Any:
        return charts[chart].documents[document]

    @r.get("/chart/{chart}/documents/{document}/pages/{page}")
    def picture(chart: str, document: str, page: int) -> Response:
        return Response(charts[chart].pictures[document, page], media_type="image/jpeg")

    @r.post("/chart/{chart}/acts")
    def act(chart: str, given: dict[str, Any] = Body()) -> Any:  # noqa: B008
        return charts[chart].act(given)

    @r.post("/chart/{chart}/undo")
    def undo(chart: str, given: dict[str, Any] = Body()) -> Any:  # noqa: B008
        return charts[chart].turn("undo", given)

    @r.post("/chart/{chart}/redo")
    def redo(chart: str, given: dict[str, Any] = Body()) -> Any:  # noqa: B008
        return charts[chart].turn("redo", given)

    @r.post("/chart/{chart}/submit")
    def submit(chart: str, given: dict[str, Any] = Body()) -> Any:  # noqa: B008
        at = charts[chart]
        at.got.append(given | {"what": "submit"})
        at.state["final"] = {"by": "Ana Ruiz", "at": "2026-11-26T10:05:00Z", "version": at.state["version"]}
        return {"next": next((f"/chart/{c}" for c, other in charts.items() if not other.state["final"]), "/")}

    @r.get("/books/find")
    def find(q: str, system: str = SYSTEM, on: str = "") -> Any:
        words = q.lower().split()
        found = [b for b in BOOK if b[0].lower().startswith(q.lower()) or all(w in b[1].lower() for w in words)]
        return {"found": [{"system": SYSTEM, "code": c, "title": t, "billable": whole, "more": "" if whole else "needs a 5th character"} for c, t, whole in found]}

    @r.get("/books/code/{system}/{code}")
    def book(system: str, code: str, on: str = "") -> Any:
        children = [{"code": c, "title": t} for c, t, _ in BOOK if c.startswith(code) and c != code]
        return {"code": code, "title": _title(code), "valid": True, "path": [{"code": code[:3], "title": "Category"}, {"code": code, "title": _title(code)}],
                "notes": [{"kind": "excludes1", "at": code[:3], "text": "a made note of the book"}], "children": children}

    return r


def _wrong(status: int, message: str, **more: Any) -> JSONResponse:
    return JSONResponse({"error": {"code": "CH-0820", "message": message}} | more, status)


def _title(code: str) -> str:
    return next((t for c, t, _ in BOOK if c == code), "")


def _blank(line: str, system: str, code: str) -> dict[str, Any]:
    return {"line": line, "system": system, "code": code, "title": _title(code), "role": "secondary", "poa": "", "poa_exempt": False, "severity": "", "hcc": [], "status": "review", "decision": "added", "confidence": None,
            "evidence": [], "reasons": [], "matched": [], "beyond": [], "alternatives": [], "flagged": False, "by": "", "at": ""}


def _line(n: int, code: dict[str, Any]) -> dict[str, Any]:
    why = next((r["message"] for r in code["reasons"] if r["verdict"] == "suppressed"), "")
    return code | {"line": f"L{n}", "poa_exempt": code["poa"] == "exempt", "hcc": [], "decision": "", "alternatives": [], "flagged": False, "by": "", "at": "", "why": why}


def _state(r: dict[str, Any]) -> dict[str, Any]:
    lines = [_line(n + 1, c) for n, c in enumerate(r["codes"])]
    copied = {d["id"]: sum(c["end"] - c["start"] for c in r["copied"] if c["document"] == d["id"]) / max(len(d["text"]), 1) for d in r["documents"]}
    return {
        "encounter": {"id": r["id"], "setting": r["setting"], "date": r["date"], "admitted": r["admitted"], "facility": "Harbor", "payer": "Medicare", "unit": "Medicine", "attending": "Dr. M. Sekulow", "state": "coding"},
        "patient": r["patient"] | {"alerts": []},
        "documents": [{"id": d["id"], "kind": d["kind"], "label": d["kind"].replace("_", " ").capitalize(), "date": d["date"], "author": d["author"], "pages": len(d.get("pages", ())), "characters": len(d["text"]), "copied": copied[d["id"]]} for d in r["documents"]],
        "codes": [c for c in lines if c["status"] != "suppressed"], "left_off": [c for c in lines if c["status"] == "suppressed"],
        "grouping": r.get("grouping"), "grouping_note": "" if r.get("grouping") else "No grouper for this setting.", "problems": [], "unknown": ["MUE table is not loaded"],
        "acts": [], "version": 1, "can": {"decide": True, "undo": False, "redo": False}, "final": None, "reasons": REASONS}


def _documents(r: dict[str, Any]) -> dict[str, Any]:
    label = {d["id"]: f"{d['kind'].replace('_', ' ').capitalize()} {d['date']} ({d['author']})" for d in r["documents"]}
    text = {d["id"]: d["text"] for d in r["documents"]}

    def copies(document: str) -> list[dict[str, Any]]:
        own = [c for c in r["copied"] if c["document"] == document]
        return [{"start": c["start"], "end": c["end"], "origin": c["origin"], "origin_label": label[c["origin"]], "origin_start": max(text[c["origin"]].find(text[document][c["start"]:c["end"]]), 0)} for c in own]

    def facts(document: str) -> list[dict[str, Any]]:
        return [{"start": f["start"], "end": f["end"], "pattern": _pattern(f), "note": f["assertion"] if f["assertion"] != "present" else ""} for f in r["facts"] if f["document"] == document]

    return {d["id"]: {"id": d["id"], "text": d["text"], "copied": copies(d["id"]), "facts": facts(d["id"]), "pages": d.get("pages", []), "notes": []} for d in r["documents"]}


def _pattern(fact: dict[str, Any]) -> str:
    if fact["assertion"] in ("absent", "possible"):
        return str(fact["assertion"])
    return "history" if fact["temporality"] == "historical" or fact["experiencer"] == "other" else "present"
