"""What corrections teach about words: a term that was not known, a term that meant another code, words that are no finding."""
from __future__ import annotations

from collections.abc import Iterable, Iterator

from charthouse.lexicon.phrases import entries
from charthouse.lexicon.words import STOP, words
from charthouse.record.learning import Change, Correction

LONGEST = 8  # content words of a term: what the dictionary can look up
_TEACHES = frozenset({"missed", "wrong specificity", "not said", "other", ""})


def words_taught(corrections: Iterable[Correction]) -> tuple[Change, ...]:
    """A change for each correction that quotes its words, each once."""
    return tuple({(c.kind, c.phrase.lower(), c.target): c for c in _taught(corrections)}.values())


def _taught(corrections: Iterable[Correction]) -> Iterator[Change]:
    for c in corrections:
        phrase = " ".join(c.words.split())
        if not phrase or c.reason not in _TEACHES or not _says_something(phrase):
            continue
        code = c.to if c.action == "change" else c.code
        if c.action in ("add", "change"):
            yield Change(kind="term", phrase=phrase, target=code, what=f"“{phrase}” means {code}")
        elif c.action == "remove" and c.reason == "not said":
            yield Change(kind="quiet", phrase=phrase, what=f"“{phrase}” is no finding")


def _says_something(phrase: str) -> bool:
    """Whether it can be a term: one to `LONGEST` content words, no number alone, no single everyday short word."""
    content = [w for w, _, _ in words(phrase) if w not in STOP and not w.isdigit()]
    if not 1 <= len(content) <= LONGEST or (len(content) == 1 and len(content[0]) < 4 and not abbreviation(phrase)):
        return False
    return any(True for _ in entries(phrase, "R69", "lexicon"))


def abbreviation(phrase: str) -> bool:
    """Letters in capitals that count only as they are written: "HHD" is a disease, "hhd" nothing."""
    return phrase.isupper() and phrase.isalpha() and 2 <= len(phrase) <= 5
