"""Redacting pages, wired: the child processes, and what is written."""
from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from charthouse.adapters.redaction import child
from charthouse.record.errors import BadRequest

if TYPE_CHECKING:
    from charthouse.ports.redaction import Box, Source
    from charthouse.record.release import Painted


class InChildren:
    """Implements `ports.redaction.PageRedaction`."""

    def looked(self, content: bytes, name: str) -> list[Source]:
        return child.looked(content, name)

    def painted(self, content: bytes, name: str, boxes: Mapping[int, Sequence[Box]]) -> bytes:
        return child.painted(content, name, boxes)

    def reread(self, content: bytes, name: str) -> list[Source]:
        return child.reread(content, name)


def redacted(file: Path, out: Path, known: Mapping[str, Any], by_hand: Sequence[Painted] = ()) -> tuple[Painted, ...]:
    """The redacted PDF in `out`, and its boxes in JSON beside it; nothing of either while anything can still be read. Raises `BadRequest`, `UnreadableDocument`, `NotRedacted`."""
    from charthouse.adapters.storage import durable
    from charthouse.flow.redacting import pages

    if not file.is_file():
        raise BadRequest(why=f"There is no file {file}")
    if out.exists():
        raise BadRequest(why=f"{out} is there already: what may have been released is not written over")
    pdf, boxes = pages(file.read_bytes(), file.name, known, by_hand, InChildren())
    durable.write_whole(out.with_suffix(".json"), json.dumps({"draft": True, "boxes": [told(b) for b in boxes]}, indent=1).encode())
    durable.write_whole(out, pdf)
    return boxes


def told(b: Painted) -> dict[str, object]:
    return {"page": b.page, "box": list(b.box), "kind": b.kind, "rule": b.rule, "citation": b.citation, "reader": b.reader}


def by_hand(file: Path) -> tuple[Painted, ...]:
    """Boxes that a person drew: a JSON list of {"page", "box": [left, top, right, bottom] as shares of the page, "reason"}. Raises `BadRequest`."""
    from charthouse.record.release import Painted

    try:
        said = json.loads(file.read_text(encoding="utf-8"))
        made = tuple(Painted(page=int(b["page"]), box=tuple(float(v) for v in b["box"]), kind="BY HAND", rule="release/by-hand", citation=str(b.get("reason") or "a person's decision"), reader="by hand") for b in said)  # type: ignore[arg-type]
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        raise BadRequest(why=f"{file} is no list of boxes: page, box (left, top, right, bottom as shares of the page), reason") from None
    if any(len(b.box) != 4 or b.page < 1 or not (0 <= b.box[0] < b.box[2] <= 1 and 0 <= b.box[1] < b.box[3] <= 1) for b in made):
        raise BadRequest(why=f"{file}: a box is left, top, right, bottom, each from 0 to 1")
    return made
