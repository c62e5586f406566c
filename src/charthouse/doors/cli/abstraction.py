"""`charthouse abstract`: what a note says, as facts."""
from __future__ import annotations

from datetime import date
from typing import Annotated, Any

import typer

from charthouse import bootstrap
from charthouse.doors.cli import told
from charthouse.record.errors import BadRequest
from charthouse.record.fact import UNSHOWN


def abstract(
    note: Annotated[str, typer.Argument(help="A text file or NDJSON file, or - for standard input.")],
    ndjson: Annotated[bool, typer.Option("--ndjson", help="NDJSON in, NDJSON out.")] = False,
) -> None:
    """Read a note into facts: findings with assertion, time and experiencer, medications, vital signs, laboratory values."""
    from charthouse.doors.cli import ndjson as lines

    with told.errors():
        told.ready()
        reader = bootstrap.reader()
        if ndjson:
            raise typer.Exit(lines.answer(note, lambda item: _facts(item, reader)))
        _show(note, reader)


def _facts(item: dict[str, Any], reader: Any) -> dict[str, Any]:
    from charthouse.doors.cli import items
    from charthouse.flow.result import fact_dict
    from charthouse.flow.steps import read_marked, read_note

    text = items.text_of(item)
    targets = item.get("targets")
    facts = read_note(text, reader) if targets is None else read_marked(text, items.targets_of(item, text), reader)
    return {"id": item.get("id"), "facts": [fact_dict(f) for f in facts if f.kind not in UNSHOWN]}


def _show(note: str, reader: Any) -> None:
    import sys
    from pathlib import Path

    from rich.console import Console
    from rich.table import Table

    from charthouse.flow.steps import Received, read_received

    if note != "-" and not Path(note).is_file():
        raise BadRequest(why=f"There is no file {note}")
    content = sys.stdin.buffer.read() if note == "-" else Path(note).read_bytes()
    table = Table(title=note, title_justify="left")
    for heading in ("At", "Text", "Kind", "Assertion", "Time", "Whose", "Section", "Because of", "Value"):
        table.add_column(heading)
    for f in read_received(Received(id="note", content=content, source=note, service_date=date.min), reader):
        if f.kind in UNSHOWN:
            continue
        value = f"{f.measured.value:g}{'/' + format(f.measured.second, 'g') if f.measured.second is not None else ''} {f.measured.unit}" if f.measured else ""
        table.add_row(f"{f.span.start}", f.span.text, f.kind, f.assertion, f.temporality, f.experiencer, f.section, f.trigger.text if f.trigger else f.trigger_rule, value)
    Console().print(table)
