"""`charthouse chart`: what a chart lacks, and who owes it."""
from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from charthouse.doors.cli import told

if TYPE_CHECKING:
    from charthouse.flow.completion import Analysis
    from charthouse.rooms.chart import Clock

app = typer.Typer(no_args_is_help=True, help="What charts lack, and who owes it.")
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Facility = Annotated[str, typer.Option(help="The facility. Default CHARTHOUSE_FACILITY.")]


@app.command()
def check(
    folder: Annotated[Path, typer.Argument(help="A folder of encounters, as `run` reads it, or one of them.")],
    as_json: Json = False,
) -> None:
    """What the charts of a folder lack; exit status 4 when one of them could not be read."""
    from charthouse.bootstrap import chart
    from charthouse.doors.cli.folder import encounters, work_of
    from charthouse.record.errors import CharthouseError

    with told.errors():
        failed, rules = False, chart.rules()
        for found in encounters(folder):
            try:
                show(chart.checked(work_of(found, setting="outpatient", on=date.today()), rules, date.today()), as_json)
            except CharthouseError as error:
                failed = True
                typer.echo(f"{found.name}: {error.code}: {error}", err=True)
        if failed:
            raise typer.Exit(4)


@app.command("deficiencies")
def lacking(encounter: Annotated[str, typer.Argument(help="The id of an encounter on record.")], facility: Facility = "", as_json: Json = False) -> None:
    """What the chart of an encounter on record lacks."""
    from charthouse.bootstrap import chart
    from charthouse.flow.completion import on_record

    with told.errors():
        rules = chart.rules()
        with chart.desk("him_manager", chart.facility(facility)) as desk:
            show(on_record(desk, encounter, rules, date.today()), as_json)


@app.command()
def delinquent(facility: Facility = "", as_json: Json = False) -> None:
    """Who owes what to charts that are past their time, the oldest first, and the suspension list; exit status 4 when a chart could not be read."""
    from charthouse.bootstrap import chart
    from charthouse.flow.completion import on_record, unfinished
    from charthouse.record.errors import CharthouseError
    from charthouse.rooms.chart import Clock, suspended

    with told.errors():
        rules = chart.rules()
        failed, clocks = False, list[Clock]()
        with chart.desk("him_manager", chart.facility(facility)) as desk, told.progress("charts") as tell:
            waiting = unfinished(desk, chart.facility(facility))
            for n, encounter in enumerate(waiting):
                tell("charts", n, len(waiting))
                try:
                    clocks.extend(on_record(desk, encounter, rules, date.today()).clocks)
                except CharthouseError as error:
                    failed = True
                    typer.echo(f"{encounter}: {error.code}: {error}", err=True)
        late = sorted((c for c in clocks if c.days), key=lambda c: (-c.days, c.owner, c.encounter))
        listed = suspended(late, rules.suspend_after)
        if as_json:
            typer.echo(json.dumps({"delinquent": [{"owner": c.owner, "encounter": c.encounter, "days": c.days, **c.deficiency.as_dict()} for c in late],
                                   "suspension": [{"owner": o, "charts": n, "days": d} for o, n, d in listed], "open": len(clocks)}, indent=1))
        else:
            _told(late, listed, len(clocks))
        if failed:
            raise typer.Exit(4)


def _told(late: list[Clock], listed: tuple[tuple[str, int, int], ...], open_: int) -> None:
    owed = Counter((c.days, c.owner, c.encounter, f"{c.deficiency.kind} {c.deficiency.what.replace('_', ' ')}") for c in late)
    for (days, owner, encounter, what), times in owed.items():
        typer.echo(f"{days:>5} days  {owner:<28} {encounter}  {what}{f' ({times} points)' if times > 1 else ''}")
    for owner, charts, days in listed:
        typer.echo(f"Suspension list: {owner}, {charts} chart{'s' * (charts != 1)}, the oldest {days} days past its time")
    typer.echo(f"{len(late)} delinquent, {open_ - len(late)} open in time." if open_ else "No chart of a discharged patient lacks anything.")


def show(found: Analysis, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps(found.as_dict(), ensure_ascii=False))
        return
    typer.echo(f"{found.encounter}: {found.state}")
    for line in _lines(found):
        typer.echo(f"  {line}")


def _lines(found: Analysis) -> Iterator[str]:
    for d in found.deficiencies:
        due = f", due {d.due}" if d.due else ""
        yield f"{d.kind:<11} {d.document or d.what.replace('_', ' ')}: {d.ruling.message} ({d.owner or 'nobody named'}{due}; {d.ruling.citation})"
        yield from (f"            “{s.text}” ({s.document})" for s in d.ruling.spans)
    for r in found.warnings:
        yield f"look at     {r.subject}: {r.message} ({r.citation})"
        yield from (f"            “{s.text}”" for s in r.spans)
    for id, share in found.copied.items():
        if share >= 0.5:
            yield f"copied      {id}: {share:.0%} of its words stood in earlier notes"
