"""`charthouse identity`: possible duplicates, and merging what is one person. The user of this machine acts as identity lead."""
from __future__ import annotations

import json
from dataclasses import asdict
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from charthouse.bootstrap import identity as wired
from charthouse.doors.cli import told

if TYPE_CHECKING:
    from charthouse.record.identity import Decided

app = typer.Typer(no_args_is_help=True, help="One patient: possible duplicates, and merging what is one person.")
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Facility = Annotated[str, typer.Option("--facility", help="The facilities whose records are meant, by comma. Default: CHARTHOUSE_FACILITY.")]
Reason = Annotated[str, typer.Option("--reason", help="Why. It stands in the ledger: no text of a chart.")]


class Decision(StrEnum):
    same = "same"
    different = "different"


@app.command("list")
def waiting(limit: Annotated[int, typer.Option(min=1, help="At most so many.")] = 100, as_json: Json = False, facility: Facility = "") -> None:
    """The records that may be of one person, the most probable first."""
    from charthouse.flow import identity

    with told.errors(), wired.at_desk(facility) as desk:
        found = identity.waiting(desk, limit)
        if as_json:
            typer.echo(json.dumps([asdict(s) for s in found], default=str, indent=1))
            return
        for s in found:
            typer.echo(f"{s.id}  {s.probability:6.1%}  {s.why:<28} {s.a}  {s.b}" + (f"  proposed by {s.proposed_by}" if s.state == "proposed" else ""))
        typer.echo("\nNext:  charthouse identity show ID        then  charthouse identity decide ID same|different --reason TEXT" if found else "No possible duplicates wait.")


@app.command()
def show(id: Annotated[str, typer.Argument(metavar="ID", help="A possible duplicate, or a record.")], as_json: Json = False, facility: Facility = "") -> None:
    """Open a possible duplicate, or a record with its merges."""
    with told.errors(), wired.at_desk(facility) as desk:
        shown = wired.shown(desk, id)
        if as_json:
            typer.echo(json.dumps(shown, default=str, indent=1, ensure_ascii=False))
            return
        for name, value in shown.items():
            typer.echo(_line(name, value))


@app.command()
def decide(
    pair: Annotated[str, typer.Argument(metavar="PAIR", help="A possible duplicate.")], decision: Annotated[Decision, typer.Argument(help="One person, or two.")],
    reason: Reason, facility: Facility = "",
) -> None:
    """Say whether two records are of one person. "same" is proposed by one person, and merged when another agrees."""
    from charthouse.flow import identity

    with told.errors(), wired.at_desk(facility) as desk:
        typer.echo(_outcome(identity.decide(desk, pair, decision.value, reason)))


@app.command()
def merge(
    survivor: Annotated[str, typer.Argument(metavar="SURVIVOR", help="The record that stays.")], folded: Annotated[str, typer.Argument(metavar="FOLDED", help="The record that goes.")],
    reason: Reason, facility: Facility = "",
) -> None:
    """Propose that two records are one patient, or agree with who proposed it. Nothing moves, and it can be taken apart."""
    from charthouse.flow import identity

    with told.errors(), wired.at_desk(facility) as desk:
        typer.echo(_outcome(identity.merge(desk, survivor, folded, reason)))


@app.command()
def unmerge(merge: Annotated[str, typer.Argument(metavar="MERGE", help="The merge, as it was printed, or as `show` tells.")], reason: Reason, facility: Facility = "") -> None:
    """Take a merge apart: each record has again what was its own."""
    from charthouse.flow import identity

    with told.errors(), wired.at_desk(facility) as desk:
        identity.unmerge(desk, merge, reason)
        typer.echo("Taken apart.")


def _outcome(decided: Decided) -> str:
    match decided.outcome:
        case "merged":
            return f"Merged: {decided.merge}"
        case "proposed":
            return f"Proposed: {decided.pair}\nNext, somebody else:  charthouse identity show {decided.pair}        then  charthouse identity decide {decided.pair} same|different --reason TEXT"
        case "one":
            return "They are one patient already."
        case _:
            return "Two people: they will not be proposed again."


def _line(name: str, value: Any) -> str:
    return f"{name:<14} {value}" if not isinstance(value, list) else "\n".join((f"{name}:", *(f"  {v}" for v in value)))
