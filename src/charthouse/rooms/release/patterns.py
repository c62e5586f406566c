"""What is an identifier by its shape, or by the word before it: the numbered items of Safe Harbor (45 CFR 164.514(b)(2)(i)) that are no names."""
from __future__ import annotations

import re
from collections.abc import Callable, Iterator

MONTH = r"(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)\b(?:\.(?=,?[ -]?\d))?"
DAY = r"(?:0?[1-9]|[12]\d|3[01])(?:st|nd|rd|th)?"
YEAR = r"(?:'\d\d|(?:19|20)\d\d)"
TIME = r"(?:[T ,]{1,2}(?:at )?\d{1,2}:\d\d(?::\d\d)?(?:\.\d+)?(?: ?[ap]\.?m\b\.?)?)?"
NUMBERED = r"(?:MRN|medical record|record|chart|account|acct|policy|member(?:ship)?|subscriber|beneficiary|insurance|health ?plan|group|plan|claim|license|licence|driver'?s|certificate|cert|case|serial|device|implant|plate|VIN|passport|SSN|NPI|DEA|patient|accession|encounter|visit|specimen|order|registration|ID|identifier|identification|study)"
UNITS = re.compile(r"\s*(?:-|–)?\s*(?:years?|yrs?|y/?o|yo|months?|weeks?|wks?|days?|hours?|hrs?|minutes?|mins?|mg|mcg|µg|ug|g|kg|lbs?|ml|cc|l|cm|mm|m|iu|units?|meq|mmol|mmhg|bpm|%|percent|°|degrees|times|tablets?|tabs?|capsules?|pills?|doses?|x\b|am\b|pm\b|a\.m|p\.m|inch(?:es)?|feet|ft|st\b|nd\b|rd\b|th\b|patients?|cases|people|points?|and over)", re.I)
_YEARS = re.compile(r"(?:18|19|20)\d\d[-–](?:19|20)\d\d")
_DATE_SHAPE = re.compile(r"\d{1,2}([-/.])\d{1,2}\1\d{2,4}")


def _luhn(digits: str) -> bool:
    odd, even = digits[-1::-2], digits[-2::-2]
    return (sum(map(int, odd)) + sum(sum(divmod(2 * int(d), 10)) for d in even)) % 10 == 0


def _card(m: re.Match[str]) -> bool:
    digits = re.sub(r"\D", "", m.group())
    return 13 <= len(digits) <= 19 and _luhn(digits)


def _date(m: re.Match[str]) -> bool:
    """A month and a day, in either order."""
    a, b = int(m["a"]), int(m["b"])
    return 1 <= a <= 31 and 1 <= b <= 31 and min(a, b) <= 12


def _many_digits(least: int) -> Callable[[re.Match[str]], bool]:
    def enough(m: re.Match[str]) -> bool:
        return sum(c.isdigit() for c in m.group()) >= least and not _YEARS.fullmatch(m.group()) and not UNITS.match(m.string, m.end())
    return enough


def _old(m: re.Match[str]) -> bool:
    return int(m["age"]) > 89


def _number_said(m: re.Match[str]) -> bool:
    return any(c.isdigit() for c in m["value"]) and not UNITS.match(m.string, m.end()) and not re.fullmatch(YEAR, m["value"])


Pattern = tuple[str, str, "re.Pattern[str]", Callable[["re.Match[str]"], bool] | None]


def _p(kind: str, rule: str, pattern: str, holds: Callable[[re.Match[str]], bool] | None = None) -> Pattern:
    return kind, rule, re.compile(pattern, re.I), holds


PATTERNS: tuple[Pattern, ...] = (  # kind, rule, shape (group `value` where only that goes), and what else must hold
    _p("EMAIL", "release/email", r"[\w.+%-]+@[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}"),
    _p("URL", "release/url", r"(?:https?|ftp)://[^\s<>\"')\]]+|\bwww\.[\w-]+(?:\.[\w-]+)+(?:/[^\s<>\"')\]]*)?"),
    _p("URL", "release/url", r"\b[a-z0-9][a-z0-9-]{2,}\.(?:com|org|net|edu|gov|info|biz|io|health|co\.[a-z]{2})\b(?:/[^\s<>\"')\]]*)?"),
    _p("IP", "release/ip", r"\b(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)\b"),
    _p("IP", "release/ip", r"\b(?:[0-9a-f]{1,4}:){7}[0-9a-f]{1,4}\b|\b(?:[0-9a-f]{2}[:-]){5}[0-9a-f]{2}\b"),
    _p("ACCOUNT", "release/iban", r"\b[a-z]{2}\d{2}[ ]?(?:[a-z0-9]{4}[ ]?){2,7}[a-z0-9]{1,4}\b", _many_digits(8)),
    _p("ACCOUNT", "release/card", r"\b\d(?:[ -]?\d){12,18}\b", _card),
    _p("DATE", "release/date", rf"\b(?:19|20)\d\d[-/.](?P<a>\d{{1,2}})[-/.](?P<b>\d{{1,2}})\b{TIME}Z?", _date),
    _p("DATE", "release/date", rf"\b(?P<a>\d{{1,2}})([-/.])(?P<b>\d{{1,2}})\2(?:\d{{4}}|\d{{2}})\b{TIME}", _date),
    _p("DATE", "release/date", r"\b(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?:\d{4}(?:\d\d)?)?\b"),
    _p("DATE", "release/date", rf"\b{MONTH} ?{DAY}\b(?!\.\d)(?:\s?(?:-|–|to)\s?{DAY}\b)?(?:,? (?:of )?{YEAR}\b)?{TIME}"),
    _p("DATE", "release/date", rf"\b{DAY}(?: of)?[- ]{MONTH}(?:[-, ]{{1,2}}{YEAR}\b)?{TIME}"),
    _p("DATE", "release/date", rf"\b{MONTH}[-/, ]{{1,2}}(?:of )?{YEAR}\b"),
    _p("DATE", "release/date", rf"\b(?:in|on|since|until|till|last|this|next|early|late|mid|of|from|by)[ -](?P<value>{MONTH})(?![ -]?\d)(?=$|[\s,.;:)?!])(?<=[a-z.])", lambda m: (m["value"][0].isupper() and m["value"].rstrip(".").lower() not in ("may", "mar", "march")) or m["value"] in ("May", "March")),
    _p("DATE", "release/date", r"\b(?:on|dated|seen|visit|DOB|DOS|admitted|discharged|born)[: ]{1,2}(?P<value>(?P<a>\d{1,2})/(?P<b>\d{1,2}))\b(?![/\d])", _date),
    _p("DATE", "release/date", r"\b(?:last|this past|past|next|this|on) (?:mon|tues|wednes|thurs|fri|satur|sun)day\b"),
    _p("SSN", "release/ssn", r"\b(?:SSN|social security(?: number| no\.?)?)\b\W{0,3}(?:is |number )?(?P<value>#?\d{3}[- ]?\d{2}[- ]?\d{4})\b"),
    _p("MRN", "release/mrn", r"\b(?:MRN|medical record(?: number| no\.?)?)\b(?:\s?(?:is|no\.?|number|:|#|=|-)){0,3}\s*\(?(?P<value>#?[a-z0-9]+(?:[-./][a-z0-9]+)*)", _number_said),
    _p("ID", "release/number", rf"\b{NUMBERED}(?:\s?(?:is|no\.?|num(?:ber)?|id|code|:|#|=)){{1,3}}\s*\(?(?P<value>#?[a-z]{{0,5}}[-]?\d[a-z0-9]*(?:[-./][a-z0-9]+)*)\b", _number_said),
    _p("ID", "release/number", r"(?P<value>#[a-z0-9]*\d[a-z0-9]{2,}(?:-[a-z0-9]+)*)\b"),
    _p("SSN", "release/ssn", r"\b\d{3}-\d{2}-\d{4}\b"),
    _p("PHONE", "release/phone", r"(?<![\w.])(?:\+?\d{1,3}[-. ])?(?:\(\d{3}\)\s?|\d{3}[-. ])\d{3}[-. ]\d{4}(?:\s?(?:x|ext\.?)\s?\d{1,6})?\b"),
    _p("PHONE", "release/phone", r"(?<![\w.])\(\d{2,4}\)[ ]?\d{2,4}[- ]\d{3,4}\b"),
    _p("PHONE", "release/phone", r"(?<![\w.+-])\+\d{1,3}(?:[ .-]?\(?\d{2,4}\)?){2,5}\b", _many_digits(8)),
    _p("PHONE", "release/phone", r"\b(?:phone|tel|telephone|call(?: me)?|fax|cell|mobile|number|contact|reach(?:ed)?|dial|pager|ext)\b[^\d\n]{0,20}(?P<value>\+?\(?\d[\d ().-]{5,}\d(?:x\d+)?)\b", _many_digits(7)),
    _p("PHONE", "release/phone", r"\bat (?P<value>\d{3,4}[ -]\d{4})\b"),
    _p("PHONE", "release/phone", r"(?<![\w./-])\(?\d[\d ()-]{5,}\d(?:x\d+)?(?=\s?[-,(]?\s?(?:office|fax|mobile|home|cell|work|phone)\b)", _many_digits(7)),
    _p("PHONE", "release/phone", r"(?<![\w./-])0\d{1,4}[- ]\d{6,8}\b|(?<![\w./-])\d{2}[ ]\d{6}\b"),
    _p("PHONE", "release/phone", r"(?<![\w./-])\d{2,5}(?:[ -]\d{2,4}){2,4}\b(?![/.]\d)", _many_digits(8)),
    _p("ID", "release/number", r"\b[a-z]{1,6}-\d{5,}(?:-[a-z0-9]+)*\b|\b\d{4,}-[a-z]{1,5}\b|\b[a-z]{1,4}\d{6,}[a-z]?\b|\b\d{5,}[a-z]{1,3}\b", _many_digits(4)),
    _p("ID", "release/number", r"\b\d{3,}(?:-\d{2,})+\b", _many_digits(7)),
    _p("ID", "release/number", r"(?<![\w.,/])\d{7,}(?![\w%]|[.,]\d)", _many_digits(7)),
    _p("ADDRESS", "release/address", r"\b(?:P\.? ?O\.? ?Box|post office box)\s+\d+\b|\b(?:apt\.?|apartment|suite|ste\.?|unit)\s*#?\s?\d+[a-z]?\b"),
    _p("ADDRESS", "release/zip", r"(?<=\b[A-Z]{2})[,.]?\s+(?P<value>\d{5}(?:-\d{4})?)\b(?!\s*(?:mg|ml|mcg|g|units?|cells|copies)\b)", lambda m: m.string[m.start() - 2:m.start()].isupper()),
    _p("ADDRESS", "release/zip", r"\b(?:zip(?: ?code)?|postal code|postcode)\W{0,3}(?:is )?(?P<value>\d{4,5}(?:-\d{4})?|[a-z]\d[a-z] ?\d[a-z]\d)\b"),
    _p("ADDRESS", "release/address", r"\b\d{1,6}[a-z]?(?: [NSEW]\.?)?(?: [^\W\d_][\w.'’-]*| \d{1,3}(?:st|nd|rd|th)){1,4} (?:street|st|avenue|ave|road|rd|boulevard|blvd|drive|dr|lane|ln|court|ct|place|pl|terrace|circle|highway|hwy|parkway|pkwy|way)\b\.?(?: (?:apt|suite|unit|#)\.? ?\w+)?"),
    _p("AGE", "release/age", r"\b(?P<value>(?P<age>\d{2,3}))(?=[- ]?(?:years?|yrs?|y)[- /]?(?:old|o\b)|[- ]?yo\b|[- ]?y/o\b|[- ]?year-old)", _old),
    _p("AGE", "release/age", r"\b(?:aged?|turned)\s+(?P<value>(?P<age>9\d|1[0-2]\d))\b(?!\s*(?:mg|ml|%|/|kg|lb|bpm|mm|\.\d|minutes|days|weeks|months|hours))", _old),
)


def by_shape(text: str) -> Iterator[tuple[int, int, str, str]]:
    """(start, end, kind, rule); they may overlap."""
    for kind, rule, pattern, holds in PATTERNS:
        named = "value" in pattern.groupindex
        for m in pattern.finditer(text):
            if holds is None or holds(m):
                start, end = m.span("value") if named else m.span()
                yield start, end, kind, rule
