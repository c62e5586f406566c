"""Queries to providers in the store, as the desk sees them."""
from __future__ import annotations

from datetime import datetime
from typing import Protocol

from charthouse.record.access import Access, Scope
from charthouse.record.query import Query, State, Told


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


class QueryMessages(Protocol):
    """What each channel to the providers' own system was told."""

    def untold(self, access: Access, channel: str, now: datetime) -> tuple[Query, ...]:
        """Open ones that it was not told of, and those that changed since; not while it is told of them (`note` with a later moment), nor what was closed before it was ever told."""
        ...

    def note(self, access: Access, number: str, channel: str, mark: str, why: str, until: datetime) -> None:
        """It was told (`mark`), or is being told ("" and no `why`), or did not take it (`why`); then not again before `until`."""
        ...


class Channel(Protocol):
    """A way to the providers' own system."""

    @property
    def name(self) -> str: ...

    def tell(self, told: Told) -> None:
        """Raises `ServerRefused` and others where it was not taken."""
        ...
