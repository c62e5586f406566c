"""`charthouse intake pull`: what a FHIR server has, taken in."""
from __future__ import annotations

from typing import Annotated

import typer

from charthouse.bootstrap import api as wiring
from charthouse.bootstrap import record
from charthouse.doors.cli import told
from charthouse.record.errors import BadRequest, CharthouseError

FAILED = 4


def pull(
    url: Annotated[str, typer.Argument(help="The address of the server, as far as its /metadata.")],
    facility: Annotated[str, typer.Option(help="The facility in whose name it is filed.")],
    patient: Annotated[str, typer.Option(help="One patient, by the server's id.")] = "",
    since: Annotated[str, typer.Option(help="All that changed since a day, YYYY-MM-DD.")] = "",
    kinds: Annotated[list[str], typer.Option("--type", help="Only this kind of resource; may be given more than once.")] = [],  # noqa: B006
    bulk: Annotated[bool, typer.Option("--bulk", help="By a bulk export; with --since only what changed.")] = False,
) -> None:
    """Ask a FHIR server for charts, and take them in."""
    from charthouse.doors.cli.items import a_date

    with told.errors(), record.opened() as site:
        if sum((bool(patient), bool(since) or bulk)) != 1:
            raise BadRequest(why="Say what is wanted: --patient ID, --since DATE, or --bulk")
        day = a_date(since).isoformat() if since else ""
        at = f"{day}T00:00:00Z" if day and bulk else day
        desk = record.sign_in(site, wiring.puller(facility), "operations")
        taken = documents = failed = 0
        for content in wiring.pulled(url, lambda said: typer.echo(said, err=True), patient=patient, since=at, kinds=tuple(kinds), bulk=bulk):
            for arrival in wiring.arrivals(content):
                try:
                    wiring.deliver(desk, arrival, content)
                    taken, documents = taken + 1, documents + len(arrival.documents)
                except CharthouseError as error:
                    failed += 1
                    typer.echo(f"{error.code}: {error}", err=True)
        typer.echo(f"{taken} arrivals taken in with {documents} documents; {failed} could not be.")
        raise typer.Exit(FAILED if failed else 0)
