"""Words as the matcher sees them: where they stand in a text, and the form under which book, lexicon and text meet.

The same folding is applied to terms and to texts, so it need not give a dictionary form, only the same one on both
sides: "Haemorrhoids" and "hemorrhoid", "metastases" and "metastasis" meet.
"""
from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

WORD = re.compile(r"\b[wW]/(?:[oO]\b)?|[^\W_]+(?:['’](?:s|S)\b)?")

# Carry no meaning inside a term. "without", "no" and "not" do, and stay.
STOP = frozenset(
    ["a", "an", "and", "any", "are", "as", "at", "by", "be", "been", "being", "but", "for", "from", "has", "have", "having", "her", "hers", "him", "his", "in", "into", "is", "it", "its", "nos", "of", "off", "on", "or", "our", "patient", "patients", "some", "that", "the", "their", "them", "there", "these", "this", "those", "to", "unspecified", "w", "was", "were", "which", "with"]
)
# "as" and "off" would be lost from terms such as AS; case-marked terms keep their own spelling (see `case_key`).

_BRITISH = (("ae", "e"), ("oe", "e"))
_OUR = re.compile(r"(?<=[a-z]{2})our(?=(?:s|ed|ing|al)?$)")  # tumour, labour, behavioural; not "mourning"
_KEEP_S = ("ss", "us", "is")


@lru_cache(maxsize=100_000)
def fold(word: str) -> str:
    """The meeting form of one word: lower case, no accents, singular, American."""
    word = word.lower()
    if word == "w/o":
        return "without"
    if word == "w/":
        return "w"
    if word[-2:] in ("'s", "’s"):
        word = word[:-2]
    if not word.isascii():
        word = "".join(c for c in unicodedata.normalize("NFKD", word) if not unicodedata.combining(c))
    if word.endswith(("brae", "lae")):  # a Latin plural, not British spelling: vertebrae, maxillae
        word = word[:-1]
    if len(word) > 4:
        for british, american in _BRITISH:
            word = word.replace(british, american)
        word = _OUR.sub("or", word)
    return _singular(word)


def _singular(word: str) -> str:
    if len(word) < 4 or not word.endswith("s") or word.endswith(_KEEP_S):
        return word
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("oses", "stases", "yses", "theses")):
        return word[:-2] + "is"
    if word.endswith(("sses", "xes", "ches", "shes")):
        return word[:-2]
    return word[:-1]


# After these, the letter A is a name ("hepatitis A"), not an article.
_LETTERED = frozenset(["hepatitis", "vitamin", "influenza", "flu", "hemophilia", "hemoglobin", "type", "group", "factor", "streptococcus", "strep", "immunoglobulin"])
LETTER_A = "a_"


def small(text: str) -> str:
    """The text in small letters, each where it stood."""
    lowered = text.lower()
    return lowered if len(lowered) == len(text) else "".join(c.lower() if len(c.lower()) == 1 else c for c in text)


def words(text: str) -> list[tuple[str, int, int]]:
    """The words of a text: (folded, start, end), in code points."""
    out: list[tuple[str, int, int]] = []
    last = ""
    for m in WORD.finditer(text):
        word = fold(m.group())
        if word == "a" and last in _LETTERED:
            word = LETTER_A
        elif word == "to" and last == "due":  # "due to" says no more than "of"; "colonoscopy due" does
            out[-1] = ("to", out[-1][1], out[-1][2])
        out.append((word, m.start(), m.end()))
        last = word
    return out


def key(tokens: list[str] | tuple[str, ...]) -> str:
    """The order-free key of a term: its content words, sorted. "fracture of distal radius" = "distal radius fracture"."""
    return " ".join(sorted(t for t in tokens if t not in STOP))


def term_key(term: str) -> str:
    return key([w for w, _, _ in words(term)])
