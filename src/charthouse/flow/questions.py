"""What the record of a chart leaves open, as its codes stand; and the queries that ask it."""
from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from threading import Lock
from typing import TYPE_CHECKING, Any

from charthouse.flow.tables import rows
from charthouse.record.document import Span
from charthouse.record.query import Draft, Indicator, Kind, Opportunity, Query
from charthouse.rooms.cdi import Condition, Scan, Standing, compose, conditions, opportunities, scan

if TYPE_CHECKING:
    from charthouse.flow.deciding import Opened

KEPT = 48  # charts whose texts were gone through
_scans: OrderedDict[str, Scan] = OrderedDict()
_lock = Lock()


def left_open(at: Opened) -> tuple[Opportunity, ...]:
    if not at.result:
        return ()
    codes = [Standing(line=line.id, code=line.code, poa=line.poa, off=line.off, decided=bool(line.decision), engine=line.engine)
             for line in (*at.decided.codes, *at.decided.left_off) if line.system == "ICD-10-CM"]
    return opportunities(at.result, _scanned(at), known(), codes, inpatient=at.inpatient)


def unasked(at: Opened, asked: Sequence[Query]) -> tuple[Opportunity, ...]:
    """Those that no query of the chart asks."""
    return tuple(o for o in left_open(at) if not asked_by(o, asked))


def asked_by(question: Opportunity, asked: Iterable[Query]) -> str:
    """The number of the query that asks it; "" when none does."""
    def same(draft: Draft) -> bool:
        return draft.template == question.key or bool(question.line and draft.line == question.line and draft.kind == question.kind)

    return next((q.number for q in asked if q.state != "withdrawn" and same(q.draft)), "")


def drafted(at: Opened, question: Opportunity, shown: str, on: datetime) -> Draft:
    """The query that asks it, which a person may change."""
    quoted = [indicator(at, s.as_dict()) for s in question.ruling.spans]
    return compose(question.kind, encounter=at.encounter, patient=at.coded.visit.patient, on=on.date(), author=shown, to=at.coded.visit.attending, indicators=quoted, about=question.about, open_=question.open,
                   options=question.options, line=question.line, template=question.key)


def begun(at: Opened, line: str, kind: Kind, shown: str, on: datetime) -> Draft:
    """What a query about a line of the chart begins with: its quotations, and a neutral question."""
    found = at.decided.line(line)
    quoted = [indicator(at, e) for e in (found.engine.get("evidence", ()) if found else ())][:4]
    about = quoted[0].span.text.lower() if quoted else ""
    return compose(kind, encounter=at.encounter, patient=at.coded.visit.patient, on=on.date(), author=shown, to=at.coded.visit.attending, indicators=quoted, about=about, line=line)


def indicator(at: Opened, e: Mapping[str, object]) -> Indicator:
    """A quotation of the result, with the kind and date of its document."""
    document: Mapping[str, Any] = next((d for d in at.result.get("documents", ()) if d["id"] == e["document"]), {})
    kind = str(document.get("kind") or "document").replace("_", " ")
    return Indicator(span=Span(document=str(e["document"]), start=int(str(e["start"])), end=int(str(e["end"])), text=str(e["text"])), label=", ".join(filter(None, (kind[:1].upper() + kind[1:], str(document.get("date") or "")))))


def _scanned(at: Opened) -> Scan:
    """Once for each result: it goes through all texts."""
    key = at.coded.proposal
    with _lock:
        if key in _scans:
            _scans.move_to_end(key)
            return _scans[key]
    made = scan(at.result, known(), inpatient=at.inpatient)
    with _lock:
        _scans[key] = made
        while len(_scans) > KEPT:
            _scans.popitem(last=False)
    return made


@lru_cache(maxsize=1)
def known() -> Sequence[Condition]:
    """The conditions that a query may be about."""
    return conditions(rows("cdi", "conditions.tsv"))
