"""Finding and listing what the record holds. `find` writes an event for each patient whose record it shows, before it shows it."""
from __future__ import annotations

from typing import Protocol

from charthouse.record.access import Access, Resource, Scope
from charthouse.record.listing import Kind, Listed, Search


class Listing(Protocol):
    def owner(self, kind: Kind, id: str) -> Resource | None:
        """The patient or encounter whose record it is part of; None when there is no such thing. It shows nothing, like the gate."""
        ...

    def find(self, access: Access, search: Search, scope: Scope) -> tuple[Listed, ...]: ...

    def count(self, access: Access, search: Search, scope: Scope) -> int: ...

    def content(self, access: Access, document: str, *, read: bool) -> tuple[bytes, str]:
        """(the document as received, its media type); with `read`, the text that was read from it."""
        ...
