"""`charthouse release`: letters that ask for a record."""
from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from charthouse.doors.cli import told
from charthouse.record.errors import BadDate

app = typer.Typer(no_args_is_help=True, help="Letters that ask for a record: what they ask, whether and how they may be answered.")


@app.callback()
def release() -> None:
    """Letters that ask for a record."""


@app.command()
def read(
    letter: Annotated[Path, typer.Argument(help="The letter: text, PDF or a picture.")], received: Annotated[str, typer.Option(help="The day on which it came, YYYY-MM-DD; else today.", show_default=False)] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Read a letter: each thing it says with its words, the route, every defect with its paragraph, the clock, and a reply to sign. Exit status 4 when it cannot be answered as it stands."""
    from datetime import date

    from charthouse.bootstrap.release import text_of
    from charthouse.flow.requests import judge
    from charthouse.rooms.release import reply

    with told.errors():
        try:
            day = date.fromisoformat(received) if received else date.today()
        except ValueError:
            raise BadDate(value=received) from None
        request, j = judge(text_of(letter), day)
        if as_json:
            typer.echo(json.dumps({"request": request.as_dict(), "route": j.route, "citation": j.citation, "due": j.due.isoformat() if j.due else None, "rulings": [r.as_dict() for r in j.rulings], "reply": reply(j, request)}, ensure_ascii=False, indent=1))
        else:
            typer.echo(f"{request.kind}: {j.route} ({j.citation}){f'; answer by {j.due}' if j.due else ''}")
            for s in request.said:
                typer.echo(f"  {s.element:<15} {s.value[:90]}")
            for r in j.rulings:
                typer.echo(f"{r.verdict:<8} {r.message}. {r.citation}")
            typer.echo(f"\n{reply(j, request)}")
            typer.echo("A draft: a person decides and signs.", err=True)
        raise typer.Exit(4 if j.defects else 0)
