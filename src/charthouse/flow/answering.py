"""An answer to a query that comes in at intake: a document that names the query's number, of the visit that was asked about, is its answer and answers it."""
from __future__ import annotations

import re
from dataclasses import replace

from charthouse.flow.desk import Desk
from charthouse.ports.store import Transaction
from charthouse.record.access import Access
from charthouse.record.errors import AccessDenied, NoRecord
from charthouse.record.query import Answer, Query, outcome_of
from charthouse.record.received import ReadDocument

_NUMBER = re.compile(r"\bQ-[2-9A-HJ-NP-Z]{8}\b")
KEPT = 4000  # characters of the answer beside the query; the document has all of it


def asked(desk: Desk, encounter: str, document: ReadDocument) -> Query | None:
    """The open query about this visit that the document answers: as its sender says (`answers`), else as its text does."""
    for number in dict.fromkeys((document.answers, *_NUMBER.findall(document.text))):
        found = _find(desk, number) if _NUMBER.fullmatch(number) else None
        if found is not None and found.open and found.draft.encounter == encounter:
            return found
    return None


def _find(desk: Desk, number: str) -> Query | None:
    try:
        return desk.use("chart.file", ("query", number), lambda open, access: open.queries.get(access, number))
    except (NoRecord, AccessDenied):
        return None


def is_form(query: Query, document: ReadDocument) -> bool:
    """It holds the answers that were offered and not only the one that was chosen: which one a person has to say, else what was not chosen would be read as documentation."""
    text = document.text.casefold()
    return sum(option.casefold() in text for option in query.draft.options) > 1


def answered(desk: Desk, query: Query, document: str, read: ReadDocument) -> Query:
    """The query with this document as its answer. The chart is due to be coded anew by the document itself."""
    def use(open: Transaction, access: Access) -> Query:
        now = open.queries.get(access, query.number)
        if not now.open:
            return now
        words = read.text.strip()
        chosen = next((o for o in now.draft.options if o.casefold() in words.casefold()), "")
        done = replace(now, state="answered", closed_at=desk.clock(),
                       answer=Answer(outcome=outcome_of(chosen, words), choice=chosen, words=words[:KEPT], by=read.author, at=desk.clock(), document=document))
        open.queries.keep(access, done)
        return done

    return desk.use("chart.file", ("query", query.number), use)
