"""Patterns of ICD-10-PCS codes, as the procedure tables write them, and the sides of a body part's label.

A pattern has seven places. A character stands for itself; `?` is read from the chart; `[403]` is one of these, in the
order in which they are taken when nothing tells; `<CD>` is right or left, `<012>` right, left or bilateral. `|` parts
alternatives: another root operation, another table.
"""
from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

_PLACE = re.compile(r"\?|\[[0-9A-Z]+\]|<[0-9A-Z]{2,3}>|[0-9A-Z]")
SIDES = ("right", "left", "bilateral")
_SIDE = re.compile(r"(?:,)? (Right|Left|Bilateral)$|(?<=, )(Right|Left) (?=[A-Z])")


@dataclass(frozen=True, slots=True)
class Place:
    """One character of a pattern: the values it may have ("" any), and whether they stand for the sides."""

    values: str
    sided: bool = False

    @property
    def fixed(self) -> bool:
        return len(self.values) == 1


Pattern = tuple[Place, ...]


@lru_cache(maxsize=8192)
def parse(text: str) -> tuple[Pattern, ...]:
    """The alternatives of a pattern. Raises ValueError where one has not seven places."""
    return tuple(_one(part) for part in text.split("|"))


def _one(text: str) -> Pattern:
    places = _PLACE.findall(text)
    if len(places) != 7 or "".join(places) != text:
        raise ValueError(f"{text} is not a pattern of seven places")
    return tuple(Place("" if p == "?" else p.strip("[]<>"), p.startswith("<")) for p in places)


def known_start(text: str) -> str:
    """The characters that the first alternative fixes, from the left: what a procedure's name alone says."""
    out = ""
    for place in parse(text)[0][:4]:
        if not place.fixed:
            break
        out += place.values
    return out


@lru_cache(maxsize=8192)
def without_side(label: str) -> tuple[str, str]:
    """A label of the tables without its side, and the side: "Lymphatic, Right Neck" -> ("Lymphatic, Neck", "right")."""
    found = _SIDE.search(label)
    if not found:
        return label, ""
    side = (found.group(1) or found.group(2)).lower()
    return label[:found.start()] + label[found.end():], side
