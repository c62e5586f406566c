"""How far two spellings lie apart. Both functions agree with the databases' own, which the linkage of files uses."""
from __future__ import annotations


def edits(a: str, b: str) -> int:
    """Letters put in, left out, changed, or two neighbours swapped (Damerau 1964, optimal string alignment)."""
    before: list[int] = []
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        before, last, row = row, before, [i]
        for j, y in enumerate(b, 1):
            least = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (x != y))
            if i > 1 and j > 1 and x == b[j - 2] and a[i - 2] == y:
                least = min(least, last[j - 2] + 1)
            row.append(least)
    return row[-1]


def likeness(a: str, b: str) -> float:
    """From 0 to 1, a common beginning counting more (Winkler 1990)."""
    jaro = _jaro(a, b)
    common = next((n for n in range(4) if n >= min(len(a), len(b)) or a[n] != b[n]), 4)
    return jaro + 0.1 * common * (1 - jaro) if jaro > 0.7 else jaro


def _jaro(a: str, b: str) -> float:
    reach, taken, matched = max(len(a), len(b)) // 2 - 1, [False] * len(b), []
    reach = max(reach, 0)
    for i, letter in enumerate(a):
        for j in range(max(0, i - reach), min(len(b), i + reach + 1)):
            if not taken[j] and b[j] == letter:
                taken[j] = True
                matched.append(letter)
                break
    if not matched:
        return 0.0
    moved = sum(x != y for x, y in zip(matched, (y for y, used in zip(b, taken, strict=True) if used), strict=True)) // 2
    return (len(matched) / len(a) + len(matched) / len(b) + (len(matched) - moved) / len(matched)) / 3
