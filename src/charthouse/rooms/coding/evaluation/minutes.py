"""The total time of a visit, where the note gives one."""
from __future__ import annotations

import re

from charthouse.record.document import Document, Span, quote

_TIME = re.compile(
    r"(?:total (?:\w+ ){0,4}?time|total of|i (?:personally )?spent|time spent|spent a total of|(?:was|were) spent|spent)\b[^.\n;]{0,90}?(?P<a>\d{1,3})[ -]?(?:minutes?|mins?)\b"
    r"|(?P<b>\d{1,3})[ -]?(?:minutes?|mins?)\b[^.\n;]{0,40}?\b(?:(?:was|were) (?:personally )?spent|of total time|total time|spent (?:on|with|in|face))", re.I)
_MINUTES = re.compile(r"\d[ -]?min", re.I)
_SENTENCE_END = re.compile(r"[.\n]")
_AROUND = 200  # characters of a sentence that are looked at on each side
_OF_ITSELF = re.compile(r"cessation|smoking|tobacco|quit|advance care|critical care|psychotherapy|exercis|walk|infusion|procedure|drive|driving|commut|screen ?time|"
                        r"prior to arrival|at home|anesthesia|sedation|nursing staff|obesity|alcohol", re.I)


def total(document: Document) -> tuple[int, Span] | None:
    """The longest total time in minutes, and its words. Time for a service that counts by itself, or not at all, is passed over."""
    if not _MINUTES.search(document.text):
        return None
    found = []
    for match in _TIME.finditer(document.text):
        before = _SENTENCE_END.split(document.text[max(0, match.start() - _AROUND):match.start()])[-1]
        sentence = before + match.group() + _SENTENCE_END.split(document.text[match.end():match.end() + _AROUND])[0]
        minutes = int(match["a"] or match["b"])
        if not _OF_ITSELF.search(sentence) and 1 <= minutes <= 480:
            found.append((minutes, quote(document, match.start(), match.end())))
    return max(found, key=lambda f: f[0], default=None)
