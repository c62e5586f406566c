"""A table of segments, written and read: what stands in which loop, and which field of a noun each element is.

A table is text. A line `loop NAME FIELD` opens a loop (what is indented below it belongs to it); `FIELD*` has several, `.` is the same noun. Any other line is a segment:

    NM1 =85 person:kind name given middle - suffix number_kind number

`=85` is a constant, by which it is known; `-` is empty; `field:codec` is a field; `a/b/c` is a composite; `...?field` stands only when that field is told. Before a segment's name may stand `!` (always written) and after it `?field` or `?!field` (only when that is told, or not).
`HI*others =ABF/code:icd` writes every item of `others` as an element, at most twelve a segment; `REF*references kind value` writes each item as a segment of its own. A line that begins with `~` is known there and taken by no field. `CAS*adjustments` and `#` (numbers that follow from place) are known here.
"""
from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from charthouse.adapters.wire.x12 import Delimiters, Segment
from charthouse.record.errors import BadX12

PER_HI, PER_CAS = 12, 6
OF_A_PARTY = frozenset(("N2", "N3", "N4", "PER", "PRV", "REF"))
SOFT = OF_A_PARTY | frozenset(("DTM", "DTP", "AMT", "QTY", "NTE", "PWK", "PAT"))  # may stand in loops where no field takes them
Codec = tuple[Callable[[Any], str], Callable[[str], Any]]


def _text(value: Any) -> str:
    return str(value)


def _upper(value: Any) -> str:
    """X12's basic and extended characters have no accents; payers read capitals."""
    text = str(value)
    if not text.isascii():
        text = "".join(c for c in unicodedata.normalize("NFKD", text.replace("ß", "SS").replace("ø", "o").replace("Ø", "O").replace("’", "'").replace("–", "-")) if c.isascii())
    return " ".join(text.upper().split())


def _money(cents: int) -> str:
    sign, whole, part = "-" if cents < 0 else "", *divmod(abs(cents), 100)
    return f"{sign}{whole}" + (f".{part:02d}".rstrip("0") if part else "")


def _cents(text: str) -> int:
    value = Decimal(text) * 100
    if value != value.to_integral_value():
        raise ValueError
    return int(value)


def _number(value: Any) -> str:
    text = format(Decimal(value).normalize(), "f")
    return text


def _day(text: str) -> date:
    if len(text) != 8 or not text.isdigit():
        raise ValueError
    return date(int(text[:4]), int(text[4:6]), int(text[6:]))


def _dotted(code: str) -> str:
    return code if "." in code or len(code) <= 3 else f"{code[:3]}.{code[3:]}"


def _moment(text: str) -> datetime:
    return datetime.strptime(text, "%Y%m%d%H%M")


CODECS: dict[str, Codec] = {
    "": (_text, str), "upper": (_upper, str), "money": (_money, _cents), "number": (_number, Decimal), "int": (str, int), "d8": (lambda d: f"{d:%Y%m%d}", _day), "dt": (lambda d: f"{d:%Y%m%d%H%M}", _moment),
    "icd": (lambda c: c.replace(".", ""), _dotted), "kind": (lambda p: "1" if p else "2", lambda t: t == "1"), "credit": (lambda c: "C" if c else "D", lambda t: t == "C"), "owed": (lambda c: _money(c) if c else "", _cents), "yes": (lambda y: "Y" if y else "", lambda t: t == "Y"),
}


@dataclass(frozen=True, slots=True)
class Cell:
    """An element or a component. `fields` has two for a period."""

    constant: str | None = None
    fields: tuple[tuple[str, ...], ...] = ()
    codec: str = ""
    parts: tuple[Cell, ...] = ()
    rest: str = ""  # a field that takes this and all components after it
    computed: bool = False
    needs: tuple[str, ...] = ()  # a constant that stands only when this field is told


@dataclass(slots=True)
class Spec:
    name: str
    cells: tuple[Cell, ...] = ()
    always: bool = False
    many: str = ""
    when: str = ""
    unless: str = ""
    passed: bool = False  # known here, and taken by no field
    joined: bool = False  # an HI whose elements go on with those of the one before


@dataclass(slots=True)
class Loop:
    name: str
    path: str
    many: bool
    children: list[Spec | Loop] = field(default_factory=list)

    @property
    def first(self) -> Spec:
        child = self.children[0]
        return child if isinstance(child, Spec) else child.first


def table(text: str) -> Loop:
    """The table that a text says."""
    root = Loop("", ".", False)
    stack: list[tuple[int, Loop]] = [(-1, root)]
    for line in text.splitlines():
        if not line.strip():
            continue
        indent, words = len(line) - len(line.lstrip()), line.split()
        while indent <= stack[-1][0]:
            stack.pop()
        if words[0] == "loop":
            loop = Loop(words[1], words[2].rstrip("*"), words[2].endswith("*"))
            stack[-1][1].children.append(loop)
            stack.append((indent, loop))
        else:
            stack[-1][1].children.append(_spec(words))
    return root


def _spec(words: Sequence[str]) -> Spec:
    head, spec = words[0], Spec("")
    if head.startswith("!"):
        spec.always, head = True, head[1:]
    if head.startswith("~"):
        spec.passed, head = True, head[1:]
    head, _, when = head.partition("?")
    spec.unless, spec.when = (when[1:], "") if when.startswith("!") else ("", when)
    spec.name, _, spec.many = head.partition("*")
    spec.joined, spec.name = spec.name.endswith("&"), spec.name.rstrip("&")
    spec.cells = tuple(_cell(w) for w in words[1:])
    return spec


def _cell(word: str) -> Cell:
    if "/" in word:
        return Cell(parts=tuple(_cell(w) for w in word.split("/")))
    if word == "-":
        return Cell(constant="")
    if word == "#":
        return Cell(computed=True)
    if word.startswith("="):
        constant, _, needs = word[1:].partition("?")
        return Cell(constant=constant, needs=tuple(needs.split(".")) if needs else ())
    word, _, needs = word.partition("?")
    name, _, codec = word.partition(":")
    if name.endswith("..."):
        return Cell(rest=name[:-3], codec=codec)
    return Cell(fields=(("",),) if name == "." else tuple(tuple(n.split(".")) for n in name.split("+")), codec=codec, needs=tuple(needs.split(".")) if needs else ())


# ---- writing

@dataclass(slots=True)
class Writer:
    of: Delimiters
    lines: list[str] = field(default_factory=list)
    hl: int = 0
    above: dict[str, int] = field(default_factory=dict)
    lx: int = 0

    def loop(self, loop: Loop, noun: Any) -> None:
        for child in loop.children:
            if isinstance(child, Spec):
                self.segment(child, noun)
                continue
            inner = noun if child.path == "." else getattr(noun, child.path)
            if child.many:
                if child.name in ("2400",):
                    self.lx = 0
                for one in inner:
                    self.loop(child, one)
            elif inner is not None and inner != ():
                self.loop(child, inner)

    def segment(self, spec: Spec, noun: Any) -> None:
        if spec.passed or (spec.when and not _get(noun, (spec.when,))) or (spec.unless and _get(noun, (spec.unless,))):
            return
        if spec.name == "HL":
            return self._level(spec, noun)
        if spec.name == "LX":
            self.lx += 1
            return self._put("LX", [str(self.lx)])
        if not spec.many:
            told = [self._cell(c, noun) for c in spec.cells]
            if spec.always or any(t for t, c in zip(told, spec.cells, strict=True) if t and (c.fields or c.rest or any(p.fields or p.rest for p in c.parts))):
                self._put(spec.name, told)
            return
        items = getattr(noun, spec.many)
        if spec.name == "CAS":
            for group, run in _groups(items):
                self._put("CAS", [group, *(x for a in run for x in (a.reason, _money(a.amount), a.quantity))])
        elif spec.name == "HI":
            told = [self._cell(spec.cells[0], one) for one in items]
            if spec.joined and told and self.lines[-1].startswith("HI" + self.of.element):
                told = [*self.lines.pop().split(self.of.element)[1:], *told]
            for at in range(0, len(told), PER_HI):
                self._put("HI", told[at:at + PER_HI])
        else:
            for one in items:
                self._put(spec.name, [self._cell(c, one) for c in spec.cells])

    def _level(self, spec: Spec, noun: Any) -> None:
        code = str(spec.cells[2].constant)
        self.hl += 1
        self.above[code] = self.hl
        parent = {"20": "", "22": str(self.above.get("20", "")), "23": str(self.above.get("22", ""))}[code]
        self._put("HL", [str(self.hl), parent, code, "0" if code == "23" or (code == "22" and not noun.patients) else "1"])

    def _put(self, name: str, elements: list[str]) -> None:
        while elements and not elements[-1]:
            elements.pop()
        self.lines.append(self.of.element.join((name, *elements)))

    def _cell(self, cell: Cell, noun: Any) -> str:
        if cell.parts:
            parts = [p for c in cell.parts for p in ([self._clean(_code(x, c.codec)) for x in _get(noun, (c.rest,)) or ()] if c.rest else [self._cell(c, noun)])]
            if not any(p for p, c in zip(parts, cell.parts, strict=False) if c.constant is None):
                return ""
            while parts and (not parts[-1] or (len(parts) <= len(cell.parts) and cell.parts[len(parts) - 1].constant)):
                parts.pop()
            return self.of.component.join(parts)
        if cell.rest:
            return self.of.component.join(self._clean(_code(x, cell.codec)) for x in _get(noun, (cell.rest,)) or ())
        if cell.constant is not None:
            return cell.constant if not cell.needs or _get(noun, cell.needs) else ""
        if cell.needs and not _get(noun, cell.needs):
            return ""
        if len(cell.fields) == 2:
            first, last = _get(noun, cell.fields[0]), _get(noun, cell.fields[1])
            return f"{first:%Y%m%d}-{last or first:%Y%m%d}" if first else ""
        value = _get(noun, cell.fields[0])
        return "" if value is None or value == "" else self._clean(_code(value, cell.codec))

    def _clean(self, text: str) -> str:
        """Signs that divide the file cannot stand in a field."""
        for sign in (self.of.element, self.of.component, self.of.segment, self.of.repetition):
            if sign in text:
                text = " ".join(text.replace(sign, " ").split())
        return text


def _code(value: Any, codec: str) -> str:
    return CODECS[codec][0](value)


def _get(noun: Any, path: Sequence[str]) -> Any:
    for name in path:
        if noun is None:
            return None
        noun = noun if name == "" else getattr(noun, name)
    return noun


def _groups(items: Sequence[Any]) -> Iterator[tuple[str, list[Any]]]:
    run: list[Any] = []
    for one in items:
        if run and (one.group != run[0].group or len(run) == PER_CAS):
            yield run[0].group, run
            run = []
        run.append(one)
    if run:
        yield run[0].group, run


# ---- reading

@dataclass(slots=True)
class Reader:
    """`unread`: segments that the table does not know, which are kept and told."""

    segments: Sequence[Segment]
    of: Delimiters
    table: Loop
    at: int = 0
    unread: list[Segment] = field(default_factory=list)

    def read(self) -> dict[str, Any]:
        found = self._loop(self.table)
        if self.at < len(self.segments):
            s = self.segments[self.at]
            raise BadX12(where=f"segment {s.number} ({s.name})", why="it stands where no loop that is open takes it: loops are out of order, or one before it is missing")
        return found

    def _loop(self, loop: Loop) -> dict[str, Any]:
        into: dict[str, Any] = {}
        begun, seen = False, set[str]()
        while self.at < len(self.segments):
            s = self.segments[self.at]
            if begun and loop.many and self._fits(loop.first, s):
                break
            child = next((c for c in loop.children if self._fits(c if isinstance(c, Spec) else c.first, s) and not (isinstance(c, Spec) and c is loop.first and begun and not c.many)), None)
            if child is None:
                if s.name not in SOFT and self._known(self.table, s):
                    break
                self._pass_over(s)
                continue
            begun = True
            if isinstance(child, Spec):
                if child.passed:
                    self._pass_over(s)
                    continue
                if s.name == "HI":
                    self._codes(loop, s, into)
                else:
                    self._segment(child, s, into)
                self.at += 1
            elif child.path == ".":
                seen |= {child.name}
                _merge(into, self._loop(child))
            elif child.many:
                into.setdefault(child.path, []).append(self._loop(child))
            else:
                if child.name in seen:
                    raise BadX12(where=f"segment {s.number} ({s.name})", why=f"loop {child.name} comes twice")
                seen.add(child.name)
                _merge(into, {child.path: self._loop(child)})
        return into

    def _pass_over(self, s: Segment) -> None:
        """A party that no field takes goes with what is said of it."""
        self.unread.append(s)
        self.at += 1
        while s.name in ("NM1", "N1") and self.at < len(self.segments) and self.segments[self.at].name in OF_A_PARTY:
            self.unread.append(self.segments[self.at])
            self.at += 1

    def _known(self, loop: Loop, s: Segment) -> bool:
        return any(self._fits(c, s) if isinstance(c, Spec) else self._known(c, s) for c in loop.children)

    def _fits(self, spec: Spec, s: Segment) -> bool:
        if spec.name != s.name:
            return False
        for place, cell in enumerate(spec.cells, 1):
            said = s.at(place)
            if cell.parts:
                if cell.parts[0].constant and said.split(self.of.component, 1)[0] != cell.parts[0].constant:
                    return False
            elif cell.constant and said != cell.constant and not (cell.needs and not said):
                return False
        return True

    def _segment(self, spec: Spec, s: Segment, into: dict[str, Any]) -> None:
        if spec.name in ("HL", "LX"):
            return
        if spec.name == "CAS":
            for at in range(2, len(s.elements) + 1, 3):
                into.setdefault(spec.many, []).append({"group": s.at(1), "reason": s.at(at), "amount": self._value(_MONEY, s.at(at + 1), s), "quantity": s.at(at + 2)})
            return
        target = into
        if spec.many:
            target = {}
            into.setdefault(spec.many, []).append(target)
        for place, cell in enumerate(spec.cells, 1):
            self._cell(cell, s.at(place), s, target)

    def _codes(self, loop: Loop, s: Segment, into: dict[str, Any]) -> None:
        """The elements of an HI, each by its qualifier."""
        specs = {c.cells[0].parts[0].constant: c for c in loop.children if isinstance(c, Spec) and c.name == "HI"}
        for said in s.elements:
            spec = specs.get(said.split(self.of.component, 1)[0]) if said else None
            if spec is None:
                self.unread += [Segment(s.number, "HI", (said,))] if said else []
            elif spec.many:
                one: dict[str, Any] = {}
                self._cell(spec.cells[0], said, s, one)
                into.setdefault(spec.many, []).append(one.get("", one))
            else:
                self._cell(spec.cells[0], said, s, into)

    def _cell(self, cell: Cell, said: str, s: Segment, into: dict[str, Any]) -> None:
        if cell.parts:
            parts = said.split(self.of.component)
            for k, inner in enumerate(cell.parts):
                if inner.rest:
                    into[inner.rest] = [self._value(inner, p, s) for p in parts[k:k + 4] if p]
                elif k < len(parts):
                    self._cell(inner, parts[k], s, into)
        elif cell.rest:
            into[cell.rest] = [self._value(cell, p, s) for p in said.split(self.of.component) if p]
        elif cell.fields and said:
            if len(cell.fields) == 2:
                first, _, last = said.partition("-")
                for path, part in zip(cell.fields, (first, last or first), strict=True):
                    _set(into, path, self._value(cell, part, s))
            else:
                _set(into, cell.fields[0], self._value(cell, said, s))

    def _value(self, cell: Cell, said: str, s: Segment) -> Any:
        codec = "d8" if len(cell.fields) == 2 else cell.codec
        try:
            return CODECS[codec][1](said)
        except (ValueError, InvalidOperation, ArithmeticError):
            what = {"d8": "a date (YYYYMMDD)", "dt": "a date with its time (YYYYMMDDHHMM)", "money": "an amount", "number": "a number", "int": "a number"}[codec]
            raise BadX12(where=f"segment {s.number} ({s.name})", why=f"it holds no {what.removeprefix('a ').removeprefix('an ')} where {what} must stand") from None


_MONEY = Cell(fields=(("amount",),), codec="money")


def _set(into: dict[str, Any], path: Sequence[str], value: Any) -> None:
    for name in path[:-1]:
        into = into.setdefault(name, {})
    into[path[-1]] = value


def _merge(into: dict[str, Any], found: dict[str, Any]) -> None:
    for name, value in found.items():
        if isinstance(value, list) and isinstance(into.get(name), list):
            into[name] += value
        elif isinstance(value, dict) and isinstance(into.get(name), dict):
            into[name] |= value
        else:
            into[name] = value
