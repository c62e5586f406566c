"""`charthouse reports`: the reports of the department, on the terminal or as files."""
from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Annotated

import typer

from charthouse.doors.cli import told
from charthouse.doors.cli.finding import Facility
from charthouse.record.errors import BadDate

app = typer.Typer(no_args_is_help=True, help="The reports of the department: list them, or write them as files.")


@app.command("list")
def listed() -> None:
    """What there is, and what each counts."""
    from charthouse.record.report import Figures
    from charthouse.rooms.statistics import REPORTS

    today = date.today()
    for name, make in REPORTS.items():
        made = make(Figures(since=today, until=today, today=today))
        typer.echo(f"{name:13} {made.title}: {made.definition.partition('. ')[0]}.")


@app.command()
def run(
    name: Annotated[str, typer.Argument(help="One of `charthouse reports list`.")],
    since: Annotated[str, typer.Option("--from", help="First day: YYYY-MM-DD; else a year before the last.", show_default=False)] = "",
    until: Annotated[str, typer.Option("--to", help="Last day; else today.", show_default=False)] = "",
    out: Annotated[Path | None, typer.Option(help="Write files into this folder, small cells left out; else the table is shown here.", show_default=False)] = None,
    format: Annotated[str, typer.Option(help="pdf, csv or parquet; several with commas.")] = "pdf",
    facility: Facility = None,
) -> None:
    """One report. A file that is there is not written over."""
    from charthouse import bootstrap
    from charthouse.bootstrap import report_files
    from charthouse.bootstrap.finding import at_desk
    from charthouse.flow import reports

    with told.errors(), at_desk("him_manager", "operations", facility or []) as desk:
        last = _day(until) if until else desk.clock().date()
        first = _day(since) if since else last - timedelta(days=365)
        if out is None:
            made = reports.report(name, reports.figures(desk, first, last, bootstrap.codebook()))
            typer.echo(f"{made.title}, {first} to {last}: {' '.join(made.headline)}")
            typer.echo(reports.as_csv(made, leaves=False), nl=False)
            return
        for one in format.split(","):
            written = report_files.write(desk, name, first, last, out, one.strip())
            typer.echo(f"Wrote {written}" if written else f"{name} of these days is in {out} already, and is not written over.")


def _day(said: str) -> date:
    try:
        return date.fromisoformat(said)
    except ValueError:
        raise BadDate(value=said) from None
