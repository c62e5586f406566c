"""X12 as text: delimiters, segments, and the envelope with its counts and control numbers (X12.5, X12.6)."""
from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from charthouse.record.errors import BadX12

_ISA = (2, 10, 2, 10, 2, 15, 2, 15, 6, 4, 1, 5, 9, 1, 1, 1)  # lengths of ISA01 to ISA16
MOST = 64_000_000  # characters


@dataclass(frozen=True, slots=True)
class Delimiters:
    element: str = "*"
    component: str = ":"
    repetition: str = "^"
    segment: str = "~"


@dataclass(frozen=True, slots=True)
class Segment:
    """`number` counts from 1 in the file; `elements[0]` is the first after the name."""

    number: int
    name: str
    elements: tuple[str, ...]

    def at(self, place: int) -> str:
        return self.elements[place - 1] if place <= len(self.elements) else ""


@dataclass(frozen=True, slots=True)
class Transaction:
    """One ST to SE, without them. `kind` 837, 835, 999 ...; `version` the implementation guide (GS08)."""

    kind: str
    version: str
    number: str
    segments: tuple[Segment, ...]
    delimiters: Delimiters
    isa: Segment
    gs: Segment


def delimiters_of(text: str) -> Delimiters:
    """Raises `BadX12` when it does not begin with an interchange header."""
    if not text.startswith("ISA"):
        raise BadX12(where="its beginning", why="it does not begin with ISA")
    if len(text) < 106:
        raise BadX12(where="segment 1 (ISA)", why="it ends within the header, which has 106 characters")
    found = Delimiters(element=text[3], component=text[104], repetition=text[82], segment=text[105])
    parts = text[:105].split(found.element)
    if len(parts) != 17 or any(len(p) != n for p, n in zip(parts[1:], _ISA, strict=True)):
        raise BadX12(where="segment 1 (ISA)", why="its elements do not have the lengths that the header must have")
    if found.repetition.isalnum():
        found = Delimiters(element=found.element, component=found.component, repetition="^", segment=found.segment)
    if len({found.element, found.component, found.segment}) != 3 or any(c.isalnum() or c == " " for c in (found.element, found.component, found.segment)):
        raise BadX12(where="segment 1 (ISA)", why="its delimiters are letters, digits or not three different signs")
    return found


def segments(text: str, of: Delimiters) -> Iterator[Segment]:
    """Line ends between segments are no part of them. Raises `BadX12` for what comes after the last terminator."""
    pieces = text.split(of.segment)
    if pieces[-1].strip():
        raise BadX12(where=f"segment {len(pieces)}", why="the file ends within a segment: it was cut off")
    for number, piece in enumerate(pieces[:-1], 1):
        piece = piece.strip("\r\n")
        if not piece.strip():
            continue
        name, *elements = piece.split(of.element)
        if not (2 <= len(name) <= 3 and name.isalnum() and name.isupper()):
            raise BadX12(where=f"segment {number}", why="it does not begin with the name of a segment")
        yield Segment(number, name, tuple(elements))


def transactions(text: str) -> list[Transaction]:
    """The transaction sets of an interchange. Raises `BadX12` naming the segment when the envelope does not hold together: order, control numbers, counts."""
    text = text.lstrip("\ufeff \r\n\t")
    if len(text) > MOST:
        raise BadX12(where="the file", why=f"it has more than {MOST // 1_000_000} million characters")
    of = delimiters_of(text)
    out: list[Transaction] = []
    isa = gs = st = None
    inside: list[Segment] = []
    groups = sets = 0
    for s in segments(text, of):
        match s.name:
            case "ISA":
                _must(isa is None, s, "an interchange begins before the one before it has ended")
                isa, groups = s, 0
            case "GS":
                _must(isa is not None and gs is None, s, "a group begins outside an interchange, or within another group")
                gs, sets = s, 0
            case "ST":
                _must(gs is not None and st is None, s, "a transaction set begins outside a group, or within another set")
                st, inside = s, []
            case "SE":
                _must(st is not None, s, "a transaction set ends that did not begin")
                assert st is not None
                assert isa is not None
                assert gs is not None
                _must(s.at(2) == st.at(2), s, f"it ends with control number {s.at(2)!r} and began with {st.at(2)!r}")
                _must(s.at(1) == str(len(inside) + 2), s, f"it says {s.at(1)} segments, and there are {len(inside) + 2}")
                out.append(Transaction(st.at(1), st.at(3) or gs.at(8), st.at(2), tuple(inside), of, isa, gs))
                st, sets = None, sets + 1
            case "GE":
                _must(gs is not None and st is None, s, "a group ends that did not begin, or within a transaction set")
                assert gs is not None
                _must(s.at(2) == gs.at(6), s, f"it ends with control number {s.at(2)!r} and began with {gs.at(6)!r}")
                _must(s.at(1) == str(sets), s, f"it says {s.at(1)} transaction sets, and there are {sets}")
                gs, groups = None, groups + 1
            case "IEA":
                _must(isa is not None and gs is None, s, "an interchange ends that did not begin, or within a group")
                assert isa is not None
                _must(s.at(2) == isa.at(13), s, f"it ends with control number {s.at(2)!r} and began with {isa.at(13)!r}")
                _must(s.at(1) == str(groups), s, f"it says {s.at(1)} groups, and there are {groups}")
                isa = None
            case "TA1":
                _must(isa is not None and gs is None, s, "it stands outside an interchange, or within a group")
            case _:
                _must(st is not None, s, "it stands outside a transaction set")
                inside.append(s)
    if st or gs or isa:
        raise BadX12(where="its end", why=f"{'SE' if st else 'GE' if gs else 'IEA'} is missing: it was cut off")
    if not out:
        raise BadX12(where="the file", why="it holds no transaction set")
    return out


def _must(holds: bool, s: Segment, why: str) -> None:
    if not holds:
        raise BadX12(where=f"segment {s.number} ({s.name})", why=why)


def enveloped(bodies: Sequence[tuple[str, str, str, list[str]]], *, functional: str, version: str, sender: tuple[str, str], recipient: tuple[str, str], at: datetime, interchange: int, group: int, usage: str, of: Delimiters | None = None) -> str:
    """An interchange of one group. `bodies`: (kind, control number, version, segments without terminators) of each transaction set."""
    of = of or Delimiters()
    e = of.element
    isa = e.join(("ISA", "00", " " * 10, "00", " " * 10, sender[0], f"{sender[1]:<15}"[:15], recipient[0], f"{recipient[1]:<15}"[:15], f"{at:%y%m%d}", f"{at:%H%M}", of.repetition, "00501", f"{interchange:09d}", "0", usage, of.component))
    lines = [isa, e.join(("GS", functional, sender[1].strip(), recipient[1].strip(), f"{at:%Y%m%d}", f"{at:%H%M}", str(group), "X", version))]
    for kind, number, guide, body in bodies:
        lines += [e.join(("ST", kind, number, guide)), *body, e.join(("SE", str(len(body) + 2), number))]
    lines += [e.join(("GE", str(len(bodies)), str(group))), e.join(("IEA", "1", f"{interchange:09d}"))]
    return of.segment.join(lines) + of.segment
