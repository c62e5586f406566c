"""What a person asks, understood: filters that are said in words, fields, and clauses of words with the other ways of saying them.

Whatever was understood is said back. What could not be understood as a filter stays words, and is said too.
"""
from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from charthouse.lexicon.words import STOP, words
from charthouse.record.finding import Clause, Phrase, Question
from charthouse.rooms.finding.days import said_days
from charthouse.rooms.finding.tokens import Token, tokens

LONGEST = 6  # words of a phrase of the lexicon that is looked for
MOST = 12  # other ways of saying one thing
WIDEST = 64  # words of a question
_CODED = re.compile(r"(?<![\w-])(with|without|lacking|but no|and no|no)\s+(?:a\s+|an\s+|any\s+|the\s+)?(?:coded|code for|codes for|code of)\s+(?:a\s+|an\s+|any\s+)?"
                    r"(.+?)(?=\s+(?:and|but|with|without|AND|OR|NOT)\b|[,;?]|\s*$)", re.I)
_FILLERS = re.compile(r"^\s*(?:please\s+)?(?:show|list|find|give me|show me)\s+(?:me\s+)?(?:all\s+)?", re.I)
Ways = Callable[[str], Sequence[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Understood:
    """`notes` say how the question was understood, for the person who asked it."""

    question: Question
    notes: tuple[str, ...] = ()


def understand(text: str, today: date, *, ways: Ways = lambda phrase: (), codes: Ways = lambda phrase: (), given: Question | None = None) -> Understood:
    """`ways` gives other ways of saying a phrase, () where it knows none; `codes` the patterns of the codes that a phrase means. What is `given` (by options) stands,
    and goes before what the text says."""
    question, notes = given or Question(), list[str]()
    text, kept = _quotes_apart(_FILLERS.sub("", text))
    question, text = _coded(question, text, codes, notes)
    question, text = _days(question, text, today, notes)
    found = tokens(_quotes_back(text, kept))
    question = _fields(question, [t for t in found if t.field], notes)
    clauses = _clauses([t for t in found if not t.field], ways)
    notes += [f"{c.said}: also {', '.join(c.also)}" for c in clauses if c.also]
    return Understood(question=replace(question, clauses=clauses), notes=tuple(notes))


# -- filters said in words -------------------------------------------------------------------------------------------------------------
def _coded(question: Question, text: str, codes: Ways, notes: list[str]) -> tuple[Question, str]:
    """ "without a coded wound stage": visits that are coded, and on which none of these codes stands."""
    for m in list(_CODED.finditer(text)):
        said, rest = _before_days(m[2])
        patterns = tuple(codes(said))
        if not patterns:
            notes.append(f"no codes are known for “{said}”: looked for as words")
            continue
        wanted = m[1].lower() == "with"
        question = replace(question, codes=(*question.codes, patterns)) if wanted else replace(question, without=(*question.without, patterns))
        notes.append(f"{'with' if wanted else 'coded visits without'} {' '.join(patterns)} ({said})")
        text = text.replace(m.group(), f" {rest} ", 1)
    return question, text


def _before_days(text: str) -> tuple[str, str]:
    """What stands before days that are said in it, and the rest: "wound stage last quarter" -> "wound stage", "last quarter"."""
    found = said_days(text, date(2000, 1, 1))
    before, days, after = text.partition(found[1]) if found else (text, "", "")
    return before.strip(), days + after


def _days(question: Question, text: str, today: date, notes: list[str]) -> tuple[Question, str]:
    found = said_days(text, today)
    if found is None:
        return question, text
    (first, last), said, rest = found
    question = replace(question, since=question.since or first, until=question.until or last)
    notes.append(f"{said}: {first or '…'} to {last or '…'}")
    return question, rest


def _fields(question: Question, found: Sequence[Token], notes: list[str]) -> Question:
    for token in found:
        value = _value(token)
        if value is None or (token.unwanted and token.field != "codes"):
            notes.append(f"{token.field}:… was left out: {'only codes can be unwanted' if token.unwanted else 'a day is written YYYY-MM-DD'}")
            continue
        name = "without" if token.unwanted else token.field
        if not getattr(question, name) or name in ("codes", "without"):
            change: dict[str, Any] = {name: (*getattr(question, name), value) if name in ("codes", "without") else value}
            question = replace(question, **change)
    return question


def _value(token: Token) -> Any:
    if token.field == "codes":
        return tuple(filter(None, token.text.split(","))) or None
    if token.field not in ("since", "until", "born"):
        return token.text
    try:
        return date.fromisoformat(token.text)
    except ValueError:
        return None


# -- words -----------------------------------------------------------------------------------------------------------------------------
def _clauses(found: Sequence[Token], ways: Ways) -> tuple[Clause, ...]:
    """Neighbouring words that the lexicon knows as one phrase are one clause."""
    out: list[Clause] = []
    at = 0
    while at < min(len(found), WIDEST):
        token = found[at]
        size = 1 if token.quoted or token.unwanted or token.joined else _known(found[at:at + LONGEST], ways)
        clause = _clause(found[at:at + size], ways)
        at += size
        if clause is None:
            continue
        if token.joined and out and not token.unwanted and not out[-1].unwanted:
            out[-1] = replace(out[-1], ways=(*out[-1].ways, *clause.ways), said=f"{out[-1].said} or {clause.said}", also=(*out[-1].also, *clause.also))
        else:
            out.append(clause)
    return tuple(out)


def _known(run: Sequence[Token], ways: Ways) -> int:
    """How many of these words, from the first, are one phrase of the lexicon; else 1. A word that an OR follows stays by itself."""
    free = next((n for n, t in enumerate(run) if t.quoted or t.unwanted or (n and t.joined)), len(run))
    free -= 1 if 1 < free < len(run) and run[free].joined else 0
    return next((n for n in range(free, 1, -1) if ways(" ".join(t.text for t in run[:n]))), 1)


def _clause(run: Sequence[Token], ways: Ways) -> Clause | None:
    said = " ".join(t.text for t in run)
    if run[0].quoted:
        own = [_phrase(said)]
    else:
        own = [_phrase(t.text) for t in run if len(run) == 1 or not _empty(t.text)]
    phrases = tuple(p for p in own if p is not None)
    if not phrases or (len(run) == 1 and not run[0].quoted and _empty(said)):
        return None
    other = [] if run[0].quoted or run[0].unwanted else [w for w in _apart(said, ways(said)) if _phrase(w)][:MOST]
    also = tuple((p,) for w in other if (p := _phrase(w)))
    return Clause(ways=(phrases, *also), unwanted=run[0].unwanted, said=said, also=tuple(other))


def _phrase(text: str) -> Phrase | None:
    folded = tuple(w.strip("_") for w, _, _ in words(text))
    return Phrase(words=folded, prefix=text.endswith("*")) if folded else None


def _empty(text: str) -> bool:
    """Words that say nothing by themselves: "of", "the"."""
    folded = [w for w, _, _ in words(text)]
    return all(w in STOP for w in folded)


def _apart(said: str, others: Sequence[str]) -> list[str]:
    """Those that add something: a way of saying it that holds all words of a shorter one is found by that one."""
    kept: list[tuple[str, frozenset[str]]] = [(said, frozenset(w for w, _, _ in words(said)))]
    for other in sorted(others, key=lambda o: (len(o.split()), len(o), o)):
        have = frozenset(w for w, _, _ in words(other))
        if have and not any(k <= have for _, k in kept):
            kept.append((other, have))
    return [o for o, _ in kept[1:]]


# -- quotations are never understood as anything else --------------------------------------------------------------------------------------
_QUOTED = re.compile(r'["“”][^"“”]*["“”]')


def _quotes_apart(text: str) -> tuple[str, list[str]]:
    kept: list[str] = []

    def put(m: re.Match[str]) -> str:
        kept.append(m.group())
        return f"\x00{len(kept) - 1}\x00"

    return _QUOTED.sub(put, text.replace("\x00", " ")), kept


def _quotes_back(text: str, kept: Sequence[str]) -> str:
    return re.sub(r"\x00(\d+)\x00", lambda m: kept[int(m[1])], text)
