"""`charthouse serve`: the workbench, for people with a browser."""
from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from charthouse.bootstrap import demo as samples
from charthouse.bootstrap import record, web
from charthouse.doors.cli import told
from charthouse.record.errors import BadRequest

if TYPE_CHECKING:
    from charthouse.bootstrap.web import Workbench

LOOPBACK = ("127.0.0.1", "::1", "localhost")


def serve(
    demo: Annotated[bool, typer.Option("--demo", help="The sample charts, one user a role, in a record that is gone when this stops; on this machine alone.")] = False,
    host: Annotated[str, typer.Option(help="The address to listen at. Others than this machine's belong behind a proxy that speaks TLS.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="The port.", min=0, max=65535)] = 8300,
) -> None:
    """Serve the workbench: worklists, the coding screen, queries, audits and reports in a browser."""
    with told.errors():
        told.ready()
        if not demo:
            with record.opened() as site:
                first = web.first_administrator(site)
                if first:
                    typer.echo(f"The first account is made. Login {first[0]}, password {first[1]}: shown this once, to be changed at the first sign-in. It manages accounts and sees no chart.", err=True)
                _run(web.workbench(site), host, port)
            return
        if host not in LOOPBACK:
            raise BadRequest(why="The demo lets everybody in, so it listens at this machine alone: leave --host away")
        typer.echo("Filing and coding the sample charts ...", err=True)
        with samples.record_of_samples() as site, samples.worker(site):
            _run(web.workbench(site, demo=True), host, port)


def _run(bench: Workbench, host: str, port: int) -> None:
    import uvicorn

    from charthouse.doors.web.app import create

    bench.warm()
    typer.echo(f"The workbench: http://{f'[{host}]' if ':' in host else host}:{port}/   Stop with Ctrl-C.", err=True)
    # no access log: it would tell who opened which chart outside the ledger
    uvicorn.run(create(bench), host=host, port=port, access_log=False, log_level="warning", server_header=False, timeout_graceful_shutdown=30)
