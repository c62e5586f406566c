"""Searching, the indexes and the export, wired."""
from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from typing import TYPE_CHECKING

from charthouse.bootstrap import book_path, record
from charthouse.settings import facilities

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from charthouse.adapters.storage.synonyms import Synonyms
    from charthouse.flow.desk import Desk
    from charthouse.flow.finding import Answer
    from charthouse.record.access import Purpose
    from charthouse.record.finding import Question
    from charthouse.rooms.finding import Understood
    from charthouse.rooms.statistics import Row


@lru_cache(maxsize=1)
def synonyms() -> Synonyms:
    from charthouse.adapters.storage.synonyms import Synonyms

    return Synonyms(book_path())


@contextmanager
def at_desk(role: str, purpose: Purpose, facility: Sequence[str] = ()) -> Iterator[Desk]:
    """A desk for the user of this machine in this role, at the facilities that are named, else those of `CHARTHOUSE_FACILITY`. Raises `NoFacility`."""
    from charthouse.record.errors import NoFacility

    at = facility or facilities()
    if not at:
        raise NoFacility()
    with record.opened() as site:
        yield record.sign_in(site, record.person(role, *at), purpose)


def understood(text: str, given: Question) -> Understood:
    """Today is the day of this machine."""
    from datetime import datetime

    from charthouse.rooms.finding import understand

    known = synonyms()
    return understand(text, datetime.now().astimezone().date(), ways=known.ways, codes=known.codes, given=given)


def find(question: Question, facility: Sequence[str], *, first: int, most: int) -> Answer:
    from charthouse.flow.finding import find as ask

    with at_desk("him_manager", "operations", facility) as desk:
        return ask(desk, question, first=first, most=most)


def reindex(tell: Callable[[str, int, int], None]) -> int:
    """How many documents are in the new index."""
    from charthouse.flow.finding import rebuild

    with record.opened() as site:
        return rebuild(record.sign_in(site, record.operator(), "administration"), tell)


def index(kind: str, since: date, until: date, codes: Sequence[str], physician: str, facility: Sequence[str]) -> tuple[Row, ...]:
    """The rows of the "disease", "operation" or "physician" index."""
    from charthouse.flow.finding import visits
    from charthouse.rooms.statistics import disease_index, operation_index, physician_index

    with at_desk("him_manager", "operations", facility) as desk, desk.together() as one:
        found = visits(one, since, until)
        if kind == "physician":
            return physician_index(found, codes, physician)
        return (disease_index if kind == "disease" else operation_index)(found, codes)


def export(where: Path, patient: str, facility: Sequence[str], tell: Callable[[str], None]) -> int:
    """One patient's documents, or with no patient everybody's: how many documents, or patients."""
    from charthouse.adapters.paper.out import out as opened_out
    from charthouse.adapters.paper.record_pdf import record_pdf
    from charthouse.adapters.wire.ehi_fhir import bundle
    from charthouse.flow.export import Makers, export_all
    from charthouse.flow.export import export as export_one

    makers = Makers(fhir=bundle, pdf=record_pdf)
    with at_desk("release_signer", "release", facility) as desk:
        out = opened_out(where)
        try:
            number = export_one(desk, patient, out, makers) if patient else export_all(desk, out, makers, tell)
            out.close()
        except BaseException:
            out.discard()
            raise
    return number
