"""A limit that a measured value lies within, as tables write it."""
from __future__ import annotations

import math
import re
from dataclasses import dataclass

from charthouse.record.fact import Measured


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """A measured value that counts: `name` within [low, high], in the units of US notes."""

    name: str
    low: float
    high: float

    def holds(self, measured: Measured) -> bool:
        return self.covers(measured.name, measured.value)

    def covers(self, name: str, value: float) -> bool:
        return name == self.name and self.low <= value <= self.high


def limit(name: str, test: str, value: str, believed: str = "") -> Limit:
    """The limit of a row: "sodium", "<", "130", believed "90-180"."""
    low, _, high = (believed or "0-1000000").partition("-")
    if test in ("<", "<="):
        return Limit(name=name, low=float(low), high=math.nextafter(float(value), -math.inf) if test == "<" else float(value))
    return Limit(name=name, low=math.nextafter(float(value), math.inf) if test == ">" else float(value), high=float(high))


def limits(written: str) -> tuple[Limit, ...]:
    """"lactate > 2; temperature 38.3-43" -> the limits."""
    out = []
    for part in filter(None, (p.strip() for p in written.split(";"))):
        between = re.fullmatch(r"(.+?) ([\d.]+)-([\d.]+)", part)
        if between:
            out.append(Limit(name=between[1], low=float(between[2]), high=float(between[3])))
        else:
            name, test, value = part.rsplit(" ", 2)
            out.append(limit(name, test, value))
    return tuple(out)
