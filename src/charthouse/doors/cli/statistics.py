"""`charthouse index disease|operation|physician`: the indexes of the department, on the terminal or as a CSV file."""
from __future__ import annotations

import csv
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from charthouse.bootstrap import finding
from charthouse.doors.cli import told
from charthouse.doors.cli.finding import Facility
from charthouse.record.errors import BadDate, CannotWrite

if TYPE_CHECKING:
    from charthouse.rooms.statistics import Row

app = typer.Typer(no_args_is_help=True, help="The indexes of the department, from coded visits.")
Since = Annotated[str, typer.Option("--from", help="First day of discharge, or of an outpatient's visit: YYYY-MM-DD.")]
Until = Annotated[str, typer.Option("--to", help="Last day.")]
Codes = Annotated[list[str] | None, typer.Option("--code", help="A code, family (E11*) or range (E08-E13); may be given again.", show_default=False)]
File = Annotated[Path | None, typer.Option("--csv", help="Write all rows to a new CSV file.", show_default=False)]
COLUMNS = ("heading", "number", "visit", "on", "setting", "age", "sex", "physician", "principal", "codes", "stay", "disposition")
SHOWN = 50  # rows on a terminal


@app.command()
def disease(since: Since, until: Until, code: Codes = None, facility: Facility = None, file: File = None) -> None:
    """Visits by diagnosis code."""
    _index("disease", since, until, code, "", facility, file)


@app.command()
def operation(since: Since, until: Until, code: Codes = None, facility: Facility = None, file: File = None) -> None:
    """Visits by procedure code."""
    _index("operation", since, until, code, "", facility, file)


@app.command()
def physician(since: Since, until: Until, code: Codes = None, name: Annotated[str, typer.Option(help="Part of the physician's name.")] = "",
              facility: Facility = None, file: File = None) -> None:
    """Visits by attending physician."""
    _index("physician", since, until, code, name, facility, file)


def _index(kind: str, since: str, until: str, codes: Sequence[str] | None, name: str, facility: Sequence[str] | None, file: Path | None) -> None:
    with told.errors():
        rows = finding.index(kind, _day(since), _day(until), codes or (), name, facility or ())
        if file is not None:
            _write(rows, file)
            typer.echo(f"{len(rows)} rows: {file}")
        else:
            _show(rows)


def _day(said: str) -> date:
    try:
        return date.fromisoformat(said)
    except ValueError:
        raise BadDate(value=said) from None


def _cells(row: Row) -> list[str]:
    return [_cell(getattr(row, name)) for name in COLUMNS]


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else ""
    return " ".join(value) if isinstance(value, tuple) else str(value)


def _write(rows: Sequence[Row], file: Path) -> None:
    """Cells that a spreadsheet would take for a formula begin with an apostrophe."""
    try:
        with file.open("x", encoding="utf-8", newline="") as out:
            written = csv.writer(out)
            written.writerow(COLUMNS)
            written.writerows([f"'{c}" if c[:1] in ("=", "+", "-", "@", "\t") else c for c in _cells(row)] for row in rows)
    except OSError as error:
        raise CannotWrite(path=file, why=error.strerror) from None


def _show(rows: Sequence[Row]) -> None:
    from rich.console import Console
    from rich.table import Table

    from charthouse.rooms.statistics import counted

    if not rows:
        typer.echo("No coded visit of these days stands in the index.")
        return
    table, sums, out = Table(*COLUMNS), Table("heading", "visits", "patients", "principal", "deaths", "mean stay"), Console()
    for row in rows[:SHOWN]:
        table.add_row(*_cells(row))
    for c in counted(rows)[:SHOWN]:
        sums.add_row(c.heading, str(c.visits), str(c.patients), str(c.principal), str(c.deaths), "" if c.mean_stay is None else f"{c.mean_stay:.2f}")
    out.print(table, sums)
    if len(rows) > SHOWN:
        out.print(f"{len(rows)} rows in all: --csv FILE writes them.")
