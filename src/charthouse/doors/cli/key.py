"""`charthouse key`: a new master key."""
from __future__ import annotations

import typer

from charthouse.bootstrap import record
from charthouse.doors.cli import told

app = typer.Typer(no_args_is_help=True, help="The key of the record.")


@app.callback()
def _group() -> None: ...


@app.command()
def rotate() -> None:
    """Encrypt the database, and wrap the keys of documents, under a new key. Nothing else may have the record open."""
    with told.errors():
        wrapped = record.rotate_key()
        typer.echo(f"A new key is in force; {wrapped} keys of documents are wrapped under it. Copies of the old key open only older backups.")
