"""The completion of charts, as the desk sees it in the store."""
from __future__ import annotations

from typing import Protocol

from charthouse.record.access import Access
from charthouse.record.deficiency import Deficiency
from charthouse.record.filing import Visit


class Completion(Protocol):
    def visit(self, access: Access, encounter: str) -> tuple[Visit, int]:
        """The visit as admitted, and the chart's version."""
        ...

    def unfinished(self, access: Access, facility: str) -> tuple[str, ...]:
        """Encounters of discharged patients that were not found complete at their present version, the oldest discharge first."""
        ...

    def settle(self, access: Access, encounter: str, version: int, state: str, lacks: tuple[Deficiency, ...]) -> None:
        """How the chart was found at this version, and what it lacks that somebody must mend. Part of a use that tells."""
        ...
