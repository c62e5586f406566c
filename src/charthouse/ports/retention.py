"""Retention, legal holds and destruction, as the desk sees them in the store."""
from __future__ import annotations

from datetime import date
from typing import Protocol

from charthouse.record.access import Access
from charthouse.record.retention import Destroyed, Hold, Item, Kept, Proposal


class Holds(Protocol):
    def place(self, access: Access, patient: str, encounter: str, reason: str) -> str:
        """The hold's id. Over all of the patient's encounters, later ones too, where `encounter` is ""."""
        ...

    def lift(self, access: Access, hold: str, reason: str) -> None: ...

    def standing(self, access: Access, facility: str) -> tuple[Hold, ...]: ...


class Retention(Protocol):
    def kept(self, access: Access, facility: str, before: date) -> tuple[Kept, ...]:
        """Records of the facility that ended before a day and are not destroyed, the oldest first."""
        ...

    def one(self, access: Access, encounter: str) -> Kept: ...

    def propose(self, access: Access, facility: str, items: tuple[Item, ...]) -> str:
        """The proposal's id."""
        ...

    def proposal(self, access: Access, facility: str, id: str) -> Proposal | None: ...

    def destroy(self, access: Access, encounter: str) -> Destroyed:
        """The keys of its contents, and what was made of them; no one can read it when the transaction is over."""
        ...

    def certify(self, access: Access, id: str, certificate: str) -> None:
        """The proposal is signed by the access's actor, with this certificate."""
        ...
