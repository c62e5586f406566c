"""What a release leaves out."""
from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Removal:
    """A stretch of a text [start, end) that tells whose it is. `kind` stands in its place (NAME, DATE, ...); `rule` found it, `citation` is why it must go."""

    start: int
    end: int
    kind: str
    rule: str
    why: str
    citation: str
