"""How a note is laid out: its sections, its problem headings, its lists, and the sentences inside them.

Takes the text, gives `Segment`s in order that together hold all of its words. Headings are known by a table
(`lexicon/headings.tsv`), with and without colons and capitals.
"""
from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from charthouse.lexicon.words import WORD

ASSESSING = frozenset({"assessment", "diagnosis", "problem list", "plan", "hospital course"})
_NAMING = frozenset({"assessment", "diagnosis", "problem list"})  # "Assessment: pneumonia." names its problem on its own line
_LISTS = frozenset({"diagnosis", "admission diagnosis", "problem list", "past medical history", "past surgical history"})

_BULLET = re.compile(r"\s*(?:[•◦▪‣·*#>]+|[-–—]{1,2}(?=\s)|\(?\d{1,2}[.)](?=\s|[A-Za-z])|[a-z][.)](?=\s))\s*")
_SENTENCE_END = re.compile(r"(?<=[.!?])[\"')\]]*\s+(?=[A-Z0-9\"'(•\-])|;\s+")
_ABBREVIATION = re.compile(r"(?:\b(?:Dr|Mr|Mrs|Ms|St|vs|approx|e\.g|i\.e|etc|No|Jr|Sr|Pt|pt|Hx|hx|Fig|q\.d|b\.i\.d|[A-Z]))\.[\"')\]]*\s+$")
_HEAD = re.compile(r"[ \t]*(?P<name>[A-Za-z][A-Za-z0-9 /&,'()\-]{0,70}?)[ \t]*(?P<colon>:|[-–—](?=\s)|(?=$))")
_LABEL = re.compile(r"(?P<name>[A-Z][A-Za-z /&,'()\-]{1,45}?):\s")


@dataclass(frozen=True, slots=True)
class Segment:
    """A sentence, heading or list item: where it stands, in which section, and what its place means.

    `role`: "heading" names a problem, "list" is an item of a diagnosis or history list, "body" is running text.
    `problem` counts the problem heading that it stands under (0: none).
    """

    start: int
    end: int
    section: str
    role: str
    problem: int = 0
    label: str = ""


class Headings:
    """The table of headings: folded name -> section."""

    def __init__(self, rows: Mapping[str, str]) -> None:
        self._rows = {_name(k): v for k, v in rows.items()}

    def section(self, name: str) -> str | None:
        return self._rows.get(_name(name))

    def like(self, name: str) -> str | None:
        """The section of a heading that is not in the table but holds a telling word: "FORMULATION/DX"."""
        parts = _name(name).split()
        return next((_TELLING[p] for p in parts if p in _TELLING), None) if len(parts) <= 4 else None


_TELLING = {"assessment": "assessment", "impression": "assessment", "formulation": "assessment", "diagnosis": "diagnosis", "diagnoses": "diagnosis", "dx": "diagnosis",
            "medications": "medications", "meds": "medications", "examination": "examination", "exam": "examination", "labs": "results", "results": "results",
            "imaging": "results", "allergies": "allergies", "problems": "problem list", "vitals": "vitals", "ros": "review of systems", "pmh": "past medical history",
            "instructions": "instructions", "disposition": "instructions"}


def _name(text: str) -> str:
    return " ".join(m.group().lower() for m in WORD.finditer(text) if m.group().lower() not in ("and", "the"))


def _lines(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for part in text.splitlines(keepends=True):
        end = start + len(part)
        trimmed = part.rstrip()
        if trimmed.strip():
            yield start + len(part) - len(part.lstrip()), start + len(trimmed)
        start = end


def _joined(text: str) -> list[tuple[int, int]]:
    """Lines, with those that were only wrapped put together again."""
    lines = list(_lines(text))
    width = _wrap_width([end - start for start, end in lines])
    out: list[tuple[int, int]] = []
    for start, end in lines:
        if out and _wrapped(text, out[-1], start, end, width):
            out[-1] = (out[-1][0], end)
        else:
            out.append((start, end))
    return out


def _wrap_width(lengths: list[int]) -> int:
    """The width at which a note was wrapped by hand or machine; 0 for one whose paragraphs are single lines."""
    long = sorted(n for n in lengths if n >= 50)
    return long[-1] if len(long) >= 4 and long[-1] <= 140 and long[len(long) // 2] >= 0.75 * long[-1] else 0


def _wrapped(text: str, before: tuple[int, int], start: int, end: int, width: int) -> bool:
    """Whether a line only goes on with the sentence of the line before it."""
    if text[before[1] - 1] in ".!?:;" or text.count("\n", before[1], start) != 1 or _BULLET.match(text, start):
        return False
    length = before[1] - max(text.rfind("\n", 0, before[1]) + 1, before[0])
    if text[start].islower():
        return length >= 45
    opens = _HEAD.match(text, start, end)
    return 0 < 0.85 * width <= length and not (opens and opens["colon"]) and not text[start:end].isupper()


def heading(line: str, headings: Headings) -> tuple[str, int] | None:
    """The section that a line opens and where its heading ends in the line; None for a line that opens none."""
    found = _HEAD.match(line)
    if not found:
        return _bare(line, headings)
    name, colon = found["name"], found["colon"] == ":"
    section = headings.section(name)
    if section is None and len(name) > 3 and (name.isupper() or (colon and name[0].isupper())):
        like = headings.like(name)
        section = like if name.isupper() or like in _BARE else None
    if section is None or (len(name) <= 2 and not colon and name.upper() != "HP"):
        return _bare(line, headings)
    alone = found.end() >= len(line.rstrip())
    if colon or (alone and (name[0].isupper() or section != "history of present illness")):
        return section, found.end()
    if found["colon"] and name[0].isupper() and len(name) > 3:
        return section, found.end()
    return _bare(line, headings)


def _bare(line: str, headings: Headings) -> tuple[str, int] | None:
    """A heading in capitals that runs into its line without a colon: "VS 138/84", "DISPO home", "FAMILY  Mother - DM"."""
    first = re.match(r"[A-Z][A-Za-z/&]{1,12}(?= )", line)
    section = headings.section(first.group()) if first else None
    return (section, first.end()) if first and section in _BARE and (first.group().isupper() or first.group().lower() in _SHORT) else None


_SHORT = frozenset({"meds", "allergies", "soc", "pmh", "psh", "pmhx", "fhx", "shx", "vitals"})


_BARE = frozenset({"vitals", "instructions", "family history", "social history", "medications", "allergies", "past medical history", "past surgical history"})


def segments(text: str, headings: Headings, *, opens: str = "") -> list[Segment]:
    """All segments of a note, in order. `opens` is the section that it begins in."""
    out: list[Segment] = []
    section, problem = opens, 0
    for start, end in _joined(text):
        bullet = _BULLET.match(text, start, end)
        body = bullet.end() if bullet else start
        opened = heading(text[body:end], headings)
        under = (section, problem)
        if opened:
            section, body, problem = opened[0], body + opened[1], 0
            if not text[body:end].strip():
                continue
        turned = ""
        for segment in _line(text, body, end, section, bool(bullet), problem, bool(opened)):
            inside = heading(text[segment.start:segment.end], headings) if segment.start > body and segment.role != "heading" else None
            if inside and text[segment.start + inside[1] - 1] == ":":  # "... for a week. Assessment: pneumonia."
                turned = section = inside[0]
                segment = Segment(segment.start + inside[1], segment.end, section, "body")
            elif turned:
                segment = Segment(segment.start, segment.end, turned, segment.role)
            if segment.role == "heading":
                problem += 1
                segment = Segment(segment.start, segment.end, section, "heading", problem)
            out.append(segment)
        if opened and under[0] in ASSESSING and _aside(text, start, body, end, section, bool(bullet and under[1])):
            section, problem = under
    return out


def _aside(text: str, start: int, body: int, end: int, section: str, bullet: bool) -> bool:
    """Whether a line under a problem only says more of it ("- Education: we talked about diet"), so that the assessment goes
    on after it: a bullet, or a small label of advice, with its text on the same line."""
    if section in ASSESSING or not text[body:end].strip():
        return False
    return bullet or (section == "instructions" and not text[start:body].strip(" :-").isupper())


def _line(text: str, start: int, end: int, section: str, bullet: bool, problem: int, opened: bool) -> Iterator[Segment]:
    label = ""
    if section in ASSESSING and (not opened or section in _NAMING):
        head = _problem_head(text, start, end, bullet)
        if head:
            yield Segment(start, head, section, "heading")
            problem += 1
            start = head
    labelled = _LABEL.match(text, start, end)
    if labelled and len(labelled["name"].split()) <= 5:
        label = labelled["name"]
    role = "list" if section in _LISTS and len(text[start:end].split()) <= 25 else "body"
    for a, b in _sentences(text, start, end):
        yield Segment(a, b, section, role, problem, label)


_PLAN_WORD = re.compile(
    r"\b(?:continue[sd]?|start(?:ed)?|will|we|he|she|i|patient|pt|follow|order(?:ed)?|increase|decrease|stop|refer(?:ral)?|recommend\w*|return|"
    r"check|repeat|obtain|advise[ds]?|discuss(?:ed)?|counsel\w*|monitor|prescri\w+|schedule|educat\w+|reviewed|should|was|is|are|were|has|have|"
    r"medical reasoning|medical treatment|additional testing|specialist referrals?|patient agreements?)\b", re.I)


def _problem_head(text: str, start: int, end: int, bullet: bool) -> int | None:
    """Where the problem's name ends when a line of an assessment starts with one: "Hypertension.", "1. HTN: continue"."""
    line = text[start:end]
    cut = re.search(r"[.:](?=\s|$)|\s[-–—]{1,2}\s|;\s", line)
    name = line[:cut.start()] if cut else line
    words = name.split()
    alone = cut is None or not line[cut.end():].strip()
    if not words or len(words) > 14 or _PLAN_WORD.search(name):
        return _before_the_plan(line, start)
    if alone and (not bullet or len(words) <= 10):
        return end
    if cut is not None and bullet and cut.group() != ". " and len(words) <= 9:
        return start + cut.start()
    if cut is not None and not alone and line[cut.start()] in ":-–—" and len(words) <= 7:
        return start + cut.start()
    if cut is not None and (bullet or cut.group() == ".") and len(words) <= 7:  # also "Type 2 diabetes, on metformin. At goal."
        return start + cut.start()
    return _before_the_plan(line, start)


def _before_the_plan(line: str, start: int) -> int | None:
    """Where the problem's name ends in "Gout, allopurinol continued": a few words before a comma, what is done after it."""
    name, comma, rest = line.partition(",")
    few = 1 <= len(name.split()) <= 7 and name[:1].isupper() and not _PLAN_WORD.search(name)
    return start + len(name) if few and comma and len(re.split(r"[.;]\s", rest)[0].split()) <= 12 else None


def _sentences(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    begin = start
    for found in _SENTENCE_END.finditer(text, start, end):
        if _ABBREVIATION.search(text, max(begin, found.start() - 8), found.end()):
            continue
        if text[begin:found.start()].strip():
            yield begin, found.start()
        begin = found.end()
    if text[begin:end].strip():
        yield begin, end
