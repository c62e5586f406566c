"""Worklists in the store, as the desk sees them: the visits in lists, the lists themselves, and how the site steers the work."""
from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Protocol

from charthouse.record.access import Access, Scope
from charthouse.record.worklist import Item, Order, Pause, Rules, Standing, Worklist


class WorkItems(Protocol):
    """Visits as they stand in lists."""

    def count(self, access: Access, rules: Rules, scope: Scope, me: str, today: date) -> int:
        """Shows no chart, and is part of a use that tells; so is `places`."""
        ...

    def rows(self, access: Access, rules: Rules, order: Order, scope: Scope, me: str, today: date, *, first: int, most: int, words: str = "", free: bool = False) -> tuple[Item, ...]:
        """What belongs, in order, from number `first`. `words` must all stand in name, number, unit, payer, DRG, reasons or assignee. `free`: what nobody else has."""
        ...

    def places(self, access: Access, scope: Scope) -> Sequence[tuple[str, str, str]]:
        """(facility, unit, payer) of the visits, each once: what a manager may choose among."""
        ...

    def stand(self, access: Access, encounter: str, standing: Standing) -> None:
        """What the work on it has come to; part of the use that changed it."""
        ...

    def lease(self, access: Access, encounter: str, shown: str, until: datetime | None) -> Item:
        """Lent to the event's actor until then, if nobody else has it: the item says whose it is now. Tells only when it changes hands. None: given back."""
        ...

    def assign(self, access: Access, encounter: str, assignee: str, shown: str, priority: int | None) -> None:
        """To somebody, or to nobody (""); `priority`: None leaves it."""
        ...


class Worklists(Protocol):
    """The lists themselves: no chart is in them."""

    def lists(self) -> tuple[Worklist, ...]:
        """As the manager put them in order."""
        ...

    def put(self, access: Access, worklist: Worklist, said: Mapping[str, object]) -> None:
        """A new list, or a list changed; `said` are its rules as plain data."""
        ...

    def remove(self, access: Access, id: str) -> None: ...


class Steering(Protocol):
    """Where the gate is paused, and settings of the site."""

    def pauses(self) -> tuple[Pause, ...]: ...

    def pause(self, access: Access, pause: Pause) -> None: ...

    def resume(self, access: Access, facility: str, unit: str) -> None: ...

    def setting(self, name: str) -> str:
        """"" when it was never set."""
        ...

    def set(self, access: Access, name: str, value: str) -> None: ...
