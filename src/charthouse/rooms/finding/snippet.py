"""Where a text says what was looked for: a passage of it, with the words marked."""
from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from charthouse.lexicon.words import words
from charthouse.record.finding import Clause, Phrase

WIDTH = 240  # characters
Place = tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Snippet:
    """`start` is where it stands in the document; `marks` are [start, end) within `text`. `before` and `after`: the document goes on there."""

    text: str = field(repr=False)
    start: int
    marks: tuple[Place, ...]
    before: bool
    after: bool


def snippet(text: str, clauses: Sequence[Clause], width: int = WIDTH) -> Snippet:
    """The passage that answers most clauses, the first of equal ones; the beginning where no word stands in it."""
    places = sorted(set(_places(text, clauses)))
    first = _best(places, width) if places else 0
    start = _whole(text, max(0, first - width // 4))
    end = min(len(text), start + width)
    end = text.rfind(" ", start, end) if end < len(text) and " " in text[start + width // 2:end] else end
    marks = _joined([(s - start, e - start) for s, e, _ in places if start <= s and e <= end])
    return Snippet(text=text[start:end], start=start, marks=marks, before=start > 0, after=end < len(text.rstrip()))


def _places(text: str, clauses: Sequence[Clause]) -> Iterator[tuple[int, int, int]]:
    """(start, end, number of the clause) of each phrase that stands in it."""
    found = [(word.strip("_"), start, end) for word, start, end in words(text)]
    at: dict[str, list[int]] = {}
    for n, (word, _, _) in enumerate(found):
        at.setdefault(word, []).append(n)
    for number, clause in enumerate(clauses):
        for phrase in dict.fromkeys(p for way in clause.ways for p in way) if not clause.unwanted else ():
            for n in _starts(phrase, at):
                if _stands(phrase, found[n:n + len(phrase.words)]):
                    yield found[n][1], found[n + len(phrase.words) - 1][2], number


def _starts(phrase: Phrase, at: dict[str, list[int]]) -> Iterator[int]:
    if phrase.prefix and len(phrase.words) == 1:
        yield from (n for word, places in at.items() if word.startswith(phrase.words[0]) for n in places)
    else:
        yield from at.get(phrase.words[0], ())


def _stands(phrase: Phrase, there: Sequence[tuple[str, int, int]]) -> bool:
    said = tuple(word for word, _, _ in there)
    if phrase.prefix:
        return len(said) == len(phrase.words) and said[:-1] == phrase.words[:-1] and said[-1].startswith(phrase.words[-1])
    return said == phrase.words


def _best(places: Sequence[tuple[int, int, int]], width: int) -> int:
    """Where a passage begins that answers most clauses, and among those has most words."""
    reach = width * 3 // 4
    best, score = places[0][0], (0, 0)
    last = 0
    for first, (start, _, _) in enumerate(places):
        last = max(last, first)
        while last < len(places) and places[last][1] <= start + reach:
            last += 1
        there = places[first:last]
        if (mine := (len({c for _, _, c in there}), len(there))) > score:
            best, score = start, mine
    return best


def _whole(text: str, start: int) -> int:
    """The beginning of the word, or of the line, at `start`."""
    line = text.rfind("\n", max(0, start - 40), start)
    if line >= 0:
        return line + 1
    blank = text.find(" ", start, start + 20)
    return blank + 1 if start and blank >= 0 else start


def _joined(marks: Sequence[Place]) -> tuple[Place, ...]:
    out: list[Place] = []
    for start, end in sorted(marks):
        if out and start <= out[-1][1]:
            out[-1] = (out[-1][0], max(end, out[-1][1]))
        else:
            out.append((start, end))
    return tuple(out)
