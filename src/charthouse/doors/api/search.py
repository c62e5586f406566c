"""A query of FHIR as a search of the record. What is not understood is refused, never left out: a filter that is passed over shows the records of others."""
from __future__ import annotations

import calendar
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import unquote

from charthouse.doors.api.parameters import CRITERIA, RESOURCES, RESULT, Sort
from charthouse.record.errors import BadSearch, NotAcceptable
from charthouse.record.listing import Comparison, Criterion, Interval, Token

USUAL, MOST = 50, 200  # resources a page
MOST_VALUES = 100  # of one parameter
_DATE = re.compile(r"(eq|ne|lt|le|gt|ge|sa|eb)?(\d{4})(?:-(\d\d)(?:-(\d\d)(?:T(\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?(Z|[+-]\d\d:\d\d)?)?)?)?", re.ASCII)
_ID = re.compile(r"[A-Za-z0-9\-.]{1,64}", re.ASCII)
JSON = ("json", "application/json", "application/fhir+json")
OUR_SYSTEM = "urn:charthouse:system:"
Pairs = list[tuple[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """`only_count`: how many there are, and none of them. `pairs` are the parameters as given, for the page after this one."""

    criteria: tuple[Criterion, ...]
    limit: int
    only_count: bool
    total: bool
    pairs: tuple[tuple[str, str], ...]

    def value(self, name: str) -> str:
        """The one token of a criterion; "" when it is not given."""
        return next((v.value for c in self.criteria if c.name == name for v in c.values if isinstance(v, Token)), "")


def asked(kind: str, pairs: Pairs) -> Asked:
    """Raises `BadSearch`, `NotAcceptable`."""
    criteria, given = [], {}
    known = RESOURCES[kind].parameters
    for name, value in pairs:
        if "\0" in name or "\0" in value:
            raise BadSearch(why="A parameter holds a character that stands in no record")
        if name in RESULT:
            given[name] = value
        elif (plain := _plain(name)) in known:
            criteria.append(_criterion(plain, known[plain], value))
        else:
            raise BadSearch(why=f"{kind} cannot be searched by `{_shown(name)}`")
    format_of(given.get("_format", ""))
    limit = _count(given.get("_count", ""))
    only = given.get("_summary") == "count" or limit == 0
    if given.get("_summary", "count") not in ("count", "false"):
        raise BadSearch(why="`_summary` is count or false")
    if given.get("_total", "none") not in ("none", "estimate", "accurate"):
        raise BadSearch(why="`_total` is none, estimate or accurate")
    kept = tuple((n, v) for n, v in pairs if n not in ("_cursor", "_format", "_pretty"))
    return Asked(criteria=tuple(criteria), limit=limit or USUAL, only_count=only, total=only or given.get("_total", "none") != "none" or "_totalMethod" in given, pairs=kept)


def format_of(asked: str) -> None:
    """Raises `NotAcceptable` for anything but JSON."""
    if asked and asked.replace(" ", "+").partition(";")[0].strip().lower() not in JSON:
        raise NotAcceptable()


def accepted(accept: str) -> None:
    """Raises `NotAcceptable` where only XML will do."""
    media = [part.partition(";")[0].strip().lower() for part in accept.split(",")]
    if media != [""] and all(m.endswith("xml") for m in media):
        raise NotAcceptable()


def _plain(name: str) -> str:
    """`subject:Patient` is `subject`."""
    base, _, modifier = name.partition(":")
    return base if modifier in ("", "Patient", "Encounter") else name


def _count(value: str) -> int:
    if not value:
        return USUAL
    if not re.fullmatch(r"\d{1,9}", value, re.ASCII):
        raise BadSearch(why="`_count` is a whole number")
    return min(int(value), MOST)


def _criterion(name: str, sort: Sort, value: str) -> Criterion:
    values = [v for v in _split(value, ",") if v]
    if not values or len(values) > MOST_VALUES:
        raise BadSearch(why=f"`{name}` has a value, and {MOST_VALUES} at most")
    return Criterion(name=CRITERIA.get(name, name), values=tuple(_READ["target" if name == "target" else sort](v, name) for v in values))


def _target(value: str, name: str) -> Token:
    """A reference as the ledger names it: `document:...`."""
    kinds = {"Patient": "patient", "Encounter": "encounter", "DocumentReference": "document"}
    kind = value.split("/")[-2] if "/" in value else ""
    if kind not in kinds:
        raise BadSearch(why="`target` is a Patient, an Encounter or a DocumentReference, as Type/id")
    return Token(value=f"{kinds[kind]}:{_reference(value, name).value}")


def _split(value: str, at: str) -> list[str]:
    """At what is not escaped (FHIR R4, 3.1.1.4.0.1), and without the escapes."""
    parts = re.findall(rf"((?:\\.|[^{re.escape(at)}\\])*)(?:{re.escape(at)}|$)", value)
    return [p for p in parts if p]


def _token(value: str, name: str) -> Token:
    system, bar, code = value.rpartition("|")
    code = re.sub(r"\\(.)", r"\1", code)
    if not code:
        raise BadSearch(why=f"`{name}` is a code, or system|code")
    if system.startswith(OUR_SYSTEM):
        system = unquote(system.removeprefix(OUR_SYSTEM))
    return Token(value=code, system=system if bar else None)


def _reference(value: str, name: str) -> Token:
    id = value.rstrip("/").rpartition("/")[2]
    if not _ID.fullmatch(id):
        raise BadSearch(why=f"`{name}` is an id, or Type/id")
    return Token(value=id)


def interval(value: str, name: str) -> Interval:
    """What a date of FHIR names, from a year to a fraction of a second. Without a zone it is UTC."""
    found = _DATE.fullmatch(value)
    if found is None:
        raise BadSearch(why=f"`{name}` is a date: YYYY, YYYY-MM, YYYY-MM-DD or with a time, after eq, ne, lt, le, gt, ge, sa or eb")
    comparison, year, month, day, hour, minute, second, fraction, zone = found.groups()
    comparisons: dict[str | None, Comparison] = {None: "eq", "eq": "eq", "ne": "ne", "lt": "lt", "le": "le", "gt": "gt", "ge": "ge", "sa": "sa", "eb": "eb"}
    try:
        offset = datetime.fromisoformat(f"2000-01-01T00:00:00{zone or '+00:00'}").tzinfo
        start = datetime(int(year), int(month or 1), int(day or 1), int(hour or 0), int(minute or 0), int(second or 0), int((fraction or "0")[:6].ljust(6, "0")), tzinfo=offset).astimezone(UTC)
        if month is None:
            length = timedelta(days=366 if calendar.isleap(int(year)) else 365)
        elif day is None:
            length = timedelta(days=calendar.monthrange(int(year), int(month))[1])
        else:
            length = timedelta(days=1) if hour is None else timedelta(minutes=1) if second is None else timedelta(seconds=1) if fraction is None else timedelta(milliseconds=1)
        return Interval(comparison=comparisons[comparison], start=start, end=start + length)
    except (ValueError, OverflowError):
        raise BadSearch(why=f"`{name}` names no day that there is") from None


_READ: dict[str, Callable[[str, str], Token | Interval]] = {
    "token": _token, "string": lambda value, _: Token(value=re.sub(r"\\(.)", r"\1", value)), "date": interval, "reference": _reference, "target": _target}


def _shown(name: str) -> str:
    """A parameter's name in a message: only if it can be one."""
    return name if re.fullmatch(r"[A-Za-z_:.-]{1,40}", name, re.ASCII) else "such a parameter"
