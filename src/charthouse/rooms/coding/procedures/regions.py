"""The region of an imaging study: parts of the body that one region holds together are one code, others one each."""
from __future__ import annotations

from collections.abc import Iterator, Mapping

Named = tuple[list[str], str]  # the names of a part, in order of preference, and its side
Table = Mapping[str, tuple[str, ...]]  # label, or labels with " + " between -> start of the code by modality
NONE = "-"


def regions(named: list[Named], table: Table, modality: int) -> Iterator[tuple[str, str, str]]:
    """(start of the code, side, labels) for the parts that a study names."""
    left = list(named)
    for size in (3, 2):
        for at in range(len(left) - size + 1):
            together = _together([names for names, _ in left[at:at + size]], table, modality)
            if together:
                yield together[0], "", together[1]
                left = left[:at] + left[at + size:]
                break
    for names, side in left:
        label = next((name for name in names if name in table and table[name][modality] != NONE), "")
        if label:
            yield table[label][modality], side, label


def _together(named: list[list[str]], table: Table, modality: int) -> tuple[str, str] | None:
    for key, starts in table.items():
        parts = key.split(" + ")
        if len(parts) == len(named) > 1 and starts[modality] != NONE and _covers(parts, named):
            return starts[modality], key
    return None


def _covers(parts: list[str], named: list[list[str]]) -> bool:
    """Whether each part of a region is named by one of the parts of the body, one each."""
    rest = list(named)
    for part in parts:
        match = next((names for names in rest if part in names), None)
        if match is None:
            return False
        rest.remove(match)
    return True
