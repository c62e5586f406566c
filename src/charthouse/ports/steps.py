"""What the steps of the work on an encounter have made."""
from __future__ import annotations

from typing import Protocol

from charthouse.record.access import Access


class Steps(Protocol):
    def result(self, access: Access, encounter: str, name: str) -> bytes | None:
        """Of the run of the step that was done last; None when there is none yet."""
        ...
