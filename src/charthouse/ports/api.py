"""What the doors of programs need kept: their keys, and the answers to what they may send twice."""
from __future__ import annotations

from datetime import datetime
from typing import Protocol

from charthouse.record.access import Access
from charthouse.record.api import ApiKey, Kept


class ApiKeys(Protocol):
    def add(self, access: Access, key: ApiKey, hash: str) -> None: ...

    def revoke(self, access: Access, prefix: str, at: datetime) -> bool:
        """False when there is none that is not revoked already."""
        ...


class Answers(Protocol):
    """Of POSTs with an `Idempotency-Key`. They carry ids, and no text of a chart."""

    def kept(self, actor: str, key: str) -> Kept | None: ...

    def keep(self, actor: str, key: str, answer: Kept) -> None: ...
