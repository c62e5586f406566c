"""`charthouse api`: the server of FHIR and JSON. `charthouse api-key`: who may call it."""
from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

import typer

from charthouse.bootstrap import api as wiring
from charthouse.bootstrap import record
from charthouse.doors.cli import told

keys = typer.Typer(no_args_is_help=True, help="Keys of programs that call the API: add, list, revoke.")


def api(
    host: Annotated[str, typer.Option(help="The address to listen at. Others than this machine's belong behind a proxy that speaks TLS.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="The port.", min=0, max=65535)] = 8400,
) -> None:
    """Serve the record as FHIR R4 and JSON."""
    with told.errors():
        import uvicorn

        from charthouse.doors.api.app import create

        told.ready()
        with record.opened() as site:
            typer.echo(f"http://{host}:{port}/fhir/metadata says what there is. Stop with Ctrl-C.", err=True)
            # no access log: addresses may say who is asked for
            uvicorn.run(create(wiring.serving(site)), host=host, port=port, access_log=False, log_level="warning", server_header=False, timeout_graceful_shutdown=30)


@keys.command()
def add(
    name: Annotated[str, typer.Argument(help="What the program is called; stands in the ledger.")],
    role: Annotated[list[str], typer.Option(help="A role of it; may be given more than once.")],
    facility: Annotated[list[str], typer.Option(help="A facility whose records it may see; may be given more than once.")] = [],  # noqa: B006
    days: Annotated[int, typer.Option(min=0, help="For how many days it is good. Default: until it is revoked.")] = 0,
    purpose: Annotated[str, typer.Option(help="The purpose that it acts for where a request says none.")] = "",
) -> None:
    """Make a key. It is shown once."""
    with told.errors():
        typer.echo(wiring.add_key(name, tuple(role), tuple(facility), days=days, purpose=purpose))
        typer.echo("This is the only time that it is shown. Only its hash is kept.", err=True)


@keys.command("list")
def list_keys() -> None:
    """Every key that was made, by its prefix."""
    with told.errors():
        found = wiring.api_keys()
        for key in found:
            state = f"revoked {key.revoked_at:%Y-%m-%d}" if key.revoked_at else "good" if key.stands(datetime.now(UTC)) else "over"
            until = f" until {key.expires_at:%Y-%m-%d}" if key.expires_at else ""
            typer.echo(f"{key.prefix}  {key.name}  {state}{until}  roles {' '.join(sorted(key.roles))}  facilities {', '.join(sorted(key.facilities)) or 'none'}  purpose {key.purpose or 'as asked'}")
        if not found:
            typer.echo("There is no key. Make one: charthouse api-key add NAME --role coder --facility NAME")


@keys.command()
def revoke(prefix: Annotated[str, typer.Argument(help="The prefix of the key, as `list` shows it.")]) -> None:
    """End a key at once."""
    with told.errors():
        wiring.revoke_key(prefix)
        typer.echo(f"The key {prefix} opens nothing any more.")
