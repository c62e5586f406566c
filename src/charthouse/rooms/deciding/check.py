"""Whether an act can be done, and what stands between a chart and being finished."""
from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from charthouse.record.act import ON_A_LINE, Act
from charthouse.record.ruling import Ruling, Verdict
from charthouse.rooms.deciding.fold import Decided
from charthouse.rooms.deciding.lines import Line
from charthouse.rulebook.codebook import CodeBook, Note
from charthouse.rulebook.poa import exempt

# Why a proposed code is wrong: (key, id, words). The ids are the reasons that `charthouse learn` learns from.
REASONS = (("1", "not said", "Not supported by the record"), ("2", "not addressed", "Not addressed at this visit"), ("3", "wrong specificity", "Wrong specificity"),
           ("4", "integral", "Integral to another code"), ("5", "other", "Something else"))
POA = ("Y", "N", "U", "W", "1", "exempt")
_UHDDS = "UHDDS; ICD-10-CM Official Guidelines II"
_POA = "ICD-10-CM Official Guidelines, Appendix I"


def refusal(act: Act, decided: Decided, book: CodeBook, on: date) -> str:
    """Why the act cannot be done, in words; "" when it can."""
    line = decided.line(act.line)
    if act.what == "undo":
        return "" if decided.can_undo else "There is nothing to undo"
    if act.what == "redo":
        return "" if decided.can_redo else "There is nothing to do again"
    if decided.final is not None:
        return "The chart is finished. Undo first, which opens it again"
    if act.what in ON_A_LINE and line is None:
        return "There is no such code on the chart any more"
    if act.what == "reject" and act.reason not in {id for _, id, _ in REASONS}:
        return "A code is not taken off without a reason"
    if act.what == "reject" and line is not None and line.off and line.decision == "rejected":
        return "It is off already"
    if act.what == "principal" and line is not None and line.system != "ICD-10-CM":
        return "Only a diagnosis can come first"
    if act.what == "poa" and act.value not in POA:
        return f"A POA indicator is one of {', '.join(POA)}"
    new = act.to if act.what == "change" else act.code if act.what == "add" else ""
    return _unfit(new, decided, book, on) if new or act.what in ("add", "change") else ""


def _unfit(code: str, decided: Decided, book: CodeBook, on: date) -> str:
    entry = book.entry(code)
    if entry is None and not code:
        return "No code is given"
    if entry is None:
        return f"{code} is not in the books that are loaded"
    if not book.valid(code, on):
        return f"{code} is not a complete code on {on.isoformat()}: look below it in the book" if not entry.leaf else f"{code} is not valid on {on.isoformat()}"
    return f"{code} stands on the chart already" if any(line.code == code for line in decided.codes) else ""


def problems(decided: Decided, book: CodeBook, on: date, *, inpatient: bool) -> Iterator[tuple[bool, str, Ruling]]:
    """(whether it is a hard stop, the line, the ruling), hard stops first."""
    found = [*_first(decided, inpatient), *_waiting(decided), *(_poa(decided, book, on) if inpatient else ()), *_invalid(decided, book, on), *_excluded(decided, book), *_look_again(decided)]
    yield from sorted(found, key=lambda p: not p[0])


def _ruling(rule: str, verdict: Verdict, message: str, citation: str, subject: str = "") -> Ruling:
    return Ruling(rule=rule, verdict=verdict, message=message, citation=citation, subject=subject)


def _first(decided: Decided, inpatient: bool) -> Iterator[tuple[bool, str, Ruling]]:
    if not any(line.first for line in decided.codes):
        name = "principal" if inpatient else "first-listed"
        citation = _UHDDS if inpatient else "ICD-10-CM Official Guidelines IV.A"
        yield True, "", _ruling("claim/no-first", "error", f"No diagnosis is {name}. Choose one", citation)


def _waiting(decided: Decided) -> Iterator[tuple[bool, str, Ruling]]:
    for line in decided.codes:
        if line.waits:
            yield True, line.id, _ruling("claim/not-decided", "error", "A person has to accept or reject it: the engine is not sure", "Charthouse, autonomy gate", line.code)


def _poa(decided: Decided, book: CodeBook, on: date) -> Iterator[tuple[bool, str, Ruling]]:
    for line in decided.codes:
        if line.system == "ICD-10-CM" and line.poa not in POA and not exempt(line.code, on, book):
            yield True, line.id, _ruling("claim/no-poa", "error", "Present on admission is not said", _POA, line.code)


def _invalid(decided: Decided, book: CodeBook, on: date) -> Iterator[tuple[bool, str, Ruling]]:
    """A line whose code went out of the book since it was decided."""
    for line in decided.codes:
        if line.decision and book.entry(line.code) is not None and not book.valid(line.code, on):
            yield True, line.id, _ruling("claim/not-valid", "error", f"Not a valid code on {on.isoformat()}", "45 CFR 162.1002", line.code)


def _excluded(decided: Decided, book: CodeBook) -> Iterator[tuple[bool, str, Ruling]]:
    """Pairs that an Excludes1 note forbids. A warning: two conditions that have nothing to do with each other may both be coded."""
    codes = [line for line in decided.codes if line.system == "ICD-10-CM"]
    notes = {line.id: [n for n in book.notes(line.code) if n.kind == "excludes1"] for line in codes}
    for line in codes:
        for other in codes:
            note = next((n for n in notes[line.id] if line.code[:3] != other.code[:3] and _names(n, other.code)), None)
            if note is not None and (line.decision or other.decision):
                yield False, line.id, _ruling("ocg/I.A.12.a/excludes1", "warning", f"Excludes1 at {note.at}: not with {other.code}, unless the two have nothing to do with each other",
                                              "ICD-10-CM Official Guidelines I.A.12.a", line.code)


def _names(note: Note, code: str) -> bool:
    """Whether the note names the code: "I10", "O99.4-", or a range "I20-I25"."""
    for named in note.codes:
        low, _, high = named.rstrip("-").partition("-")
        if (low <= code and code[:len(high)] <= high) if high else code.startswith(low.rstrip(".")):
            return True
    return False


def _look_again(decided: Decided) -> Iterator[tuple[bool, str, Ruling]]:
    for line in decided.codes:
        if line.gone:
            yield False, line.id, _ruling("claim/no-longer-proposed", "warning", "The engine read the chart anew and proposes it no more: look at the evidence again", "Charthouse", line.code)
        if line.flagged:
            yield False, line.id, _ruling("claim/flagged", "warning", "Flagged for a second opinion", "Charthouse", line.code)


def standing(decided: Decided) -> tuple[Line, ...]:
    """The diagnoses, the first one first."""
    return tuple(line for line in decided.codes if line.system == "ICD-10-CM")
