"""The whole story of a code of a result, or of one that is not in it: plain data, from the result and the code book.

Nothing is coded anew: what is told is what the result holds (`flow/result.py`), with the book's notes beside it.
"""
from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from charthouse.lexicon.words import STOP, words
from charthouse.record.errors import NoEdition
from charthouse.rulebook.codebook import CodeBook, Entry

SHOWN = 12  # neighbours in the family, terms of the book
_CODE = re.compile(r"\b(?:[A-Z]\d[0-9A-Z](?:\.[0-9A-Z]{1,4})?|[0-9A-HJ-NP-Z]{7})\b")
_KINDS = ("code_first", "use_additional", "code_also", "excludes1", "excludes2")


def story(result: dict[str, Any], entry: Entry, book: CodeBook) -> dict[str, Any]:
    """Everything that speaks for and against `entry` in the result; `line` is None where the result does not hold the code."""
    code = entry.code
    line = next((c for c in result["codes"] if c["code"] == code), None)
    out: dict[str, Any] = {"code": code, "system": entry.system, "title": entry.title, "in_result": line is not None,
                           "setting": result.get("setting", ""), "date": result.get("date", ""), "valid": _valid(entry, result, book)}
    if line is not None:
        out |= {k: line.get(k) for k in ("status", "role", "confidence", "poa", "severity", "edition", "matched", "beyond", "weighed")}
        out["evidence"] = [_quoted(span, code, result) for span in line["evidence"]]
        out["rulings"] = [_ruling(r, result) for r in reversed(line["reasons"])]
        out["displaced"] = _displaced_by(code, result)
        out["displaced_by"] = _named(code, line, result)
    else:
        out |= {"terms": _terms(entry, result, book), "nearest": _nearest(code, result)}
    out["against"] = list(_against(code, line, result))
    out["family"] = _family(entry, result, book)
    out["notes"] = _notes(code, result, book)
    out["hints"] = [h for h in result.get("hints", ()) if h["subject"] == code]
    return out


def _valid(entry: Entry, result: dict[str, Any], book: CodeBook) -> bool | None:
    """Whether it is a complete, valid code on the date of the result; None where the result has no date or no book covers it."""
    try:
        return book.valid(entry.code, date.fromisoformat(result["date"])) if result.get("date") else None
    except NoEdition:
        return None


# -- what was said ---------------------------------------------------------------------------------------------------------------
def _quoted(span: dict[str, Any], code: str, result: dict[str, Any]) -> dict[str, Any]:
    """A quotation with its line, and with what reading made of it, where the result holds that."""
    fact = next((f for f in _facts(result) if (f["document"], f["start"], f["end"]) == (span["document"], span["start"], span["end"])), None)
    out = dict(span) | _place(span, result)
    if fact:
        out |= {k: fact[k] for k in ("section", "assertion", "temporality", "experiencer")}
        out["trigger"] = fact["trigger"]["text"] if fact["trigger"] else ""
        out |= {k: fact[k] for k in ("read_as", "copied_from") if k in fact}
    return out


def _facts(result: dict[str, Any]) -> list[dict[str, Any]]:
    facts: list[dict[str, Any]] = result.get("facts", [])
    return facts


def _place(span: dict[str, Any], result: dict[str, Any]) -> dict[str, Any]:
    """The kind of the document and the line of the text, counted from 1; None where the result does not hold the text."""
    document = next((d for d in result.get("documents", ()) if d["id"] == span["document"]), None)
    if document is None:
        return {"kind": "", "line": None}
    return {"kind": document["kind"], "line": document["text"].count("\n", 0, span["start"]) + 1}


def _ruling(ruling: dict[str, Any], result: dict[str, Any]) -> dict[str, Any]:
    return ruling | {"spans": [dict(s) | _place(s, result) for s in ruling["spans"]]}


# -- what spoke against it, what it displaced --------------------------------------------------------------------------------------
def _against(code: str, line: dict[str, Any] | None, result: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Rulings that leave it off, and places that deny it, doubt it or speak of somebody else. What lowers the confidence is in `weighed`."""
    for r in line["reasons"] if line else ():
        if r["verdict"] == "suppressed":
            yield {"why": r["message"], "of": r["rule"]}
    for f in _facts(result):
        if code in f["codes"] and (f["assertion"] != "present" or f["experiencer"] != "patient"):
            of = f["assertion"] if f["experiencer"] == "patient" else "said of somebody else"
            yield {"why": f'"{_plain(f["text"])}" ({_plain(f["trigger"]["text"]) if f["trigger"] else f["section"]})', "of": of} | _place(f, result)


def _plain(text: str) -> str:
    return " ".join(text.split())


def _displaced_by(code: str, result: dict[str, Any]) -> list[dict[str, Any]]:
    """The codes that were left off because of this one: whose deciding reason names it."""
    return [{"code": c["code"], "title": c["title"], "rule": c["reasons"][0]["rule"], "message": c["reasons"][0]["message"]} for c in result["codes"]
            if c["status"] == "suppressed" and c["code"] != code and code in _CODE.findall(c["reasons"][0]["message"])]


def _named(code: str, line: dict[str, Any], result: dict[str, Any]) -> list[dict[str, Any]]:
    """For a code left off: the codes that its deciding reason names."""
    if line["status"] != "suppressed":
        return []
    named = [c for c in _CODE.findall(line["reasons"][0]["message"]) if c != code]
    return [{"code": c, "title": o["title"], "status": o["status"]} for c in dict.fromkeys(named) for o in result["codes"] if o["code"] == c]


# -- what the book says ------------------------------------------------------------------------------------------------------------
def _family(entry: Entry, result: dict[str, Any], book: CodeBook) -> list[dict[str, Any]]:
    """The neighbours under the category above, those of the result first."""
    if entry.system != "ICD-10-CM":
        return []
    status = {c["code"]: c["status"] for c in result["codes"]}
    above = entry.parent if entry.leaf else entry.code
    near = [e for e in book.leaves(above or entry.code) if e.code != entry.code]
    near += [e for c in status if c[:3] == entry.code[:3] and c != entry.code and (e := book.entry(c)) and e not in near]
    near.sort(key=lambda e: e.code not in status)
    return [{"code": e.code, "title": e.title, "status": status.get(e.code, "")} for e in near[:SHOWN]]


def _notes(code: str, result: dict[str, Any], book: CodeBook) -> list[dict[str, Any]]:
    """The notes in force at the code, with the codes of the result that each names."""
    codes = [c["code"] for c in result["codes"] if c["code"] != code and c["status"] != "suppressed"]
    out = [{"kind": n.kind, "at": n.at, "text": n.text, "concerns": [c for c in codes if _names(n.codes, c)]} for n in book.notes(code) if n.kind in _KINDS]
    return [n for n in out if n["concerns"] or str(n["at"]).startswith(code[:3])]


def _names(codes: tuple[str, ...], code: str) -> bool:
    for named in codes:
        low, _, high = named.rstrip("-").rstrip(".").partition("-")
        if code.startswith(low) if not high else low <= code and code[:len(high)] <= high:
            return True
    return False


# -- a code that the result does not hold --------------------------------------------------------------------------------------------
def _terms(entry: Entry, result: dict[str, Any], book: CodeBook) -> list[dict[str, Any]]:
    """Phrases of book and lexicon that lead to the code or its category, and whose words all stand in one line of the text."""
    lines = [(d, n, {w for w, _, _ in words(text)}) for d in result.get("documents", ()) for n, text in enumerate(d["text"].split("\n"), 1)]
    said = set().union(*(there for _, _, there in lines)) if lines else set()
    out: list[dict[str, Any]] = []
    for phrase, target, _ in book.phrases() if lines else ():
        if len(out) < SHOWN and any(_leads(t, entry.code) for t in target.split(" + ")):
            asked = {w for w, _, _ in words(phrase)} - STOP
            place = next(((d["id"], n) for d, n, there in lines if asked <= there), None) if asked and asked <= said else None
            if place:
                out.append({"phrase": phrase, "target": target, "document": place[0], "line": place[1], "read_as": _read_there(place, result)})
    return out


def _leads(target: str, code: str) -> bool:
    family, _, default = target.partition("=")
    return code in (family, default) or code.startswith(family)


def _read_there(place: tuple[str, int], result: dict[str, Any]) -> list[str]:
    """The codes of the result that quote that line, left off or not."""
    return [c["code"] for c in result["codes"] if any((e["document"], _place(e, result)["line"]) == place for e in c["evidence"])]


def _nearest(code: str, result: dict[str, Any]) -> list[dict[str, Any]]:
    """The codes of the result that share most with it: the longest common start, at least the letter and a digit."""
    def common(other: str) -> int:
        return next((i for i, (a, b) in enumerate(zip(code, other, strict=False)) if a != b), min(len(code), len(other)))

    near: Iterable[dict[str, Any]] = sorted((c for c in result["codes"] if common(c["code"]) >= 2), key=lambda c: -common(c["code"]))
    return [{"code": c["code"], "title": c["title"], "status": c["status"]} for c in near][:5]
