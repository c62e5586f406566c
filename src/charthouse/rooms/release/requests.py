"""A letter that asks for a record, read into a request: what kind of letter it is and each thing it says, with the words it was read from."""
from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any, cast

from charthouse.record.disclosure import Element, Kind, ReleaseRequest, Said
from charthouse.record.document import Document, quote

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DAY = r"(?:\d{1,2}[/-]\d{1,2}[/-]\d{4}|\d{4}-\d{2}-\d{2}|[A-Z][a-z]{2,8}\.? \d{1,2},? \d{4}|\d{1,2} [A-Z][a-z]{2,8} \d{4})"
# A line of a form: a label, a colon, what was filled in.
_LABELS: tuple[tuple[Element, str], ...] = (
    ("patient", r"(?:name of (?:the )?patient|patient(?:'s)? (?:full )?name|patient|re|regarding|individual|member(?: name)?|claimant|decedent)"),
    ("birth", r"(?:d\.?o\.?b\.?|date of birth|birth ?date|born)"),
    ("recipient", r"(?:recipient|release to|disclose to|send (?:\w+ ){0,2}to|(?:to be )?released to|person or class who may receive)"),
    ("discloser", r"(?:release from|disclosed by|discloser|from (?:facility|provider)|who may disclose)"),
    ("what", r"(?:information (?:to be )?(?:released|disclosed|requested)|records? (?:requested|to be released)|what to (?:send|release)|description)"),
    ("purpose", r"(?:purpose(?: of (?:the )?(?:disclosure|release|request|use))?|reason(?: for (?:the )?(?:disclosure|release|request))?)"),
    ("expiry", r"(?:expir(?:es|ation|y)(?: (?:date|event))?(?: on)?|valid until|good until)"),
    ("signature", r"(?:signature(?: of (?:the )?[\w ]{1,40})?|signed(?: by)?)"),
    ("signed on", r"(?:date signed|signed on|date of signature)"),
    ("representative", r"(?:(?:personal )?representative(?:'s name)?|signed on behalf of the patient by)"),
    ("authority", r"(?:authority(?: to (?:act|sign))?|relationship(?: to (?:the )?patient)?)"),
    ("requester", r"(?:requested by|requester|requestor|from)"),
)
_FILLED = tuple((element, re.compile(rf"(?:^|(?<=[ \t]{{2}}))[ \t]*{label}[ \t]*:[ \t]*(?P<said>\S[^\n]*?)(?=[ \t]{{3,}}|[ \t]*$)", re.I | re.M)) for element, label in _LABELS)
_BLANK = re.compile(r"[\s_.\-/()]*(?:n/?a|none|blank|left blank|unsigned|not signed)?[\s_.\-/()]*", re.I)
# In running words.
_TOLD: tuple[tuple[Element, re.Pattern[str]], ...] = (
    ("expiry", re.compile(rf"\b(?:expires?|expire on|valid until|good until|in force until|end(?:s)? on)\s+(?:on\s+)?(?P<said>{_DAY}|[^.\n]{{4,60}})", re.I)),
    ("dates", re.compile(rf"\b(?:from|between|dates? of service:?|dated)\s+(?P<said>(?P<first>{_DAY})\s*(?:to|through|thru|until|and|-|–)\s*(?P<last>{_DAY}))", re.I)),
    ("birth", re.compile(rf"\b(?:born(?: on)?|d\.?o\.?b\.?|date of birth)\s*:?\s*(?P<said>{_DAY})", re.I)),
    ("authority", re.compile(r"\b(?P<said>(?:health care )?power of attorney|legal guardian|court-appointed guardian|letters (?:of administration|testamentary)|executor|executrix|administrator of the estate|health care (?:agent|proxy))\b", re.I)),
    ("signature", re.compile(r"(?P<said>/s/[ \t]*\S[^\n]*|\[signed\][^\n]*)", re.I)),
    ("purpose", re.compile(r"\bfor the purposes? of\s+(?P<said>[^.\n]{3,120})", re.I)),
)
_ORDER: tuple[Kind, ...] = ("court order", "subpoena", "part 2 consent", "authorization", "access", "agency", "payer", "provider")


Traits = tuple[tuple[str, str, re.Pattern[str]], ...]


def traits(rows: Iterable[Sequence[str]]) -> Traits:
    """Of the rows of `letters.tsv`."""
    return tuple((element, value, re.compile(pattern, re.I | re.S)) for element, value, pattern in rows if element != "element")


def read_request(document: Document, patterns: Traits) -> ReleaseRequest:
    """What the letter asks. Nothing is guessed: what it does not say, the request does not hold; a blank line of a form says nothing."""
    said = (*_lines(document), *_running(document), *_traits(document, patterns))
    return ReleaseRequest(document=document.id, kind=_kind(document.text, patterns), said=tuple(sorted(said, key=lambda s: (s.span.start, s.span.end, s.element, s.value))))


def day_of(text: str) -> date | None:
    """The first date in the text, month before day as American letters write it; None when there is none, or no such day."""
    found = re.search(_DAY, text)
    if not found:
        return None
    parts = re.findall(r"[A-Za-z]+|\d+", found.group())
    try:
        if len(parts[0]) == 4 and parts[0].isdigit():
            return date(int(parts[0]), int(parts[1]), int(parts[2]))
        named = next((p for p in parts if p.isalpha()), None)
        if named:
            day, year = (int(p) for p in parts if p.isdigit())
            return date(year, _MONTHS.index(named[:3].lower()) + 1, day)
        return date(int(parts[2]), int(parts[0]), int(parts[1]))
    except ValueError:
        return None


def _kind(text: str, patterns: Traits) -> Kind:
    """The kind whose words stand in the letter; where several do, the more binding paper comes first."""
    found = {value for element, value, pattern in patterns if element == "kind" and pattern.search(text)}
    return next((kind for kind in _ORDER if kind in found), "unclear")


def _made(document: Document, element: Element, match: re.Match[str], value: str = "", **days: Any) -> Said:
    start, end = match.span("said") if "said" in match.re.groupindex else match.span()
    return Said(element=element, value=value or " ".join(document.text[start:end].split()), span=quote(document, start, end), **days)


def _lines(document: Document) -> Iterator[Said]:
    for element, pattern in _FILLED:
        for match in pattern.finditer(document.text):
            if not _BLANK.fullmatch(match["said"]):
                yield _made(document, element, match, on=day_of(match["said"]))


def _running(document: Document) -> Iterator[Said]:
    for element, pattern in _TOLD:
        for match in pattern.finditer(document.text):
            if element == "dates":
                yield _made(document, element, match, on=day_of(match["first"]), until=day_of(match["last"]))
            else:
                yield _made(document, element, match, on=day_of(match["said"]))


def _traits(document: Document, patterns: Traits) -> Iterator[Said]:
    for element, value, pattern in patterns:
        if element != "kind" and (match := pattern.search(document.text)):
            yield _made(document, cast(Element, element), match, value)
