"""Queries to providers in the store, as the desk sees them."""
from __future__ import annotations

from typing import Protocol

from charthouse.record.access import Access, Scope
from charthouse.record.query import Query, State


class Queries(Protocol):
    """`get` and `of` are part of a use that tells."""

    def keep(self, access: Access, query: Query) -> None:
        """New, or as it is now."""
        ...

    def get(self, access: Access, number: str) -> Query:
        """Once the gate has found whose it is."""
        ...

    def of(self, access: Access, encounter: str) -> tuple[Query, ...]:
        """The newest first."""
        ...

    def listed(self, access: Access, scope: Scope, states: tuple[State, ...], *, to: str = "") -> tuple[tuple[Query, str], ...]:
        """(query, name of the patient) of what the scope may see, the one that is due first; `to`: for one addressee only."""
        ...
