"""`charthouse intake pull`: what a FHIR server has, taken in."""
from __future__ import annotations

from collections import Counter
from typing import Annotated

import typer

from charthouse.bootstrap import api as wiring
from charthouse.doors.cli import told
from charthouse.record.errors import BadRequest

FAILED = 4


def pull(
    url: Annotated[str, typer.Argument(help="The address of the server, as far as its /metadata.")],
    facility: Annotated[str, typer.Option(help="The facility in whose name it is filed. Default: CHARTHOUSE_FACILITY.")] = "",
    patient: Annotated[str, typer.Option(help="One patient, by the server's id.")] = "",
    since: Annotated[str, typer.Option(help="All that changed since a day, YYYY-MM-DD.")] = "",
    kinds: Annotated[list[str], typer.Option("--type", help="Only this kind of resource; may be given more than once.")] = [],  # noqa: B006
    bulk: Annotated[bool, typer.Option("--bulk", help="By a bulk export; with --since only what changed.")] = False,
) -> None:
    """Ask a FHIR server for charts, and take them in."""
    from charthouse.bootstrap import intake
    from charthouse.doors.cli.items import a_date
    from charthouse.flow.intake import NOTHING

    with told.errors():
        if sum((bool(patient), bool(since) or bulk)) != 1:
            raise BadRequest(why="Say what is wanted: --patient ID, --since DATE, or --bulk")
        day = a_date(since).isoformat() if since else ""
        at = f"{day}T00:00:00Z" if day and bulk else day
        became: Counter[str] = Counter()
        documents = 0
        with intake.door(facility) as open:
            for content in wiring.pulled(url, lambda said: typer.echo(said, err=True), patient=patient, since=at, kinds=tuple(kinds), bulk=bulk):
                for receipt in open.take(content, url, NOTHING):
                    became[receipt.outcome] += 1
                    documents += len(receipt.documents)
        held = became.total() - became["filed"]
        typer.echo(f"{became['filed']} arrivals taken in with {documents} documents; {held} held (charthouse intake list).")
        raise typer.Exit(FAILED if held else 0)
