"""What a chart lacks: a deficiency, whose it is to mend, and until when."""
from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from charthouse.record.ruling import Ruling

Kind = Literal["missing", "unsigned", "late", "conflicting", "incomplete"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Deficiency:
    """`owner` is the provider who can mend it; `due` the last day for it, None where nothing can be mended any more (what came late stays late) or
    the day is not known. `document` is the id of the one that it is about, "" for one that is missing."""

    kind: Kind
    ruling: Ruling
    what: str  # the kind of document
    owner: str = ""
    due: date | None = None
    document: str = ""

    @property
    def open(self) -> bool:
        """Whether somebody must do something: a document that came late is there."""
        return self.kind != "late" and self.ruling.verdict == "error"

    def as_dict(self) -> dict[str, object]:
        return {"kind": self.kind, "what": self.what, "owner": self.owner, "due": self.due.isoformat() if self.due else None, "document": self.document, "open": self.open,
                "ruling": self.ruling.as_dict()}
