"""The master patient index, as the desk sees it."""
from __future__ import annotations

from typing import Protocol

from charthouse.record.access import Access
from charthouse.record.filing import Registration
from charthouse.record.identity import Candidate


class Index(Protocol):
    """Who may be meant by a registration."""

    def candidates(self, access: Access, registration: Registration) -> tuple[Candidate, ...]:
        """Patients of the record that share a number of a system with it. A patient that was folded into another is that other."""
        ...
