"""Other ways of saying a phrase, and the codes that it means: from the lexicon in the compiled code book, and from `lexicon/coded.tsv`."""
from __future__ import annotations

import sqlite3
from functools import lru_cache
from importlib.resources import files
from pathlib import Path

from charthouse.lexicon.words import words

_TARGET = "SELECT phrase, target, source FROM phrase WHERE phrase = ? COLLATE NOCASE AND source LIKE 'lexicon%'"
_SAME = "SELECT phrase, source FROM phrase WHERE target = ? AND source LIKE 'lexicon%' ORDER BY words, length(phrase), phrase"


class Synonyms:
    """Without a compiled code book nothing is known, and searching goes on."""

    def __init__(self, path: Path) -> None:
        self._book = sqlite3.connect(f"file:{path}?mode=ro", uri=True, check_same_thread=False) if path.exists() else None
        self.ways = lru_cache(maxsize=1000)(self._ways)
        self._target = lru_cache(maxsize=5000)(self._target_of)

    def codes(self, phrase: str) -> tuple[str, ...]:
        """The patterns of the codes any of which says it."""
        known = details().get(_plain(phrase))
        if known:
            return known
        target = self._target(phrase).split(" + ")[0]
        family, grows, _ = target.partition("=")
        return () if not target else (f"{family}*",) if grows or len(family) == 3 else (family,)

    def _ways(self, phrase: str) -> tuple[str, ...]:
        """Phrases with exactly the same meaning in the lexicon, itself among them."""
        target = self._target(phrase)
        if self._book is None or not target:
            return ()
        return tuple(said for said, _ in self._book.execute(_SAME, (target,)))

    def _target_of(self, phrase: str) -> str:
        if self._book is None:
            return ""
        for spelled in dict.fromkeys((phrase, " ".join(w for w, _, _ in words(phrase)))):
            for said, target, source in self._book.execute(_TARGET, (spelled,)):
                if "case" not in source or said == phrase:
                    return str(target)
        return ""


@lru_cache(maxsize=1)
def details() -> dict[str, tuple[str, ...]]:
    """What a coded detail is called, and its codes."""
    lines = (files("charthouse") / "lexicon" / "coded.tsv").read_text(encoding="utf-8").splitlines()
    rows = (line.split("\t") for line in lines if line and not line.startswith("#"))
    return {_plain(phrase): tuple(codes.split()) for phrases, codes in rows for phrase in phrases.split(" | ")}


def _plain(phrase: str) -> str:
    return " ".join(w for w, _, _ in words(phrase))
