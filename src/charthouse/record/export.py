"""A record given out whole: what the tables hold of one patient, and where its files are put."""
from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from charthouse.record.filing import Registration

Rows = tuple[Mapping[str, Any], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class WholeRecord:
    """`tables` are all rows that name the patient or one of its visits, as JSON has them, by table. `left_out` counts visits at facilities whose records the
    actor may not see; nothing of them is in it."""

    patient: str
    registration: Registration = field(repr=False)
    tables: Mapping[str, Rows] = field(repr=False)
    left_out: int = 0

    def rows(self, table: str) -> Rows:
        return self.tables.get(table, ())


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """A document on its way out: `row` as the table has it, the original and the text as read, and the names under which they lie."""

    number: int
    row: Mapping[str, Any] = field(repr=False)
    original: bytes = field(repr=False)
    text: str = field(repr=False)

    @property
    def title(self) -> str:
        return str(self.row["kind"] or "document").replace("_", " ").capitalize()

    @property
    def stem(self) -> str:
        return f"{self.number:04}-{self.row['id']}"

    @property
    def original_name(self) -> str:
        return f"originals/{self.stem}.{ENDINGS.get(str(self.row['media']), 'bin')}"

    @property
    def text_name(self) -> str:
        return f"texts/{self.stem}.txt"


ENDINGS = {"text/plain": "txt", "application/pdf": "pdf", "image/png": "png", "image/jpeg": "jpg", "image/tiff": "tiff", "text/rtf": "rtf", "application/rtf": "rtf", "text/html": "html",
           "application/json": "json", "application/fhir+json": "json", "application/xml": "xml", "text/xml": "xml", "x-application/hl7-v2+er7": "hl7",
           "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx"}
