"""What the steps of the work on an encounter have made."""
from __future__ import annotations

from typing import Any, Protocol

from charthouse.record.access import Access


class Steps(Protocol):
    def result(self, access: Access, encounter: str) -> dict[str, Any] | None:
        """The newest coding result (`flow/result.py`); None when it was not coded yet."""
        ...
