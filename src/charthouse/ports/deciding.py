"""What persons decided on the codes of a visit, as the desk sees it."""
from __future__ import annotations

from typing import Protocol

from charthouse.record.access import Access
from charthouse.record.act import Act, Coded


class Deciding(Protocol):
    """`coded` and `proposal` are part of a use that tells."""

    def coded(self, access: Access, encounter: str) -> Coded:
        """The engine's last result, by its hash, and the acts, the first one first."""
        ...

    def proposal(self, access: Access, hash: str) -> bytes:
        """The result that `coded` named, as `flow/result.py` spells it in JSON."""
        ...

    def add(self, access: Access, encounter: str, act: Act, after: int) -> Act:
        """The act as it is kept, with its number, actor and time. Raises `ChartChanged` when another was kept since `after` of them were."""
        ...
