"""A row of words: what the dictionary, the attributes and the triggers all read, with typing errors mended."""
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(slots=True)
class Row:
    """The words of one segment. `breaks[i]` says what stands before word i: "" nothing, "," soft, ":" a
    label's end, ";" hard."""

    folded: list[str]
    spelled: list[str]
    breaks: list[str]
    starts: list[int]
    ends: list[int]


_GENERA = frozenset({"Staph", "Strep", "St", "Str", "Ps", "Kl"})


class Mender(Protocol):
    """Knows the words of the terms, and which of them a long unknown word is one slip away from."""

    vocabulary: set[str]

    def mended(self, word: str) -> str: ...


def _a_name(text: str, found: Sequence[tuple[str, int, int]], i: int) -> bool:
    """Two capitalised words in a row, or one after a title, are a person: never a misspelt disease."""
    def capital(k: int) -> bool:
        return 0 <= k < len(found) and text[found[k][1]].isupper() and not text[found[k][1]:found[k][2]].isupper()

    return capital(i) and (capital(i - 1) or capital(i + 1))


def _genus(text: str, found: Sequence[tuple[str, int, int]], i: int, gap: str) -> bool:
    """Whether the full stop before a word ends a shortened genus: "E. coli", "Staph. aureus"."""
    before = text[found[i - 1][1]:found[i - 1][2]]
    return gap.rstrip() == "." and text[found[i][1]].islower() and before[0].isupper() and (len(before) == 1 or before in _GENERA)


def row_of(text: str, found: Sequence[tuple[str, int, int]], mend: Mender | None = None) -> tuple[Row, dict[int, str]]:
    """A row from the words of a segment (word, start, end), and the typing errors mended in it by index."""
    folded: list[str] = []
    spelled: list[str] = []
    breaks: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    mended: dict[int, str] = {}
    last = -1
    for i, (word, start, end) in enumerate(found):
        if last < 0 or start == last or (start == last + 1 and text[last] == " "):
            breaks.append("")
        else:
            gap = text[last:start]
            joined = (gap == "." and text[start].isdigit() and text[last - 1].isdigit()) or _genus(text, found, i, gap)
            breaks.append("" if joined else _break(gap))
        if mend is not None and len(word) >= 7 and word not in mend.vocabulary and not _a_name(text, found, i):
            better = mend.mended(word)
            if better:
                mended[len(folded)] = better
                word = better
        folded.append(word)
        spelled.append(text[start:end])
        starts.append(start)
        ends.append(end)
        last = end
    return Row(folded, spelled, breaks, starts, ends), mended


def _break(gap: str) -> str:
    if any(c in ";•\n.!?|" for c in gap):
        return ";"
    if ":" in gap:
        return ":"
    return "," if any(c in ",()[]{}/+&" for c in gap) else ""


