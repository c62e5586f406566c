"""Whether what a query offers has indicators behind it: the table `conditions.tsv` says what in a record speaks for a condition."""
from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from charthouse.record.limit import Limit, limits
from charthouse.record.query import Indicator
from charthouse.rulebook.prefixes import Prefixes


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """`named` is how it is said, `codes` document it, `signs` is what else speaks for it, `values` the names of measurements that do and `limits` within which, `least` how many
    different indicators raise a question (0: it raises none)."""

    key: str
    topic: str
    offered: str
    named: re.Pattern[str]
    signs: re.Pattern[str] | None
    values: tuple[str, ...]
    codes: Prefixes = ()
    limits: tuple[Limit, ...] = ()
    least: int = 0
    source: str = ""


def conditions(rows: Iterable[tuple[str, ...]]) -> tuple[Condition, ...]:
    """From the rows of the table."""
    out = []
    for key, topic, offered, named, codes, values, signs, least, source in rows:
        within = limits(values)
        out.append(Condition(key=key, topic=topic, offered=offered, named=re.compile(named, re.IGNORECASE), signs=re.compile(signs, re.IGNORECASE) if signs else None, codes=tuple(codes.split()),
                             values=tuple(w.name.casefold() for w in within), limits=within, least=int(least), source=source))
    return tuple(out)


def unsupported(options: Sequence[str], indicators: Sequence[Indicator], known: Sequence[Condition]) -> tuple[str, ...]:
    """The options that name a condition of the table for which no indicator speaks. What the table does not know is not judged."""
    said = [i.span.text for i in indicators]
    return tuple(option for option in options if (of := _named(option, known)) and not any(_speaks(c, text, known) for c in of for text in said))


def _named(option: str, known: Sequence[Condition]) -> list[Condition]:
    """What an option names, in as many of its words as can be: "septic shock" is no sepsis."""
    found = [(len(m.group()), c) for c in known if (m := c.named.search(option))]
    most = max((size for size, _ in found), default=0)
    return [c for size, c in found if size == most]


def _speaks(condition: Condition, text: str, known: Sequence[Condition]) -> bool:
    """A sign or value of the condition or of another of its topic, or the name of one: the record may name it in other words, or less exactly."""
    return any(_said(c, text) for c in known if c.topic == condition.topic)


def _said(condition: Condition, text: str) -> bool:
    if condition.named.search(text) or (condition.signs and condition.signs.search(text)):
        return True
    return any(v and v in text.casefold() for v in (*condition.values, *(short for v in condition.values for short in _SHORT.get(v, ()))))


_SHORT = {"oxygen saturation": ("spo2", "sat "), "respiratory rate": ("rr ", "resp"), "white blood cells": ("wbc", "leukocyt"), "temperature": ("temp", "fever", "tmax"), "heart rate": ("hr ", "pulse", "tachycard"),
          "blood pressure": ("bp ", "map ", "hypotens"), "ejection fraction": ("ef ", "lvef"), "hemoglobin": ("hgb", "hb ")}
