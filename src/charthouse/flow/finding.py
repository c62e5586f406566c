"""Searching at the desk: a question understood, asked within what the actor may see, and answered with passages."""
from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from charthouse.flow.desk import SITE, Desk, told
from charthouse.ports.store import Transaction
from charthouse.record.access import Access, Scope
from charthouse.record.finding import AssignedCode, CodedVisit, Found, Hit, Question
from charthouse.rooms.finding import Snippet, snippet
from charthouse.rooms.privacy import scope


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The page of hits, each with its passage."""

    found: Found
    shown: tuple[tuple[Hit, Snippet], ...]


def find(desk: Desk, question: Question, *, first: int = 0, most: int = 10) -> Answer:
    """The hits from number `first`."""
    found = desk.use("chart.find", SITE, lambda open, access: open.finding.find(access, question, scope_of(desk), first=first, most=most))
    return Answer(found=found, shown=tuple((hit, snippet(hit.text, question.clauses)) for hit in found.hits))


def coded(desk: Desk, encounter: str, codes: Sequence[AssignedCode]) -> None:
    """The codes that stand on a visit now; called in the transaction that keeps its coding result."""
    def kept(open: Transaction, access: Access) -> None:
        told(open, access)
        open.finding.coded(access, encounter, codes)

    desk.use("code.propose", ("encounter", encounter), kept)


def visits(desk: Desk, since: date, until: date) -> Iterator[CodedVisit]:
    """The coded visits of these days, as they are read; the desk must be one of `together()`."""
    return desk.use("report.read", SITE, lambda open, access: open.finding.visits(access, scope_of(desk), since, until))


def rebuild(desk: Desk, tell: Callable[[str, int, int], None]) -> int:
    """How many documents are in the new index."""
    return desk.use("index.rebuild", SITE, lambda open, access: open.finding.rebuild(access, tell))


def scope_of(desk: Desk) -> Scope:
    return scope(desk.actor, desk.purpose, desk.rules)
