"""From phrases of book and lexicon to entries of the dictionary: keys, and the shorter ways a title is said.

Titles carry words that nobody writes ("Essential (primary) hypertension", "..., unspecified"); each gives the forms
that are written. Titles for "other specified" things name nothing that could be found in a text and are left out.
"""
from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from charthouse.lexicon.words import STOP, words

_PARENTHESIS = re.compile(r"\s*\([^)]*\)")
_BRACKET = re.compile(r"\s*\[[^\]]*\]")
_UNSAID = re.compile(r"\b(?:other|others|not elsewhere classified|classified elsewhere|in diseases|NEC|elsewhere|type, unspecified|"
                     r"encounter for other|due to other|specified)\b", re.I)
_TAIL = re.compile(r"(?:,\s*)?\b(?:unspecified|NOS|site unspecified|unspecified site|of unspecified (?:site|part|type))\b", re.I)
# Titles whose words are those of everyday life: as external causes and places they need the lexicon's own phrases.
_NO_TITLES = frozenset("VWXY")


def entries(phrase: str, target: str, source: str) -> Iterator[tuple[str, str, str, str, str]]:
    """(key, target, source, flags, phrase) for each way of saying it; nothing when it cannot be found in a text."""
    source, _, flags = source.partition(":")
    if source in ("lexicon", "quiet", "site"):
        if "case" not in flags and _loses_an_abbreviation(phrase):
            return
        yield _key(phrase), target, source, flags, phrase
        return
    if _UNSAID.search(phrase) or target[0] in _NO_TITLES:
        return
    said = {phrase, _TAIL.sub("", _PARENTHESIS.sub("", _BRACKET.sub("", phrase)))}
    said.add(_TAIL.sub("", _PARENTHESIS.sub("", phrase)))
    for text in sorted(said):
        key = _key(text)
        if key and not _says_too_little(key):
            yield key, target, source, "", phrase


# One word of a title that names no finding by itself, once the parentheses are gone ("[Andersen's] disease").
_GENERIC = frozenset(["disease", "disorder", "syndrome", "condition", "injury", "infection", "lesion", "finding", "complication", "symptom", "sign", "history", "status", "encounter", "examination", "disturbance", "abnormality", "anomaly", "deformity", "malformation", "deficiency", "toxicity", "donor", "problem", "counseling", "screening", "fistula", "loss", "death", "axis", "atla", "astragalus", "cocaine", "arrest", "prosecution", "litigation", "falling", "malleus", "pannus", "screaming", "her2", "immersion", "crest", "age", "other", "state", "reaction", "therapy", "procedure", "observation", "care"])


def _says_too_little(key: str) -> bool:
    """A key that would fire on everyday text: a short or generic word, or a "without" whose object the bag has lost."""
    tokens = key.split()
    if len(tokens) == 1:
        return len(key) < 4 or key in _GENERIC
    return "without" in tokens and len(tokens) <= 4


def _loses_an_abbreviation(phrase: str) -> bool:
    """Whether an abbreviation is spelled like a function word ("MR and AS"), so that the key would name only the rest."""
    return any(m.isupper() and len(m) > 1 and m.lower() in STOP for m in phrase.split())


def _key(phrase: str) -> str:
    tokens = [w for w, _, _ in words(phrase)]
    kept = [t for t in tokens if t not in STOP] or tokens
    return " ".join(sorted(kept))


def dictionary_rows(phrases: Iterable[tuple[str, str, str]]) -> Iterator[tuple[str, str, str, str, str]]:
    for phrase, target, source in phrases:
        yield from entries(phrase, target, source)
