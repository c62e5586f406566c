"""`charthouse retention`: what is due, legal holds, destruction by two persons, its certificate."""
from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from charthouse.doors.cli import told

app = typer.Typer(no_args_is_help=True, help="How long records are kept, what holds them, and their destruction.")
Facility = Annotated[str, typer.Option(help="The facility. Default CHARTHOUSE_FACILITY.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Reason = Annotated[str, typer.Option(help="Why. It is kept with the hold.")]


@app.command()
def due(facility: Facility = "", as_json: Json = False) -> None:
    """Records whose time is over, those that something keeps longer, and the legal holds that stand."""
    from charthouse.bootstrap import chart
    from charthouse.flow.retention import due as of
    from charthouse.flow.retention import holds

    with told.errors():
        at, today = chart.facility(facility), date.today()
        with chart.desk("him_manager", at) as desk:
            found, held = of(desk, at, chart.schedule(), today), holds(desk, at)
        if as_json:
            typer.echo(json.dumps({"records": [{"encounter": k.encounter, "over": t.over(today), "until": t.until.isoformat() if t.until else None, "ruling": t.ruling.as_dict()} for k, t in found],
                                   "holds": [{"hold": h.id, "patient": h.patient, "encounter": h.encounter, "by": h.placed_by, "at": h.placed_at.isoformat()} for h in held]}, indent=1))
            return
        for kept, its in found:
            typer.echo(f"{'over' if its.over(today) else 'kept':<5} {kept.encounter}  {its.ruling.message} ({its.ruling.citation})")
        for h in held:
            typer.echo(f"hold  {h.id}  over {f'encounter {h.encounter}' if h.encounter else f'patient {h.patient}'}, placed by {h.placed_by} on {h.placed_at:%Y-%m-%d}")
        typer.echo(f"{sum(t.over(today) for _, t in found)} records may be proposed for destruction: charthouse retention propose ENCOUNTER...")


@app.command()
def hold(
    reason: Reason,
    patient: Annotated[str, typer.Option(help="The id of a patient: all visits, later ones too.")] = "",
    encounter: Annotated[str, typer.Option(help="The id of one encounter.")] = "",
    facility: Facility = "",
) -> None:
    """Place a legal hold. Nothing under it is destroyed, whatever its time."""
    from charthouse.bootstrap import chart
    from charthouse.flow.retention import hold as place
    from charthouse.record.errors import BadRequest

    with told.errors():
        if bool(patient) == bool(encounter):
            raise BadRequest(why="Name either --patient or --encounter")
        with chart.desk("him_manager", chart.facility(facility)) as desk:
            typer.echo(f"Hold {place(desk, patient, reason, encounter)} stands until it is lifted.")


@app.command()
def lift(hold: Annotated[str, typer.Argument(help="The id of a hold.", metavar="HOLD")], reason: Reason, facility: Facility = "") -> None:
    """Lift a legal hold. The retention periods go on as if it had not been."""
    from charthouse.bootstrap import chart
    from charthouse.flow.retention import lift as take

    with told.errors(), chart.desk("him_manager", chart.facility(facility)) as desk:
        take(desk, hold, reason)
        typer.echo(f"Hold {hold} is lifted.")


@app.command()
def propose(encounters: Annotated[list[str], typer.Argument(help="Ids of encounters whose time is over.", metavar="ENCOUNTER...")], facility: Facility = "") -> None:
    """Propose records for destruction. A second person signs."""
    from charthouse.bootstrap import chart
    from charthouse.flow.retention import propose as put

    with told.errors():
        at = chart.facility(facility)
        with chart.desk("him_manager", at) as desk:
            id = put(desk, at, tuple(encounters), chart.schedule(), date.today())
        typer.echo(f"Proposal {id}: {len(set(encounters))} records. A second person signs it: charthouse retention sign {id}")


@app.command()
def sign(proposal: Annotated[str, typer.Argument(help="The id of a proposal.")], facility: Facility = "") -> None:
    """Sign a proposal of somebody else, which destroys the records for good, and print the certificate."""
    from charthouse.bootstrap import chart

    with told.errors():
        typer.echo(chart.sign_destruction(chart.facility(facility), proposal, date.today()))


@app.command()
def certificate(
    proposal: Annotated[str, typer.Argument(help="The id of a proposal that was signed.")],
    html: Annotated[Path | None, typer.Option(help="Write a page to print instead.")] = None,
    facility: Facility = "",
) -> None:
    """The certificate of a destruction, as JSON or as a page to print."""
    from charthouse.bootstrap import chart
    from charthouse.flow.retention import proposal as stands
    from charthouse.record.errors import CannotWrite, NoRecord

    with told.errors():
        at = chart.facility(facility)
        with chart.desk("him_manager", at) as desk:
            found = stands(desk, at, proposal)
        if not found.certificate:
            raise NoRecord(kind="certificate of a proposal", id=proposal)
        if html is None:
            typer.echo(found.certificate)
            return
        try:
            html.write_text(chart.certificate_page(found.certificate), encoding="utf-8")
        except OSError as error:
            raise CannotWrite(path=html, why=error.strerror or "the disk refused") from None
        typer.echo(f"Written: {html}")
