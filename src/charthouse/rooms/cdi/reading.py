"""A chart as the engine read it, for those who look for what it leaves open: documents in order, what is said in them, where a sign stands and whether it is denied."""
from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from charthouse.record.document import MAX_QUOTE, Span

_DENIES = re.compile(r"\b(?:no|not|non|denies|denied|without|negative for|absent|absence of|free of|never|nor|r/o|rule out|ruled out|if|unless|prn|as needed|return for|monitor for|watch for|risk (?:of|for)|"
                     r"family history|mother|father|sister|brother)\b", re.IGNORECASE)
_TURNS = re.compile(r"\b(?:but|however|although|except|now|with)\b", re.IGNORECASE)
_AFTER = re.compile(r"\W{0,3}(?:is |was |are |were )?(?:denied|absent|negative|ruled out|not (?:seen|present|noted)|none|held|stopped)\b", re.IGNORECASE)
_BOUNDS = re.compile(r"\n|[.;](?=\s)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A document of the chart. `copied` are the places that stood in an earlier one."""

    id: str
    text: str = field(repr=False)
    author: str
    on: date | None
    copied: tuple[tuple[int, int], ...] = ()
    denied: tuple[tuple[int, int], ...] = ()
    breaks: tuple[int, ...] = field(default=(), repr=False)

    def again(self, start: int, end: int) -> bool:
        """It was copied to here."""
        return any(a <= start and end <= b for a, b in self.copied)

    def sentence(self, start: int, end: int) -> tuple[int, int]:
        """The sentence or line around a place, without blanks at its ends."""
        at = bisect_right(self.breaks, start)
        a, after = self.breaks[at - 1] if at else 0, bisect_right(self.breaks, max(end - 1, start))
        b = self.breaks[after] if after < len(self.breaks) else len(self.text)
        words = self.text[a:b]
        return a + len(words) - len(words.lstrip(" \t\r\n.;#-*•")), a + len(words.rstrip())

    def quoted(self, start: int, end: int) -> Span:
        """The sentence around a place, where that is short enough to be a quotation; else the place."""
        a, b = self.sentence(start, end)
        if b - a > MAX_QUOTE // 2 or a > start or b < end:
            a, b = start, min(end, start + MAX_QUOTE)
        return Span(document=self.id, start=a, end=b, text=self.text[a:b])

    def denies(self, start: int, end: int) -> bool:
        """Whether what stands there is denied, supposed, or said of a relative."""
        a, b = self.sentence(start, end)
        before = self.text[min(a, start):start]
        found = list(_DENIES.finditer(before))
        return bool(found and not _TURNS.search(before[found[-1].end():])) or bool(_AFTER.match(self.text[end:b])) or any(x <= start and end <= y for x, y in self.denied)


def written(result: Mapping[str, Any]) -> tuple[Written, ...]:
    """The documents of a result, the oldest first; undated ones as they came."""
    copied: dict[str, list[tuple[int, int]]] = {}
    denied: dict[str, list[tuple[int, int]]] = {}
    for c in result.get("copied", ()):
        copied.setdefault(c["document"], []).append((c["start"], c["end"]))
    for f in result.get("facts", ()):
        if f["assertion"] != "present" or f["experiencer"] != "patient":
            denied.setdefault(f["document"], []).append((f["start"], f["end"]))
    out = [Written(id=d["id"], text=d["text"], author=str(d.get("author") or ""), on=date.fromisoformat(d["date"]) if d.get("date") else None, copied=tuple(copied.get(d["id"], ())),
                   denied=tuple(denied.get(d["id"], ())), breaks=tuple(m.end() for m in _BOUNDS.finditer(d["text"])))
           for d in result.get("documents", ())]
    return tuple(sorted(out, key=lambda w: (w.on is None, w.on or date.min)))


def problems(result: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """What is said of the patient's conditions, for sure or not."""
    return (f for f in result.get("facts", ()) if f["kind"] == "problem" and f["experiencer"] == "patient")
