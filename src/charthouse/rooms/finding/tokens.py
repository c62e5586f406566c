"""A question taken apart: quoted phrases, words, fields (`kind:operative_note`), OR, and what is not wanted. Anything is a question; nothing is a syntax error."""
from __future__ import annotations

import re
from dataclasses import dataclass

FIELDS = {
    "patient": "patient", "mrn": "number", "id": "number", "name": "name", "born": "born", "visit": "visit", "kind": "kind", "type": "kind", "author": "author",
    "setting": "setting", "unit": "unit", "facility": "facility", "from": "since", "since": "since", "to": "until", "until": "until", "code": "codes"}
_TOKEN = re.compile(r'(?P<minus>-(?=["“\w]))?(?:(?P<field>[A-Za-z]+):)?(?:["“”](?P<quoted>[^"“”]*)["“”]?|(?P<word>[^\s"“”()]+))')


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """`field` is a field of `Question`; `quoted` words stand together as they are."""

    text: str
    field: str = ""
    quoted: bool = False
    unwanted: bool = False
    joined: bool = False  # to the one before it, by OR


def tokens(text: str) -> tuple[Token, ...]:
    found: list[Token] = []
    unwanted = joined = False
    for m in _TOKEN.finditer(text):
        word, field = m["word"], (m["field"] or "").lower()
        if word and not field and word in ("AND", "OR", "NOT", "|", "&"):
            joined, unwanted = word in ("OR", "|"), word == "NOT"
            continue
        said = word if word is not None else m["quoted"]
        if field and field not in FIELDS:  # "note:", "Rx:": words like any other
            said, field = f"{m['field']} {said}", ""
        found.append(Token(text=said, field=FIELDS.get(field, ""), quoted=word is None, unwanted=unwanted or bool(m["minus"]), joined=joined and bool(found)))
        unwanted = joined = False
    return tuple(found)
