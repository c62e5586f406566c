"""From what a chart says of a procedure to its code: chosen among the codes that the tables hold on the date, never composed.

B3.8, B4.3 and the other rules that pick a root operation or a body part stand in `guidelines.py`; here the characters are
matched. What nothing tells is filled by the only value there is, else by the pattern's first, and is named as missing.
"""
from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from charthouse.lexicon.pcs import SIDES, Pattern, parse, without_side
from charthouse.record.fact import Fact
from charthouse.rooms.coding.procedures.guidelines import by_extent, opened, sides_to_code
from charthouse.rooms.coding.procedures.procedure import ProcedureTables, character, said
from charthouse.rooms.coding.procedures.regions import regions
from charthouse.rulebook.codebook import CodeBook

_SYSTEMS = "0123456789BCDFGHJKLMNPQRSTUVWXY"
_ORDER = {4: "04387X", 5: "Z", 6: "Z"}
_NEEDLE_FIRST = "38047X"
_DURATIONS = (("5", 96.0), ("4", 24.0), ("3", 0.0))  # 5A09, 5A19: over 96 hours, 24 to 96, under 24


@dataclass(frozen=True, slots=True)
class Built:
    """A code, the words behind its characters, and the characters that a default filled."""

    code: str
    told: tuple[tuple[str, str], ...]
    missing: tuple[str, ...]
    open: frozenset[int] = frozenset()  # the places that nothing told


@dataclass(slots=True)
class Builder:
    """Chooses codes on one date; keeps what it asked the book."""

    book: CodeBook
    tables: ProcedureTables
    on: date
    _codes: dict[str, tuple[str, ...]] = field(default_factory=dict)
    _parts: dict[str, dict[str, list[tuple[str, str]]]] = field(default_factory=dict)
    _labels: dict[str, dict[tuple[int, str], str]] = field(default_factory=dict)

    def codes(self, fact: Fact, lent: tuple[tuple[str, str], ...] = ()) -> tuple[Built, ...]:
        """The codes of a procedure: one for each pattern, body part and side. `lent` is what the rest of the operative note says
        of approach and device, for what the fact does not say itself."""
        hints = dict(reversed((*fact.attributes, *lent)))
        out: dict[str, Built] = {}
        for target in fact.targets:
            for built in self._target(target.family, fact, hints):
                out.setdefault(built.code, built)
        return tuple(out.values())

    def _target(self, text: str, fact: Fact, hints: dict[str, str]) -> Iterator[Built]:
        patterns = by_extent(parse(text), hints.get("extent", ""))
        if "converted" in hints:
            patterns = tuple(opened(p) for p in patterns)
        for pattern in patterns:
            if pattern[0].values == "B" and not pattern[1].values:
                made = list(self._imaging(pattern, fact, hints))
            elif not pattern[3].values or not pattern[1].values:
                made = list(self._at_parts(pattern, fact, hints))
            else:
                made = list(self._at_sides(pattern, hints.get("side", ""), hints, ()))
            if made:
                yield from made
                return

    # -- body part -------------------------------------------------------------------------------------------------
    def _at_parts(self, pattern: Pattern, fact: Fact, hints: dict[str, str]) -> Iterator[Built]:
        """One code for each body part that is named (B3.2a, B3.2b)."""
        for value in said(fact, "part"):
            labels, _, side = value.partition("@")
            for group in labels.split(" + "):
                yield from self._at_labels(pattern, group, side or hints.get("side", ""), hints)

    def _at_labels(self, pattern: Pattern, labels: str, side: str, hints: dict[str, str]) -> Iterator[Built]:
        for label in labels.split(" | "):
            for table in self._tables_of(pattern):
                values = self._parts_of(table).get(label)
                if values:
                    fixed = pattern[3].values
                    found = [(v, s) for v, s in values if not fixed or v in fixed]
                    made = [b for value, told in _of_side(found, side, both=_paired(pattern))
                            if (b := self._choose(table + value, pattern, hints, (("body part", label),), () if told else ("side",)))]
                    if made:
                        yield from made
                        return

    def _tables_of(self, pattern: Pattern) -> Iterator[str]:
        for system in pattern[1].values or _SYSTEMS:
            for root in pattern[2].values:
                yield pattern[0].values + system + root

    def _parts_of(self, table: str) -> dict[str, list[tuple[str, str]]]:
        """label without side -> (value, side) of the body parts of a table."""
        if table not in self._parts:
            made: dict[str, list[tuple[str, str]]] = {}
            for c in self.book.pcs_table(table):
                if c.position == 4 and c.label:
                    label, side = without_side(c.label)
                    made.setdefault(label, []).append((c.value, side))
            self._parts[table] = made
        return self._parts[table]

    def _imaging(self, pattern: Pattern, fact: Fact, hints: dict[str, str]) -> Iterator[Built]:
        """The region of an imaging code: the one that holds all parts named, else one for each."""
        named = [(group.split(" | "), side or hints.get("side", "")) for value in said(fact, "part")
                 for labels, _, side in [value.partition("@")] for group in labels.split(" + ")]
        for start, side, labels in regions(named, self.tables.regions, int(pattern[2].values)):
            head = parse(start + "???")[0]
            yield from self._at_sides((*head[:4], *pattern[4:]), side, hints, (("body part", labels),))

    def _at_sides(self, pattern: Pattern, side: str, hints: dict[str, str], told: tuple[tuple[str, str], ...]) -> Iterator[Built]:
        """B4.3: both sides are the bilateral value where there is one, else a code for each side."""
        for start, missing in self._starts(pattern, side, hints):
            if built := self._choose(start, pattern, hints, told, missing):
                yield built

    def _starts(self, pattern: Pattern, side: str, hints: dict[str, str]) -> Iterator[tuple[str, tuple[str, ...]]]:
        """The first four characters, and what of them nothing told."""
        if pattern[3].sided:
            start = "".join(p.values for p in pattern[:3])
            values = list(zip(pattern[3].values, SIDES, strict=False))
            for value, known in _of_side(values, side, both=_paired(pattern)):
                yield start + value, () if known else ("side",)
        else:
            yield from self._loose(pattern, hints)

    def _loose(self, pattern: Pattern, hints: dict[str, str]) -> Iterator[tuple[str, tuple[str, ...]]]:
        """Starts of a pattern whose first four places leave a choice: by a hint (duration, route), else the first that there is."""
        choices = [""]
        for place, p in enumerate(pattern[:4]):
            values = p.values
            if place == 3 and len(values) > 1:
                told = hints.get("route", "") if pattern[0].values == "3" else ""
                values = told if told and told in values else values
            choices = [c + v for c in choices for v in values]
        known = [c for c in choices if self._valid(c)]
        if known:
            yield known[0], ("body part",) if len(known) > 1 else ()

    # -- approach, device, qualifier -------------------------------------------------------------------------------
    def _valid(self, start: str) -> tuple[str, ...]:
        """The codes that begin so and are valid on the date."""
        if start not in self._codes:
            self._codes[start] = tuple(c for c in self.book.pcs_codes(start[:3]) if c.startswith(start) and self.book.valid(c, self.on))
        return self._codes[start]

    def _choose(self, start: str, pattern: Pattern, hints: dict[str, str], told: tuple[tuple[str, str], ...], missing: tuple[str, ...]) -> Built | None:
        codes = [c for c in self._valid(start) if all(not p.values or v in p.values for v, p in zip(c[4:], pattern[4:], strict=True))]
        if not codes:
            return None
        wanted = self._wanted(start, hints)
        best = min(codes, key=lambda c: self._rank(c, pattern, wanted))
        words, lacking = list(told), list(missing)
        open_to = {3} if missing else set()
        for i in range(4, 7):
            if pattern[i].fixed:
                continue
            asked = wanted.get(i, "")
            if asked and best[i] in asked:
                words.append((character(best, i), self.label(best, i)))
            elif len({c[i] for c in codes if c[:i] == best[:i]}) > 1:
                lacking.append(character(best, i))
                open_to.add(i)
        return Built(best, tuple(words), tuple(dict.fromkeys(lacking)), frozenset(open_to))

    def _rank(self, code: str, pattern: Pattern, wanted: dict[int, str]) -> tuple[int, ...]:
        """Fewest wishes missed first, then the order of the pattern, then that of the tables."""
        missed = sum(bool(values) and code[i] not in values for i, values in wanted.items())
        order = []
        for i in range(4, 7):
            values = pattern[i].values or (_NEEDLE_FIRST if i == 4 and pattern[6].values == "X" else "Z" if code[0] == "B" else _ORDER[i])
            order.append(values.find(code[i]) if code[i] in values else 9)
        return (missed, *order)

    def _wanted(self, start: str, hints: dict[str, str]) -> dict[int, str]:
        """What the words ask for, place by place: values of the table whose labels they name."""
        out = {}
        if start[0] in "01" and ("approach" in hints or "converted" in hints):
            out[4] = "0" if "converted" in hints else hints["approach"]
        for axis, place in (("device", 5), ("qualifier", 6)):
            if axis in hints and start[0] == "0":
                out[place] = "".join(v for (p, v), label in self._labels_of(start[:3]).items() if p == place + 1 and _named(label, hints[axis]))
        if start[0] == "B" and "contrast" in hints:
            out[4] = {"low": "1Y0", "other": "Y1", "none": "Z"}[hints["contrast"]]
        if start[:2] == "5A" and "hours" in hints:
            out[4] = next(v for v, least in _DURATIONS if float(hints["hours"]) > least or least == 0.0)
        return {k: v for k, v in out.items() if v}

    def _labels_of(self, table: str) -> dict[tuple[int, str], str]:
        if table not in self._labels:
            self._labels[table] = {(c.position, c.value): c.label for c in self.book.pcs_table(table) if c.label}
        return self._labels[table]

    def label(self, code: str, place: int) -> str:
        """What the table calls a character of a code, or the character itself."""
        return self._labels_of(code[:3]).get((place + 1, code[place])) or code[place]


def _named(label: str, wanted: str) -> bool:
    """Whether a label is the value named: "Intraluminal Device, Drug- eluting" is printed so in the tables."""
    return label.replace("- ", "-") == wanted


def _paired(pattern: Pattern) -> bool:
    """Whether both sides are meant where none is told: a study of "the kidneys", a look at the fundus."""
    return pattern[0].values == "B" or (pattern[0].values + pattern[1].values + pattern[2].values) in ("08J", "09J")


def _of_side(values: list[tuple[str, str]], side: str, *, both: bool) -> list[tuple[str, bool]]:
    """(value, whether the side is told) of the values of one body part."""
    by_side = {s: v for v, s in values}
    if both and not side and "" not in by_side:
        return [(by_side[s], False) for s in sides_to_code("bilateral", frozenset(by_side))]
    if set(by_side) == {""} or ("" in by_side and not side):
        return [(by_side[""], True)]
    wanted = sides_to_code(side, frozenset(by_side))
    if wanted:
        return [(by_side[s], True) for s in wanted]
    first = next((s for s in ("", *SIDES) if s in by_side), "")
    return [(by_side[first], first == "")] if by_side else []
