"""Results made by hand for the tests of the report, and the one test that they are true to themselves."""
from __future__ import annotations

import json
from typing import Any

URL = "https://evil.example/x.png"
HOSTILE = f"<script>alert(1)</script>'\"><img src={URL} onerror=alert(2)>{{{{7*7}}}}</style></script>"
HP = ("HISTORY AND PHYSICAL 😷\nAdmitted with acute on chronic systolic heart failure and acute hypoxic respiratory failure.\n"
      "Hx of stroke. No evidence of pneumonia.\nPossible sepsis.\n")  # fmt: skip
PN = "PROGRESS NOTE 🫁\nResp: acute hypoxic respiratory failure, on HFNC.\nAddendum: better.\n\nNa      134     135\nK       4.4     3.8\n"


def span(document: str, text: str, words: str) -> dict[str, Any]:
    at = text.index(words)
    return {"document": document, "start": at, "end": at + len(words), "text": words}


def fact(at: dict[str, Any], **more: Any) -> dict[str, Any]:
    return at | {"kind": "problem", "assertion": "present", "temporality": "recent", "experiencer": "patient", "trigger": None} | more


def ruling(message: str, verdict: str = "applied") -> dict[str, Any]:
    return {"rule": "reading/found", "verdict": verdict, "message": message, "citation": "ICD-10-CM Official Guidelines I.A.19", "subject": "", "edition": "FY2026",
            "spans": []}  # fmt: skip


def code(code: str, title: str, *evidence: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"system": "ICD-10-CM", "code": code, "title": title, "role": "secondary", "status": "auto", "confidence": 0.9312, "poa": "Y", "severity": "",
            "edition": "FY2026", "evidence": list(evidence), "reasons": [ruling(f'"{title}" is coded to {code}.')]} | more  # fmt: skip


def left_off(name: str, title: str, why: str, *evidence: dict[str, Any]) -> dict[str, Any]:
    return code(name, title, *evidence, status="suppressed", confidence=0.04, poa="", reasons=[ruling(why, "suppressed")])


def grouping() -> dict[str, Any]:
    return {"drg": "291", "title": "Heart Failure and Shock with MCC", "mdc": "05", "mdc_title": "Circulatory System", "kind": "medical", "severity": "MCC",
            "weight": 1.2838, "gmlos": 3.8, "amlos": 5.0, "edition": "v43 (FY2026)", "weight_edition": "Table 5 FY2026", "initial_drg": "291", "return_code": "OK",
            "path": [ruling("Principal diagnosis I50.23 leads to MDC 05."), ruling("Initial and final DRG are the same.", "passed")],
            "diagnoses": [{"code": "I50.23", "severity": "MCC", "counted": True, "why": "principal diagnosis", "hac": ""},
                          {"code": "J96.01", "severity": "MCC", "counted": True, "why": "MCC and decides the DRG", "hac": ""}],
            "what_if": [{"change": "without J96.01 (MCC)", "drg": "293", "title": "Heart Failure and Shock", "weight": None}]}  # fmt: skip


def evaluation(*spans: dict[str, Any]) -> dict[str, Any]:
    return {"document": "hp", "setting": "inpatient", "category": "inpatient initial", "level": "high", "code": "", "decided_by": "time", "minutes": 80,
            "levels": {"problems": "high", "data": "low", "risk": "moderate"}, "elements": [ruling("J96.01 threatens life.") | {"element": "problems", "spans": list(spans)}],
            "reasons": [ruling("Total time of 80 minutes: high."), ruling("No code is loaded for this level.", "not loaded")]}  # fmt: skip


def inpatient() -> dict[str, Any]:
    """Two documents after emoji, an overlap, a copied line, one document unread, all four patterns."""
    chf, arf, stroke = span("hp", HP, "acute on chronic systolic heart failure"), span("hp", HP, "acute hypoxic respiratory failure"), span("hp", HP, "stroke")
    again, pneumonia, sepsis = span("pn", PN, "acute hypoxic respiratory failure"), span("hp", HP, "pneumonia"), span("hp", HP, "sepsis")
    codes = [
        code("I50.23", "Acute on chronic systolic (congestive) heart failure", chf, role="principal", severity="MCC"),
        code("J96.01", "Acute respiratory failure with hypoxia", again, arf, severity="MCC", status="review", confidence=0.71),
        code("I50.9", "Heart failure, unspecified", span("hp", HP, "heart failure and acute hypoxic")),
        code("5A09357", "Assistance with respiratory ventilation", system="ICD-10-PCS", role="procedure", poa=""),
        left_off("J18.9", "Pneumonia, unspecified organism", 'Said to be absent ("No evidence of").', pneumonia),
        left_off("A41.9", "Sepsis, unspecified organism", "Uncertain.", sepsis), left_off("I63.9", "Cerebral infarction, unspecified", "History.", stroke),
    ]  # fmt: skip
    facts = [fact(chf), fact(arf), fact(again), fact(stroke, temporality="historical"), fact(sepsis, assertion="possible", trigger=span("hp", HP, "Possible")),
             fact(pneumonia, assertion="absent", trigger=span("hp", HP, "No evidence of"))]  # fmt: skip
    return {"id": "enc-7", "codes": codes, "evaluation": [evaluation(arf)], "grouping": grouping(), "edits": [ruling("Table of medically unlikely edits: weight not loaded.", "not loaded")],
            "unread": [ruling("scan.pdf holds no text.", "error") | {"subject": "scan.pdf"}], "reading": [{"document": "pn", "note": "read as Windows-1252"}],
            "setting": "inpatient", "date": "2026-03-07", "admitted": "2026-03-02", "patient": {"name": "Elena Ruiz", "mrn": "00412", "sex": "F", "age": 71},
            "documents": [{"id": "hp", "kind": "history_and_physical", "author": "Dr. Lim", "date": "2026-03-02", "sha256": "", "text": HP},
                          {"id": "pn", "kind": "progress_note", "author": "", "date": None, "sha256": "", "text": PN}],
            "copied": [{"document": "pn", "start": PN.index("Resp"), "end": PN.index("\nAddendum"), "origin": "hp"}], "facts": facts, "key": "k3y"}  # fmt: skip


def empty() -> dict[str, Any]:
    """An inpatient stay of which nothing could be said."""
    return {"id": "enc-0", "codes": [], "setting": "inpatient", "date": "2026-03-07", "admitted": None,
            "patient": {"name": "", "mrn": "", "sex": "", "age": None}, "documents": [], "copied": [], "facts": []}  # fmt: skip


def hostile() -> dict[str, Any]:
    """The inpatient result with hostile text wherever a text comes from outside."""
    result = json.loads(json.dumps(inpatient()))
    for d in result["documents"]:
        d["text"] += HOSTILE
        d["author"] = d["kind"] = d["date"] = HOSTILE
    at = {"document": "hp", "start": len(HP), "end": len(HP) + len(HOSTILE), "text": HOSTILE}
    result["codes"][0] |= {"evidence": [at], "title": HOSTILE, "code": HOSTILE, "reasons": [ruling(HOSTILE)]}
    result["evaluation"] = [evaluation(at) | {"category": HOSTILE, "level": HOSTILE, "document": HOSTILE, "code": HOSTILE}]
    result["facts"].append(fact(at, trigger=at, assertion="absent", read_as=HOSTILE))
    return result | {"id": HOSTILE, "key": HOSTILE, "patient": {"name": HOSTILE, "mrn": HOSTILE, "sex": "F", "age": 3}, "edits": [ruling(HOSTILE, "warning")], "hints": [ruling(HOSTILE, "warning")],
                     "copied": [c | {"origin": HOSTILE} for c in result["copied"]]}  # fmt: skip


def rows() -> list[dict[str, Any]]:
    """Rows of the index: plain, without a code, with things to look at, failed."""
    row = {"name": "01-a", "setting": "inpatient", "date": "2026-03-07", "documents": 8, "first": "I50.23", "first_title": "Heart failure", "auto": 3, "review": 2,
           "left_off": 40, "drg": "291", "weight": 1.2838, "unread": [], "edits": [], "page": "01-a.html"}  # fmt: skip
    return [row, row | {"name": "02-b", "setting": "outpatient", "first": "", "first_title": "", "drg": "", "weight": None, "auto": 0, "review": 0},
            row | {"name": "03 c", "page": "03 c.html", "unread": ["scan.pdf holds no text."], "edits": ["G81.90: an unspecified side."]},
            {"name": "04-d", "error": {"code": "CH-0203", "message": "note.txt cannot be read: Permission denied"}}]  # fmt: skip


def test_every_span_quotes_what_stands_there() -> None:
    result = inpatient()
    texts = {d["id"]: d["text"] for d in result["documents"]}
    for s in [*result["facts"], *(e for c in result["codes"] for e in c["evidence"])]:
        assert texts[s["document"]][s["start"]:s["end"]] == s["text"]
