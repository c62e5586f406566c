"""The record of a site: `charthouse init`, `migrate`, `status`, `doctor`, `backup`, `restore`."""
from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from charthouse.bootstrap import record
from charthouse.doors.cli import told
from charthouse.record.errors import BadRequest

Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def init() -> None:
    """Make the record of this site: keys, encrypted database, ledger."""
    with told.errors():
        site = record.initialise()
        place, where = site.layout, site.layout.where
        site.close()
        typer.echo(f"The record is ready: {where}")
        typer.echo(f"Its keys are in {place.keys}. Without them nothing can be read: keep a copy elsewhere, apart from backups of the database.")
        typer.echo("Next:  charthouse doctor            is all in order?\n       charthouse backup FILE       the whole record in one encrypted file")


def migrate() -> None:
    """Bring the tables to this program's version."""
    with told.errors():
        before, after = record.migrate()
        typer.echo(f"The tables are at version {after}." if before == after else f"The tables were at version {before} and are now at {after}.")


def status(as_json: Json = False) -> None:
    """What the record holds, in numbers."""
    with told.errors():
        state = record.state()
        if as_json:
            typer.echo(json.dumps(state, indent=1))
            return
        typer.echo(f"{state['database']} (tables {state['tables']}, key {state['key']})")
        typer.echo(f"{state['patient']} patients, {state['encounter']} encounters, {state['document']} documents; {state['stored_bytes'] / 1e6:.1f} MB stored")
        typer.echo(f"{state['ledger_entries']} entries in the ledger, signed by {state['signing_key'][:16]}…; {state['free_bytes'] / 1e9:.1f} GB free")
        queue = state["queue"]
        typer.echo(f"Steps: {queue['due']} due, {queue['leased']} at work, {queue['done']} done, {queue['quarantined']} quarantined; the oldest waits {queue['oldest_seconds']} s")
        if not state["patient"]:
            typer.echo("The record is empty.")


def doctor() -> None:
    """Check that all is in order; exit status 6 when something is not."""
    with told.errors():
        good = True
        for check in record.examined():
            good &= check.good
            typer.echo(f"{'✓' if check.good else '✗'} {check.name:<10} {check.said}")
        if not good:
            raise typer.Exit(6)


def backup(
    file: Annotated[Path, typer.Argument(help="The new file.")],
    to: Annotated[str, typer.Option(help="The key it is encrypted to: age1..., as `age-keygen` prints it. Without: a passphrase is asked for.")] = "",
) -> None:
    """The whole record in one encrypted file, verified, while others work."""
    with told.errors():
        passphrase = "" if to else _asked(confirm=True)
        taken = record.back_up(file, recipient=to, passphrase=passphrase)
        typer.echo(f"{file}: {taken.events} entries of the ledger verified, {taken.blobs} stored contents opened, {taken.bytes / 1e6:.1f} MB.")


def restore(
    file: Annotated[Path, typer.Argument(help="A file that `charthouse backup` wrote.")],
    identity: Annotated[Path | None, typer.Option(help="The file with the secret key, as `age-keygen` writes it. Without: a passphrase is asked for.")] = None,
) -> None:
    """Put a backup back, into an empty data folder (and an empty database); it is verified before it counts."""
    with told.errors():
        secret = _secret(identity) if identity else ""
        state = record.put_back(file, identity=secret, passphrase="" if secret else _asked(confirm=False))
        typer.echo(f"Restored and verified: {state['patient']} patients, {state['document']} documents, {state['ledger_entries']} entries in the ledger.")


def _asked(*, confirm: bool) -> str:
    passphrase = str(typer.prompt("Passphrase", hide_input=True, confirmation_prompt=confirm, err=True))
    if len(passphrase) < 12:
        raise BadRequest(why="A passphrase has at least 12 characters")
    return passphrase


def _secret(path: Path) -> str:
    try:
        lines = path.read_text(encoding="ascii").split()
    except (OSError, UnicodeDecodeError):
        lines = []
    found = [line for line in lines if line.startswith("AGE-SECRET-KEY-1")]
    if not found:
        raise BadRequest(why=f"{path} holds no secret key (AGE-SECRET-KEY-1...)")
    return found[0]
