"""`charthouse group`: the MS-DRG of a stay, with its path."""
from __future__ import annotations

from typing import Annotated, Any

import typer

from charthouse import bootstrap
from charthouse.doors.cli import told


def group(
    stays: Annotated[str, typer.Argument(help="NDJSON file of stays, or - for standard input.")],
    ndjson: Annotated[bool, typer.Option("--ndjson", help="NDJSON out instead of the view.")] = False,
    what_if: Annotated[bool, typer.Option(help="Try what would move the DRG.")] = True,
) -> None:
    """Group stays to MS-DRGs: MDC, surgical or medical, CC and MCC with exclusions, HAC, weight, and what would move it."""
    from charthouse.doors.cli import ndjson as lines

    with told.errors():
        told.ready()
        kit = bootstrap.grouping_kit()
        if ndjson:
            raise typer.Exit(lines.answer(stays, lambda item: _grouped(item, kit, what_if)))
        raise typer.Exit(_show(stays, kit, what_if))


def _grouped(item: dict[str, Any], kit: Any, what_if: bool) -> dict[str, Any]:
    from charthouse.doors.cli import items
    from charthouse.flow.result import grouping_dict
    from charthouse.flow.steps import edit_stay, group_stay

    stay = items.stay_of(item)
    grouped = group_stay(stay, *kit, what_if=what_if)
    return {"id": item.get("id")} | grouping_dict(grouped) | {"edits": [r.as_dict() for r in edit_stay(stay, kit[0], grouped.edition)]}


def _show(stays: str, kit: Any, what_if: bool) -> int:
    import json

    from rich.console import Console
    from rich.text import Text

    from charthouse.doors.cli import coding_view
    from charthouse.doors.cli.ndjson import FAILED, lines
    from charthouse.record.errors import BadRequest, CharthouseError

    console, status = Console(), 0
    for number, line in enumerate(lines(stays), 1):
        if not line.strip():
            continue
        try:
            try:
                item = json.loads(line)
            except ValueError:
                raise BadRequest(why=f"Line {number} is not JSON") from None
            out = _grouped(item, kit, what_if)
        except CharthouseError as error:
            typer.echo(f"line {number}: {error.code}: {error}", err=True)
            status = FAILED
            continue
        console.print(Text(f"{out['id']}", style="bold underline"))
        coding_view.grouping(out, console)
        for edit in out["edits"]:
            if edit["verdict"] != "passed":
                console.print(Text(f"  {'■' if edit['verdict'] == 'error' else '▲'} {edit['message']}"))
    return status
