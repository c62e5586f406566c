"""Attempts at training cases in the store; no patient is in them."""
from __future__ import annotations

from typing import Protocol

from charthouse.record.access import Access
from charthouse.record.training import Attempt


class Training(Protocol):
    def add(self, access: Access, attempt: Attempt) -> None:
        """Kept for good."""
        ...

    def of(self, access: Access, person: str = "") -> tuple[Attempt, ...]:
        """In time; of everybody where nobody is named."""
        ...
