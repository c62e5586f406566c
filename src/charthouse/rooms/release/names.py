"""Which words of a text name a person, a place or a house of care.

Each word is told by what it is (a name that is borne, an ordinary word, a word of medicine, a place, none of them), how it is written and what stands beside it; a small logistic regression
(`name_weights.tsv`, made by `training/release.py`) weighs that. Nothing of a text is in the weights but such tells.
"""
from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from itertools import pairwise

WORD = re.compile(r"(?<![\d_])(?<!\d-)[^\W\d_](?:[^\W\d_]|['’](?=[^\W\d_]{2})|-(?=[^\W\d_]))*(?![\w])")
TITLES = frozenset(["dr", "mr", "mrs", "ms", "miss", "mx", "prof", "professor", "doctor", "sir", "madam", "nurse", "sister", "rev", "reverend", "fr", "pastor", "rabbi", "capt", "captain", "lt", "sgt", "col", "major", "judge", "hon", "mme", "mlle", "herr", "frau", "señor", "señora", "sr", "sra", "dra"])
CUES = {  # what stands before a name, or after it
    "named": ["called", "named", "name", "nickname", "alias", "aka", "dear", "hi", "hello", "hey", "thanks", "regards", "sincerely", "signed", "attn", "contact", "ask", "meet", "met", "with", "by", "for", "about", "to", "and", "from", "mother", "father", "wife", "husband", "son", "daughter", "brother", "sister", "partner", "patient", "pt", "client", "spouse", "guardian", "resident"],
    "where": ["in", "at", "near", "from", "to", "of", "live", "lives", "living", "lived", "resides", "residing", "moved", "visit", "visited", "visiting", "admitted", "seen", "treated", "transferred", "born", "clinic", "hospital", "city", "town", "state", "county"]}
HOUSES = frozenset(["hospital", "hospitals", "clinic", "clinics", "medical", "health", "healthcare", "center", "centre", "centers", "infirmary", "hospice", "institute", "university", "college", "school", "department", "medicine", "general", "memorial", "regional", "community", "children's", "children’s", "childrens", "women's", "women’s", "va", "foundation", "system", "group", "associates", "practice", "pharmacy", "rehab", "rehabilitation", "nursing", "care"])
STREETS = frozenset(["street", "st", "avenue", "ave", "road", "rd", "boulevard", "blvd", "drive", "dr", "lane", "ln", "court", "ct", "way", "place", "pl", "square", "sq", "highway", "hwy", "parkway", "pkwy", "terrace", "circle", "apt", "suite", "unit", "po", "box"])
FIRMS = frozenset(["inc", "ltd", "llc", "corp", "corporation", "company", "co", "gmbh", "plc", "group", "sons", "bank", "partners"])
EPONYM = frozenset(["disease", "syndrome", "sign", "test", "score", "scale", "stage", "classification", "criteria", "catheter", "maneuver", "reflex", "phenomenon", "tumor", "tumour", "lymphoma", "palsy", "fracture", "procedure", "operation", "method", "staging", "grade", "index", "esophagus", "thyroiditis", "sarcoma", "contracture", "anemia", "chorea", "ulcer", "law", "triad", "position", "murmur", "virus", "bodies", "body", "cell", "cells", "stain", "tube", "drain", "line", "clamp", "pump", "agar", "node", "nodes", "gland", "duct", "muscle", "ligament", "canal", "space", "pouch", "line's", "criterion", "formula", "equation", "questionnaire", "inventory", "protocol", "regimen"])
PARTICLES = frozenset(["van", "von", "der", "den", "de", "la", "le", "du", "da", "dos", "das", "del", "della", "di", "al", "el", "bin", "ibn", "ben", "st", "san", "santa", "mac", "mc", "o'", "ter", "ten", "zu", "af"])
MONTHS = frozenset(["january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december", "jan", "feb", "mar", "apr", "jun", "jul", "aug", "sep", "sept", "oct", "nov", "dec", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"])
DRUG = re.compile(r"(?:mab|pril|sartan|statin|olol|azole|cillin|mycin|micin|floxacin|cycline|gliptin|gliflozin|glutide|glitazone|tidine|prazole|parin|xaban|gatran|triptan|setron|dipine|zepam|zolam|tinib|ciclib|lukast|ovir|avir|evir|caine|semide|thiazide|afil|dronate|oxetine|pramine|triptyline|azepam|barbital|codone|morphone|terol|sone|solone|onide|profen|coxib|lactone|formin|amide|azine|idone|apine|racetam|gabalin|platin|rubicin|taxel|tecan|mustine|trexate|vastatin|cept|kinra|stim|poetin|dopa|giline|stigmine|mantine|curium|flurane|olone|tropium|osin|oxin|arone|ase)s?$")
ORDINARY = -6.0  # log-odds that an ordinary word in small letters is a name
WINDOW_START = re.compile(r"(?:^|[.!?:;\n•*]|[\"“(\[])[\s\"'“(*-]*$")


@dataclass(frozen=True)
class Names:
    """The tables: names with bits (as given, as family name), words with their kind (c, w, m, a), places (of several words too), weights of the tells."""

    names: Mapping[str, tuple[int | None, int | None]] = field(repr=False)
    words: Mapping[str, str] = field(repr=False)
    places: frozenset[str] = field(repr=False)
    weights: Mapping[str, float] = field(repr=False)

    @cached_property
    def starts(self) -> dict[str, int]:
        """With which words a place's name begins, and of how many words it is at most."""
        most: dict[str, int] = {}
        for place in self.places:
            parts = place.split()
            most[parts[0]] = max(most.get(parts[0], 0), len(parts))
        return most


@dataclass(frozen=True, slots=True)
class Word:
    start: int
    end: int
    text: str
    plain: str


def words_of(text: str) -> list[Word]:
    """Those that stand alone: CHA2DS2 and 58yo hold none."""
    return [Word(m.start(), m.end(), m.group(), plain(m.group())) for m in WORD.finditer(text)]


@lru_cache(maxsize=50_000)
def plain(word: str) -> str:
    """Lower case, no accents."""
    word = word.lower().replace("’", "'")
    if word.isascii():
        return word
    for letter, instead in (("ø", "o"), ("ł", "l"), ("đ", "d"), ("ı", "i"), ("ß", "ss"), ("æ", "ae")):
        word = word.replace(letter, instead)
    return "".join(c for c in unicodedata.normalize("NFKD", word) if not unicodedata.combining(c))


def bare(word: str) -> str:
    return word[:-2] if word.endswith("'s") else word


def kind(word: str, tables: Names) -> str:
    """c, w, m, a; p for a word whose parts are; u for none."""
    own = tables.words.get(word) or tables.words.get(bare(word))
    if own:
        return own
    if "-" in word and all(part in tables.words or len(part) == 1 for part in word.split("-") if part):
        return "p"
    for tail in ("s", "es", "ed", "ing", "ly"):
        if word.endswith(tail) and len(word) > len(tail) + 3 and tables.words.get(word[:-len(tail)]):
            return "i"
    return "u"


def bits_of(word: str, tables: Names) -> tuple[int | None, int | None] | None:
    """As given and as family name; of a double name those of the part that is most a name."""
    parts = [found for part in (word, *word.split("-")) if (found := tables.names.get(part))]
    return max(parts, key=lambda p: max((b for b in p if b is not None), default=-9)) if parts else None


def shape(word: str) -> str:
    if len(word) == 1:
        return "I" if word.isupper() else "i"
    if word.isupper():
        return "U" if len(word) <= 5 else "UU"
    return "C" if word[0].isupper() else "l" if word.islower() else "x"


def band(bits: int | None) -> str:
    return "-" if bits is None else str(max(-4, min(8, bits)) // 2)


def placed(words: Sequence[Word], text: str, tables: Names) -> set[int]:
    """The words that are part of a place's name."""
    found: set[int] = set()
    said = [bare(w.plain) for w in words]
    for i in range(len(words)):
        for n in range(min(tables.starts.get(said[i], 0), len(words) - i), 0, -1):
            if " ".join(said[i:i + n]) in tables.places and all(text[a.end:b.start] in (" ", ". ", "\n") for a, b in pairwise(words[i:i + n])):
                found |= set(range(i, i + n))
                break
    return found


def tells(text: str, words: Sequence[Word], tables: Names) -> Iterator[list[str]]:
    """What there is to say of each word; nothing of an ordinary word in small letters among others with capitals."""
    capitals = sum(w.text[0].isupper() for w in words[1:]) if len(words) > 1 else 0
    case = "none" if not any(w.text[0].isupper() for w in words) else "all" if words and all(w.text.isupper() for w in words) else "much" if capitals > 0.6 * len(words) else "usual"
    places = placed(words, text, tables)
    kinds = [kind(w.plain, tables) for w in words]
    borne = [bits_of(bare(w.plain), tables) for w in words]
    for i, w in enumerate(words):
        if case == "usual" and kinds[i] in "cw" and w.text.islower():
            yield []
            continue
        before, after = text[max(0, w.start - 3):w.start], text[w.end:w.end + 3]
        start = "s" if WINDOW_START.search(text[max(0, w.start - 12):w.start]) else "m"
        how = shape(w.text) + start if case == "usual" else shape(w.text) + case
        given, family = borne[i] or (None, None)
        both = max((b for b in (given, family) if b is not None), default=None)
        said = [f"how={how}|{kinds[i]}", f"bits={how}|{band(both)}", f"kind={kinds[i]}|{band(both)}", f"given={band(given)}", f"place={how}|{i in places}", f"place={kinds[i]}|{i in places}"]
        if "-" in w.plain:
            said.append("hyphen")
        if w.plain.endswith("'s"):
            said.append(f"possessive|{kinds[i]}")
        if DRUG.search(w.plain):
            said.append(f"drug|{kinds[i]}")
        if w.plain in MONTHS:
            said.append("month")
        if not w.text.isascii():
            said.append("accent")
        for side, j in (("-1", i - 1), ("+1", i + 1), ("-2", i - 2), ("+2", i + 2)):
            if not 0 <= j < len(words):
                said.append(f"{side}=edge")
                continue
            o = words[j]
            near = text[min(o.end, w.end):max(o.start, w.start)]
            if len(near) > 3 and side in ("-1", "+1"):
                said.append(f"{side}=far")
                continue
            p = o.plain
            what = "title" if p in TITLES else "house" if p in HOUSES else "street" if p in STREETS else "firm" if p in FIRMS else "eponym" if p in EPONYM else "particle" if p in PARTICLES else ""
            if what:
                said.append(f"{side}:{what}")
            for cue, of in CUES.items():
                if p in of:
                    said.append(f"{side}:{cue}")
            b = borne[j] or (None, None)
            best = max((x for x in b if x is not None), default=None)
            said.append(f"{side}={shape(o.text)}|{kinds[j]}")
            said.append(f"{side}~{shape(o.text)}|{band(best)}|{'m' if kinds[i] in 'um' else 'w'}")
            if j in places:
                said.append(f"{side}:place")
            if side in ("-1", "+1"):
                said.append(f"{side}'{_mark(near.strip()[:1])}")
        said += [f"before{_mark(before.strip()[-1:])}", f"after{_mark(after.strip()[:1])}"]
        if re.match(r"\s*\d", text[w.end:w.end + 3]):
            said.append("digit+1")
        if re.search(r"\d\s*$", before):
            said.append("digit-1")
        yield said


def _mark(sign: str) -> str:
    return sign if sign in ".,;:?!()'\"-/&" else "0" if sign.isdigit() else "a" if sign.isalpha() else "o"


def weigh(text: str, words: Sequence[Word], tables: Names) -> list[float]:
    """The probability that each word is part of a name, place or house. In a second round it counts what its neighbours were taken for."""
    rows = list(tells(text, words, tables))
    first = [_sum(row, tables.weights, "") for row in rows]
    return [_logistic(_sum([*row, *beside(first, i)] if row else row, tables.weights, "2 ")) for i, row in enumerate(rows)]


def beside(first: Sequence[float], i: int) -> list[str]:
    said = [f"own={_level(first[i])}"]
    for side in (-2, -1, 1, 2):
        j = i + side
        if 0 <= j < len(first):
            said.append(f"near{side:+d}={_level(first[j])}")
    return said


def _level(score: float) -> int:
    return max(-4, min(4, round(score)))


def _sum(said: Sequence[str], weights: Mapping[str, float], round: str) -> float:
    if not said:
        return ORDINARY
    return weights.get(round + "bias", 0.0) + sum(weights.get(round + s, 0.0) for s in said)


def _logistic(score: float) -> float:
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, score))))
