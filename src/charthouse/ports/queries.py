"""Queries to providers in the store, as the desk sees them."""
from __future__ import annotations

from typing import Protocol

from charthouse.record.access import Access, Scope
from charthouse.record.query import Query, State


class Queries(Protocol):
    """Those that take an `Access` write its event; the rest is part of a use that tells."""

    def keep(self, access: Access, query: Query) -> None:
        """New, or as it is now."""
        ...

    def get(self, number: str) -> Query | None: ...

    def of(self, encounter: str) -> tuple[Query, ...]:
        """The newest first."""
        ...

    def listed(self, access: Access, scope: Scope, states: tuple[State, ...], *, to: str = "") -> tuple[tuple[Query, str], ...]:
        """(query, name of the patient) of what the scope may see, the one that is due first; `to`: for one addressee only."""
        ...
