"""What came in: the document, never changed, and the span, the atom of evidence in it."""
from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from charthouse.record.page import Page

MAX_QUOTE = 300  # characters; a longer span is a page, not a quotation


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One received item. `text` is exactly what was read; offsets everywhere count its code points from 0."""

    id: str
    text: str
    sha256: str
    kind: str = "note"
    author: str = ""
    service_date: date | None = None
    source: str = ""
    notes: tuple[str, ...] = ()  # what the reader had to do: "read as Windows-1252"
    signed: bool | None = None  # authenticated, as the sender says; None where it does not say
    pages: tuple[Page, ...] = field(default=(), repr=False)  # where its words stand, when it came as a picture or a PDF


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A quotation: `text` is what stands at [start, end) of the document, checked when the span was made."""

    document: str
    start: int
    end: int
    text: str

    def as_dict(self) -> dict[str, object]:
        return {"document": self.document, "start": self.start, "end": self.end, "text": self.text}


def quote(document: Document, start: int, end: int) -> Span:
    """A span of the document, cut to `MAX_QUOTE` characters. Raises ValueError when it lies outside or is blank."""
    end = min(end, start + MAX_QUOTE)
    text = document.text[start:end]
    if not (0 <= start < end <= len(document.text)) or not text.strip():
        raise ValueError("a span must quote something that stands in its document")
    return Span(document=document.id, start=start, end=end, text=text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Copied:
    """A passage of one document that stood in an earlier one already (copy-forward)."""

    document: str
    start: int
    end: int
    origin: str
    origin_start: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Patient:
    """Who it is about, as far as the encounter says. Age in completed years on the encounter's date."""

    sex: str = ""  # "F", "M" or "" when not said
    age: int | None = None
    name: str = field(default="", repr=False)
    mrn: str = field(default="", repr=False)
