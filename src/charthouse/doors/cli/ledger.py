"""`charthouse ledger`: is it unbroken, and what proves an entry."""
from __future__ import annotations

import json
from typing import Annotated

import typer

from charthouse.bootstrap import record
from charthouse.doors.cli import told
from charthouse.record.errors import NoRecord

app = typer.Typer(no_args_is_help=True, help="The ledger of who did what: verify it, and prove an entry.")


@app.command()
def verify() -> None:
    """Check every entry and every signature; names the first bad entry, with exit status 7."""
    with told.errors(), record.opened() as site:
        entries = site.verify()
        typer.echo(f"{entries} entries, unbroken and signed by {site.signer.public()}.")
        record.sign_in(site, record.operator(), "administration").act("ledger.verify", str(entries))


@app.command()
def prove(id: Annotated[int, typer.Argument(help="The number of an entry.", metavar="ID")]) -> None:
    """An entry, and the hashes from it to the next signed checkpoint, as JSON."""
    with told.errors():
        found = record.prove(id)
        if found is None:
            raise NoRecord(kind="entry of the ledger", id=id)
        typer.echo(json.dumps(found, ensure_ascii=False, indent=1))
        if not found["holds"]:
            raise typer.Exit(7)
