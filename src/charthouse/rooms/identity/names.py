"""How names are spelled for comparing, and how they sound."""
from __future__ import annotations

import re
import unicodedata

_JUNIOR = re.compile(r"[ ,]+(jr|sr|junior|senior|ii|iii|iv|2nd|3rd)\.?$")
# How written English varies without a change of sound, from left to right. Soundex (US patent 1,261,167) alone keeps the first letter as written.
_ALIKE = tuple((re.compile(pattern), to) for pattern, to in (
    (r"^(?:kn|gn|pn)", "n"), (r"^wr", "r"), (r"^x", "s"), (r"ph", "f"), (r"^mac(?=[bcdfghjklmnpqrstvwxyz])", "mc"), (r"sch|sh", "s"), (r"[ck]h?|q", "k"), (r"z", "s"), (r"v", "f"), (r"^(?:h(?=[aeiou])|w(?=h))", ""),
    (r"^[aeiouy]+", "a")))
_CODES = {letter: code for code, letters in enumerate(("bfp", "gjkqsxz", "dt", "l", "mn", "r"), 1) for letter in letters}


def plain(text: str) -> str:
    """Small letters and digits, accents and marks gone, one blank between words: "O'Brien-Núñez" -> "obrien nunez"."""
    base = "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c))
    return " ".join(re.sub(r"[^\w ]|_", " ", re.sub(r"['’`.]", "", base)).split())


def without_suffix(name: str) -> tuple[str, str]:
    """(name, suffix): "smith jr" -> ("smith", "jr"). Junior and senior are spelled alike however they are written."""
    found = _JUNIOR.search(name)
    if not found:
        return name, ""
    suffix = {"junior": "jr", "senior": "sr", "2nd": "ii", "3rd": "iii"}.get(found.group(1), found.group(1))
    return name[: found.start()], suffix


def sound(name: str) -> str:
    """Names that sound alike give the same four signs ("phillips", "filips" -> "f412"); "" for a name without letters."""
    word = re.sub(r"[^a-z]", "", name)
    for pattern, to in _ALIKE:
        word = pattern.sub(to, word)
    if not word:
        return ""
    codes, last = [], _CODES.get(word[0], 0)
    for letter in word[1:]:
        code = _CODES.get(letter, 0)
        if code and code != last:
            codes.append(str(code))
        last = last if letter in "hw" else code
    return (word[0] + "".join(codes) + "000")[:4]
