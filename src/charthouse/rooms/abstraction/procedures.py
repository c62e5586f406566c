"""Reading procedures: what was done, to which part of the body, on which side, how and with what.

A name may say all of it ("cholecystectomy"); an action ("biopsy", "CT") needs the body part that stands by it. The fact
carries the patterns of the name as its targets and what the words around it say as attributes; no code is chosen here.
"""
from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from charthouse.lexicon.pcs import parse
from charthouse.lexicon.specificity import Attributes
from charthouse.lexicon.words import STOP
from charthouse.record.document import Document, Span, quote
from charthouse.record.fact import Fact
from charthouse.rooms.abstraction.assertion import Triggers, judge
from charthouse.rooms.abstraction.dictionary import Dictionary, Hit, Mark
from charthouse.rooms.abstraction.row import Row

NEAR_PART = 5  # words between an action and a part that belongs to it without doubt
NEAR_HOURS = 90  # characters between a procedure and the time that it lasted
_JOIN = frozenset({"and", "or", "of", "the", "both", "plus", "with", "in", "from", "to", "a", "an", "at", "on", "right", "left", "bilateral", "area", "region", "level"})
_HOURS = re.compile(r"(?<![\w.])(\d{1,3}(?:\.\d+)?)[ -]?(hours?|hrs?|h|days?)\b")
_CLOCK = re.compile(r"\b([01]?\d|2[0-3]):([0-5]\d)\b")
_YEAR = re.compile(r"\b(19[5-9]\d|20[0-4]\d)\b")


@dataclass(frozen=True, slots=True)
class Procedures:
    """The tables of procedures: names, actions and parts in one dictionary; what the words around say; triggers of their own
    ("scheduled for"). `heads` are words of which each name has one: a sentence without any of them is passed over."""

    dictionary: Dictionary
    hints: Attributes
    triggers: Triggers
    heads: frozenset[str]


NO_PROCEDURES = Procedures(Dictionary(()), Attributes(()), Triggers(()), frozenset())


def heads(rows: Iterable[tuple[str, str, str, str, str]]) -> frozenset[str]:
    """For each name the word that the fewest names have."""
    keys = [key.split() for key, _, _, flags, _ in rows if flags != "part"]
    uses: dict[str, int] = {}
    for key in keys:
        for word in key:
            uses[word] = uses.get(word, 0) + 1
    return frozenset(min(key, key=lambda w: (uses[w], w)) for key in keys if key)


Named = tuple[str, Span]  # a body part with its side, and where it stands


@dataclass(slots=True)
class _Found:
    """An action with the parts that belong to it, and how they were found: own, beside, far, shared."""

    hit: Hit
    parts: list[Hit]
    how: str = "own"
    lent: tuple[Named, ...] = ()  # the part of the sentence before, where this one names none

    @property
    def wants_part(self) -> bool:
        """Whether the body part is not in the name: "biopsy", not "appendectomy"."""
        return any(not p[i].values for t in self.hit.term.targets for p in parse(t.family) for i in (1, 3))

    @property
    def start(self) -> int:
        return self.hit.tokens[0]

    @property
    def end(self) -> int:
        return self.hit.tokens[-1] + 1


def procedures(document: Document, row: Row, said: Sequence[Mark], tables: Procedures, judged: Mapping[str, object], before: list[Named]) -> Iterator[Fact]:
    """The procedures that a sentence names. `said` are its sides; `judged` the fields that depend on the sentence (section,
    role, triggers); `before` holds the body parts of the sentence before and is set to those of this one."""
    if document.kind == "operative_note":
        yield from _told_throughout(document, row, tables)
    if tables.heads.isdisjoint(row.folded):
        before.clear()
        return
    hits = tables.dictionary.hits(row, said)
    parts = [h for h in hits if "part" in h.term.flags]
    found = [_Found(h, []) for h in hits if "part" not in h.term.flags and not _a_route(row, h)]
    _attach(row, [f for f in found if f.wants_part], parts, before)
    before[:] = [(_part(row, h, said), _quoted(document, row, h.tokens[0], h.tokens[-1] + 1)) for h in parts]
    marks = tables.hints.read(row.folded, row.spelled)
    text = document.text[row.starts[0]:row.ends[-1]] if row.starts else ""
    spans = [(f.start, f.end) for f in found]
    for f in found:
        yield _fact(document, row, f, said, _nearest(f, found, marks), text, judged, spans, tables)


def _a_route(row: Row, hit: Hit) -> bool:
    """Whether a device is only the way by which something was given: "via the central line"."""
    before = [row.folded[k] for k in range(max(0, hit.tokens[0] - 3), hit.tokens[0])]
    return bool({"via", "through"} & set(before)) and all(len(t.family) > 2 and t.family[2] in "H9" for t in hit.term.targets)


def _told_throughout(document: Document, row: Row, tables: Procedures) -> Iterator[Fact]:
    """What an operative note says of the approach anywhere: the procedure at its head takes it from there."""
    for start, end, phrase in tables.hints.read(row.folded, row.spelled):
        if phrase.axis in ("approach", "converted"):
            yield Fact(kind="site", span=_quoted(document, row, start, end), concept=phrase.axis, attributes=((phrase.axis, phrase.value),), source="procedures")


def _attach(row: Row, found: list[_Found], parts: list[Hit], before: list[Named]) -> None:
    """Each part goes to the action that is nearest to it; what is listed with it ("chest and abdomen") goes along."""
    for part in parts:
        near = sorted((_distance(row, f, part), i) for i, f in enumerate(found))
        if near and near[0][0] < 40:
            found[near[0][1]].parts.append(part)
    for i, f in enumerate(found):
        if f.parts:
            f.parts = _listed(row, f, f.parts)
        elif i and _joined(row, found[i - 1].end, f.start) and found[i - 1].parts:
            f.parts, f.how = found[i - 1].parts, "shared"
        elif i + 1 < len(found) and _joined(row, f.end, found[i + 1].start) and found[i + 1].parts:
            f.parts, f.how = found[i + 1].parts, "shared"
        elif before:
            f.lent, f.how = tuple(before[:1]), "before"


def _distance(row: Row, f: _Found, part: Hit) -> int:
    """Words between, where a hard stop counts ten and what stands before counts a little more than what follows."""
    a, b = (f.end, part.tokens[0]) if part.tokens[0] >= f.end else (part.tokens[-1] + 1, f.start)
    stops = sum(row.breaks[k] == ";" for k in range(a, min(b + 1, len(row.breaks))) if k > 0)
    return sum(row.folded[k] not in STOP for k in range(a, b)) + 10 * stops + (2 if part.tokens[0] < f.start and b - a > 0 else 0)


def _listed(row: Row, f: _Found, parts: list[Hit]) -> list[Hit]:
    """The nearest part and those joined to it by "and" or a comma; parts named further off belong to the finding."""
    ordered = sorted(parts, key=lambda p: _distance(row, f, p))
    nearest = ordered[0]
    f.how = "beside" if _distance(row, f, nearest) <= NEAR_PART else "far"
    kept = [nearest]
    for part in sorted(parts, key=lambda p: p.tokens[0]):
        if part is not nearest and any(_joined(row, *_between(part, k)) for k in kept):
            kept.append(part)
    return kept


def _between(a: Hit, b: Hit) -> tuple[int, int]:
    return (a.tokens[-1] + 1, b.tokens[0]) if a.tokens[0] < b.tokens[0] else (b.tokens[-1] + 1, a.tokens[0])


def _joined(row: Row, start: int, end: int) -> bool:
    return end - start <= 3 and all(row.folded[k] in _JOIN for k in range(start, end)) and not any(
        row.breaks[k] == ";" for k in range(start, min(end + 1, len(row.breaks))))


def _nearest(f: _Found, found: list[_Found], marks: Sequence[Mark]) -> list[Mark]:
    """The hints that no other action lies nearer to, one value an axis, the nearest; a verb ("underwent") is said of all."""
    def gap(g: _Found, mark: Mark) -> int:
        return max(mark[0] - g.end, g.start - mark[1], 0)

    mine = [m for m in marks if m[2].axis == "done" or all(gap(f, m) <= gap(g, m) for g in found)]
    out: dict[str, Mark] = {}
    for mark in sorted(mine, key=lambda m: gap(f, m)):
        out.setdefault(mark[2].axis, mark)
    return list(out.values())


def _fact(document: Document, row: Row, f: _Found, said: Sequence[Mark], hints: list[Mark], text: str, judged: Mapping[str, object],
          spans: list[tuple[int, int]], tables: Procedures) -> Fact:
    verdict = judge(row, [*judged["triggers"], *tables.triggers.read(row)], f.start, f.end, [s for s in spans if s != (f.start, f.end)])  # type: ignore[misc]
    parts = [(_part(row, h, said), _quoted(document, row, h.tokens[0], h.tokens[-1] + 1)) for h in f.parts] + list(f.lent)
    attributes = [(p.axis, p.value) for _, _, p in hints] + [("part", value) for value, _ in parts] + [("how", f.how)]
    attributes += [("side", side) for side in [_side(row, f, said)] if side]
    attributes += [("hours", f"{hours:g}") for hours in [_hours(text, row.starts[f.start] - row.starts[0])] if hours]
    attributes += [("year", year) for year in _YEAR.findall(text)[:1]]
    also = tuple(span for _, span in parts)
    also += tuple(_quoted(document, row, a, b) for a, b, _ in hints)
    fact = Fact(kind="procedure", span=_quoted(document, row, f.start, f.end), concept=f.hit.term.key, targets=f.hit.term.targets, source="procedures",
                flags=f.hit.term.flags, attributes=tuple(attributes), also=also, assertion=verdict.assertion, temporality=verdict.temporality,
                experiencer=verdict.experiencer, trigger=_quoted(document, row, *verdict.by) if verdict.by else None, trigger_rule=verdict.rule)
    return _placed(fact, judged)


def _placed(fact: Fact, judged: Mapping[str, object]) -> Fact:
    """The fact in its section, which speaks too: past surgical history is over, family history is somebody else's."""
    section = str(judged["section"])
    fact = replace(fact, section=section, role=str(judged["role"]))
    if section == "family history":
        return replace(fact, experiencer="other", trigger_rule=fact.trigger_rule or "section: family history")
    if section in ("past surgical history", "past medical history") and fact.temporality == "recent":
        return replace(fact, temporality="historical", trigger_rule=fact.trigger_rule or f"section: {section}")
    if section == "instructions" and fact.assertion == "present":
        return replace(fact, assertion="hypothetical", trigger_rule=fact.trigger_rule or "section: instructions")
    return fact


def _quoted(document: Document, row: Row, start: int, end: int) -> Span:
    return quote(document, row.starts[start], row.ends[end - 1])


def _part(row: Row, part: Hit, said: Sequence[Mark]) -> str:
    """The names of a body part, in order of preference, and its side: "Kidney | Kidneys@right"."""
    side = next((p.value for p in part.attributes if p.axis == "side"), "") or _side_of(row, part.tokens[0], part.tokens[-1] + 1, said, 2)
    labels = " + ".join(t.family for t in part.term.targets)
    return f"{labels}@{side}" if side else labels


def _side(row: Row, f: _Found, said: Sequence[Mark]) -> str:
    inside = next((p.value for p in f.hit.attributes if p.axis == "side"), "")
    return inside or _side_of(row, f.start, f.end, said, 6)


def _side_of(row: Row, start: int, end: int, said: Sequence[Mark], reach: int) -> str:
    """The side that stands nearest, within the clause."""
    near = []
    for a, b, phrase in said:
        if phrase.axis != "side":
            continue
        gap = max(a - end, start - b, 0)
        low, high = (end, a) if a >= end else (b, start)
        if gap <= reach and not any(row.breaks[k] == ";" for k in range(low, min(high + 1, len(row.breaks))) if k > low or a >= end):
            near.append((gap, phrase.value))
    return min(near)[1] if near else ""


def _hours(text: str, at: int) -> float:
    """How long, in hours, what stands at `at` in a sentence lasted: as a number near by, else from two times of one day."""
    near = [m for m in _HOURS.finditer(text) if abs(m.start() - at) <= NEAR_HOURS]
    if near:
        found = min(near, key=lambda m: abs(m.start() - at))
        return float(found.group(1)) * (24 if found.group(2).lower().startswith("d") else 1)
    times = [int(h) + int(m) / 60 for h, m in _CLOCK.findall(text)]
    return round((times[1] - times[0]) % 24, 2) if len(times) == 2 and "same day" in text else 0.0
