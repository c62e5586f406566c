"""Visits and documents as messages speak of them, as the desk sees it."""
from __future__ import annotations

from typing import Protocol

from charthouse.record.access import Access
from charthouse.record.filing import Visit
from charthouse.record.receipt import FoundDocument, FoundVisit, Happened
from charthouse.record.received import Charge, Said


class Stays(Protocol):
    """The three that find are part of a use that tells: they show no chart."""

    def visit(self, access: Access, facility: str, patient: str, said: Said) -> FoundVisit | None:
        """By its number; where it has none, by patient, facility and the day of admission."""
        ...

    def document(self, access: Access, encounter: str, *, source: str = "", number: str = "", content: bytes = b"") -> FoundDocument | None:
        """The newest by the sender's number of it; else the one of this visit whose text or original is `content`."""
        ...

    def of(self, access: Access, patient: str, facility: str) -> tuple[FoundVisit, ...]:
        """The visits of a person at a facility that were not cancelled or destroyed, without what was said of them."""
        ...

    def happens(self, access: Access, found: FoundVisit | None, happened: Happened, visit: Visit, state: str) -> str:
        """What was said is kept, and the visit (None: a new one; its id) is now as `visit` says. A new version, where that is not as before."""
        ...

    def mark(self, access: Access, document: str, *, state: str = "", signed: bool | None = None, kind: str = "") -> str:
        """A document replaced, cancelled, signed, or given its kind by a person. A new version of its visit, whose id it gives."""
        ...

    def charge(self, access: Access, patient: str, encounter: str | None, facility: str, sender: str, charges: tuple[Charge, ...]) -> None: ...
