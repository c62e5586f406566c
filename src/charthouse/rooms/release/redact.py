"""Text without what tells whose it is: known identifiers first, then shapes, then names."""
from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from charthouse.record.release import Removal
from charthouse.rooms.release.known import by_knowledge
from charthouse.rooms.release.names import EPONYM, FIRMS, HOUSES, PARTICLES, STREETS, TITLES, Names, Word, bare, kind, placed, weigh, words_of
from charthouse.rooms.release.patterns import UNITS, by_shape

LIKELY = 0.1  # from which a word is taken for part of a name: to leave one in costs more than to take a word out
CLEAR = 5  # bits from which a word of medicine, standing alone, is rather a name
SAID = 3  # bits from which a word is rather a given name than a place
SURE = 0.9  # from which every other place of the same word is, too
CITATION = "45 CFR 164.514(b)(2)(i)"
WHY = {"NAME": "(A) a name", "LOCATION": "(B) a place smaller than a state, or a house of care", "ADDRESS": "(B) part of an address", "ORGANIZATION": "(A) an employer or firm", "DATE": "(C) a date other than the year", "AGE": "(C) an age over 89",
       "PHONE": "(D), (E) a telephone or fax number", "EMAIL": "(F) an electronic mail address", "SSN": "(G) a social security number", "MRN": "(H) a medical record number", "ACCOUNT": "(J) an account number", "URL": "(N) a web address", "IP": "(O) an IP address",
       "ID": "(I), (K), (L), (M), (R) a number that stands for one person or thing"}
ROADS = STREETS - {"dr", "st", "ct", "pl", "unit", "place", "way", "box", "po"}
EPONYM_OF = frozenset(w.rstrip("s") for w in EPONYM)
SOCIETY_OF = frozenset(["american", "national", "european", "world", "international", "british", "canadian", "united", "us"])
SOCIETIES = frozenset(["association", "college", "society", "academy", "organization", "organisation", "federation", "guidelines", "taskforce", "force", "network", "comprehensive"])
_SPACED = re.compile(r" |(?: [a-z]+ )")
_BESIDE = re.compile(r" |, ?")
_BETWEEN = re.compile(r"[ \t,.'’/&-]{0,3}")
_GAP = re.compile(r"[\s,>?*|.-]*(?:[A-Z]{2,3}[\s,]{1,2})?")
_NUMBER = re.compile(r"(?:(?<=^)|(?<=[\s,>(]))[\s,]{0,3}(?P<value>#?\d{1,6}[A-Za-z]?(?:-\d{1,4})?)(?![\w%]|[.,/]\d)")
_FOLLOWED = re.compile(r"[\s,]{1,3}\d")
_ADDRESSED = re.compile(r"(?:address|lives? (?:at|on|in)|living at|resid\w+ at|moved to|home is)\W*$", re.I)


Found = tuple[int, int, str, str]  # start, end, kind, rule


def removals(text: str, known: Mapping[str, Any], tables: Names) -> tuple[Removal, ...]:
    """What must go, in order, without overlap."""
    taken = [*by_knowledge(text, known, tables), *by_shape(text)]
    merged = _apart(taken)
    words = words_of(text)
    found = _with_numbers(text, _apart([*merged, *_names(text, words, tables, merged)]))
    return tuple(Removal(start=a, end=b, kind=k, rule=r, why=WHY[k].split(") ", 1)[-1], citation=CITATION + WHY[k].split(" ", 1)[0]) for a, b, k, r in found)


def redacted(text: str, of: Sequence[Removal]) -> str:
    """Each removal stands as its kind in brackets."""
    parts, at = [], 0
    for r in of:
        parts += [text[at:r.start], f"[{r.kind}]"]
        at = r.end
    return "".join([*parts, text[at:]])


def _with_numbers(text: str, found: list[Found]) -> list[Found]:
    """House numbers and postcodes go with the address that they stand beside."""
    for _ in range(2):
        numbers: list[Found] = []
        starts = [f[0] for f in found]
        for m in _NUMBER.finditer(text):
            a, b = m.span("value")
            at = bisect_right(starts, b)
            around = found[max(0, at - 2):at + 1]  # that before it, and that after it
            if any(x < b and a < y for x, y, _, _ in around) or UNITS.match(text, b):
                continue
            beside = [f for f in around if f[2] in ("ADDRESS", "LOCATION", "ORGANIZATION") and ((0 <= f[0] - b <= 4 and _GAP.fullmatch(text, b, f[0])) or (0 <= a - f[1] <= 7 and _GAP.fullmatch(text, f[1], a)))]
            names = [f for f in around if f[2] == "NAME" and ((0 <= f[0] - b <= 3 and _GAP.fullmatch(text, b, f[0])) or (0 <= a - f[1] <= 3 and _GAP.fullmatch(text, f[1], a)))]
            if beside or any((_FOLLOWED.match(text, f[1]) and f[0] > a) or _ADDRESSED.search(text, max(0, a - 25), a) for f in names) or len(names) == 2:
                numbers.append((a, b, "ADDRESS", "release/address"))
        if not numbers:
            break
        found = _apart(sorted([*found, *numbers]))
    return found


def _apart(found: Sequence[Found]) -> list[Found]:
    """Those that overlap become one; the kind is that of the first that was found."""
    out: list[Found] = []
    for _, (a, b, of, rule) in sorted(enumerate(found), key=lambda f: (f[1][0], f[0])):
        if out and a < out[-1][1]:
            last = out[-1]
            out[-1] = (last[0], max(last[1], b), last[2], last[3])
        else:
            out.append((a, b, of, rule))
    return out


def _names(text: str, words: Sequence[Word], tables: Names, taken: Sequence[Found]) -> Iterator[Found]:
    score = weigh(text, words, tables)
    starts = [t[0] for t in taken]
    covered = [bool(at := bisect_left(starts, w.end)) and taken[at - 1][1] > w.start for w in words]
    sure = {bare(w.plain) for w, p, c in zip(words, score, covered, strict=True) if p >= SURE and not c and kind(bare(w.plain), tables) not in "cw" and len(w.text) > 2}
    is_name = [not c and (p >= LIKELY or (bare(w.plain) in sure and w.text[0].isupper())) for w, p, c in zip(words, score, covered, strict=True)]
    for k, w in enumerate(words):  # ACHTERBERG, Desmond
        beside = [j for j in (k - 1, k + 1) if 0 <= j < len(words) and is_name[j] and _BESIDE.fullmatch(text, min(words[j].end, w.end), max(words[j].start, w.start))]
        initial = w.text.isupper() and k + 1 < len(words) and len(words[k + 1].text) == 1 and words[k + 1].text.isupper() and words[k + 1].start - w.end == 1  # ACHTERBERG D
        if (beside or initial) and not covered[k] and w.text[0].isupper() and len(w.text) > 3 and kind(bare(w.plain), tables) == "u":
            is_name[k] = True
    places, i = placed(words, text, tables), 0
    while i < len(words):
        if not is_name[i]:
            i += 1
            continue
        first = last = i
        while last + 1 < len(words) and not covered[last + 1] and _BETWEEN.fullmatch(text, words[last].end, words[last + 1].start) and (
                is_name[last + 1] or (_joins(words[last + 1]) and last + 2 < len(words) and is_name[last + 2])):
            last += 1
        i = last + 1
        house = _where(text, words, first) or any(words[k].plain in HOUSES | STREETS or k in places for k in range(first, last + 1))
        while first < last and _loose(words[first], tables, house):
            first += 1
        while first < last and _loose(words[last], tables, house):
            last -= 1
        run = range(first, last + 1)
        start, end = words[first].start, words[last].end
        if _stays(text, words, first, last, tables, places):
            continue
        if first and words[first - 1].plain in TITLES and re.fullmatch(r"\.?\s{1,2}", text[words[first - 1].end:start]):
            start = words[first - 1].start
        if len(words[last].text) == 1 and text[end:end + 1] == ".":
            end += 1
        said = {words[k].plain for k in run}
        titled = start < words[first].start or words[first].plain in TITLES
        given = (tables.names.get(bare(words[first].plain)) or (None,))[0]
        of = "NAME" if titled or (given is not None and given >= SAID and not said & HOUSES) else "ADDRESS" if said & ROADS else "LOCATION" if said & HOUSES or any(k in places for k in run) else "ORGANIZATION" if said & FIRMS else "NAME"
        yield start, end, of, "release/name"


def _stays(text: str, words: Sequence[Word], first: int, last: int, tables: Names, places: set[int]) -> bool:
    """A name that is a thing's (Wells score), or a learned society's."""
    run = words[first:last + 1]
    kinds = [kind(bare(w.plain), tables) for w in run]
    titled = bool(first) and words[first - 1].plain in TITLES
    if all(len(w.text) == 1 or k == "a" for w, k in zip(run, kinds, strict=True)):  # letters and short forms alone
        return not titled
    where = _where(text, words, first)
    if len(run) == 1 and kinds[0] in "cwmpi" and not titled and not where and max((b for b in tables.names.get(bare(run[0].plain), ()) if b is not None), default=-9) < (CLEAR if kinds[0] == "m" else 0) and first not in places:
        return True
    for follows in words[last + 1:last + 3] if first == last and not titled else ():
        if _SPACED.fullmatch(text, words[last].end, follows.start) and follows.plain.rstrip("s") in EPONYM_OF:
            return True
        if not follows.text.islower() or text[words[last].end:follows.start] != " ":
            break
    around = [w.plain for w in words[max(0, first - 2):last + 3]]
    return any(w in SOCIETY_OF for w in around[:4]) and any(w in SOCIETIES for w in around)


def _where(text: str, words: Sequence[Word], first: int) -> bool:
    """Whether what stands before it says that it is a place."""
    return (bool(first) and words[first - 1].plain in ("at", "in", "from", "to") and words[first].text[0].isupper()) or text[max(0, words[first].start - 3):words[first].start].rstrip().endswith("@")


def _loose(word: Word, tables: Names, house: bool) -> bool:
    """At the edge of a name, and none of it: a short form, or an ordinary word that nobody bears."""
    said, own = kind(bare(word.plain), tables), tables.names.get(bare(word.plain), (None, None))
    return len(word.text) > 1 and word.plain not in HOUSES | STREETS | FIRMS | TITLES | PARTICLES and ((said == "a" and word.text.isupper()) or (not house and said in "cw" and max((b for b in own if b is not None), default=-9) < -3))


def _joins(word: Word) -> bool:
    return word.plain in PARTICLES or word.plain in ("of", "and", "the", "for", "in") or len(word.text) == 1
