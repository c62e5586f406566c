"""Searching, the indexes and the export, wired."""
from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from typing import TYPE_CHECKING

from charthouse.bootstrap import book_path, record
from charthouse.settings import facilities

if TYPE_CHECKING:
    from charthouse.adapters.storage.synonyms import Synonyms
    from charthouse.flow.desk import Desk
    from charthouse.flow.finding import Answer
    from charthouse.record.access import Purpose
    from charthouse.record.finding import Question
    from charthouse.rooms.finding import Understood


@lru_cache(maxsize=1)
def synonyms() -> Synonyms:
    from charthouse.adapters.storage.synonyms import Synonyms

    return Synonyms(book_path())


@contextmanager
def at_desk(role: str, purpose: Purpose, facility: Sequence[str] = ()) -> Iterator[Desk]:
    """A desk for the user of this machine in this role, at the facilities that are named, else those of `CHARTHOUSE_FACILITY`. Raises `NoFacility`."""
    from dataclasses import replace

    from charthouse.record.errors import NoFacility

    at = frozenset(facility or facilities())
    if not at:
        raise NoFacility()
    with record.opened() as site:
        yield record.sign_in(site, replace(record.operator(), roles=frozenset({role}), facilities=at), purpose)


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
