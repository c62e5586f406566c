"""Copied-forward text alone supports no code."""
from __future__ import annotations

from charthouse.rooms.coding.candidate import Bench, Candidate, left_off, ruling


def copied_forward(candidates: tuple[Candidate, ...], bench: Bench) -> tuple[Candidate, ...]:
    """Evidence that was copied from an earlier note counts once, where it was first written."""
    return tuple(
        left_off(c, ruling("house/copied-forward", "suppressed", f"Only copied text speaks for it (from {c.fact.copied_from}).",
                           "AHIMA, Auditing Copy and Paste; 42 CFR 482.24(c)", bench=bench, subject=c.code))
        if not c.off and not c.made and all(f.copied_from for f in c.facts) else c for c in candidates)
