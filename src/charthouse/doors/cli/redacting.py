"""`charthouse redact`: a text without what tells whose it is."""
from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from charthouse.doors.cli import told
from charthouse.record.errors import BadRequest


def redact(
    note: Annotated[str, typer.Argument(help="A text file or NDJSON file, or - for standard input; with --out a PDF or a picture.")],
    ndjson: Annotated[bool, typer.Option("--ndjson", help="NDJSON in, NDJSON out.")] = False,
    known: Annotated[Path | None, typer.Option("--known", help="A JSON object of what is known of the patient and others: names, dates, numbers.")] = None,
    out: Annotated[Path | None, typer.Option("--out", help="Redact the pages of a PDF or picture by their pixels, into this PDF.", show_default=False)] = None,
    boxes: Annotated[Path | None, typer.Option("--boxes", help="Boxes that a person drew, as JSON (with --out).", show_default=False)] = None,
    why: Annotated[bool, typer.Option("--why", help="Show what was taken out, and why, in place of the text.")] = False,
) -> None:
    """Take out of a note what tells whose it is. A draft until a person has read and signed it."""
    from charthouse.doors.cli import ndjson as lines
    from charthouse.flow.redacting import redacted, removals

    with told.errors():
        if out is not None:
            _pages(Path(note), out, known, boxes)
            return
        if ndjson:
            raise typer.Exit(lines.answer(note, _answer))
        text = _read(note)
        found = removals(text, _known(known))
        if why:
            _show(text, found)
            return
        typer.echo(redacted(text, found), nl=False)
        typer.echo(f"{len(found)} taken out. A draft: what is left may still tell whose it is. A person reads it and signs.", err=True)


def _pages(file: Path, out: Path, known: Path | None, boxes: Path | None) -> None:
    from collections import Counter

    from charthouse.bootstrap import redaction

    made = redaction.redacted(file, out, _known(known), redaction.by_hand(boxes) if boxes else ())
    kinds = ", ".join(f"{n} {kind.lower()}" for kind, n in sorted(Counter(b.kind for b in made).items()))
    typer.echo(f"{out}: {len(made)} boxes{f' ({kinds})' if kinds else ''}, each with its reason in {out.with_suffix('.json')}. Read again by every means: nothing of it is left.")
    typer.echo("A draft: a person looks at every page and signs.", err=True)


def _answer(item: dict[str, Any]) -> dict[str, Any]:
    from charthouse.doors.cli import items
    from charthouse.flow.redacting import redacted, removals

    text, known = items.text_of(item), item.get("known") or {}
    if not isinstance(known, dict):
        raise BadRequest(why="`known` is an object: field to value, or to a list of values")
    found = removals(text, known)
    return {"id": item.get("id"), "text": redacted(text, found), "spans": [{"start": r.start, "end": r.end, "type": r.kind, "rule": r.rule, "citation": r.citation} for r in found]}


def _read(note: str) -> str:
    import sys

    if note != "-" and not Path(note).is_file():
        raise BadRequest(why=f"There is no file {note}")
    content = sys.stdin.buffer.read() if note == "-" else Path(note).read_bytes()
    head = content.lstrip()[:4000]
    if head.startswith((b"MSH|", b"FHS|", b"BHS|")) or b'"resourceType"' in head or b"<ClinicalDocument" in head:
        raise BadRequest(why=f"{note} is a message or a structured document (HL7 v2, FHIR or C-CDA): its fields are not redacted yet, and its text alone would not do. Take it in, and redact what is printed of it")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise BadRequest(why=f"{note} is no UTF-8 text") from None


def _known(file: Path | None) -> dict[str, Any]:
    import json

    if file is None:
        return {}
    try:
        given = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        given = None
    if not isinstance(given, dict):
        raise BadRequest(why=f"{file} is no JSON object of what is known")
    return given


def _show(text: str, found: Any) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table()
    for heading in ("At", "Text", "As", "Because it is", "Rule", "Citation"):
        table.add_column(heading)
    for r in found:
        table.add_row(str(r.start), " ".join(text[r.start:r.end].split()), r.kind, r.why, r.rule, r.citation)
    Console().print(table)
