"""Where files for payers are put."""
from __future__ import annotations

from typing import Protocol


class Outbox(Protocol):
    def put(self, name: str, content: bytes) -> None:
        """There, whole and on disk, under this name. The same again is the same; another content under the name raises `CannotSend`."""
        ...
