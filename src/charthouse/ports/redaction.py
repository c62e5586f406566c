"""Pages redacted by their pixels, as the flow sees it. Each method works in a process of its own."""
from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

Box = tuple[float, float, float, float]
Source = dict[str, Any]  # page (from 1), reader, text, words: (start, end, box); boxes are shares of the page


class PageRedaction(Protocol):
    def looked(self, content: bytes, name: str) -> list[Source]:
        """What every reader sees on the pages of a PDF or a picture. Raises `UnreadableDocument`."""
        ...

    def painted(self, content: bytes, name: str, boxes: Mapping[int, Sequence[Box]]) -> bytes:
        """A PDF of its pixels alone, the boxes black."""
        ...

    def reread(self, content: bytes, name: str) -> list[Source]:
        """What every means finds in that PDF, with other settings than the first look; "file" and "signs" tell of the file itself."""
        ...
