"""`charthouse gate`: what may be finished without a person, at a rate that the site's own validated charts prove."""
from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer

from charthouse import bootstrap
from charthouse.doors.cli import told
from charthouse.record.errors import BadRequest, CharthouseError

FAILED = 4
app = typer.Typer(no_args_is_help=True, help="The autonomy gate: what may be finished alone, proved by your own validated charts.")
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@app.command()
def learn(charts: Annotated[str, typer.Argument(help='NDJSON file, or -: charts as for `code`, each with "validated": the codes that a person signed.')]) -> None:
    """Code validated charts, remember how the answer compares (no text is kept), and learn the gate anew."""
    from charthouse.flow.gate import learn_from

    with told.errors():
        told.ready()
        kit = bootstrap.kit()
        reading = _Reading(kit)
        with told.progress("validated charts") as tell:
            found = [c for n, c in enumerate(reading.charts(charts), 1) if tell("validated charts", n, n) is None]
        if found:
            learn_from(found, bootstrap.gate_memory(), kit.gate.promise, kit.gate.engine)
        typer.echo(f"{len(found)} validated charts read.")
        _show()
        raise typer.Exit(FAILED if reading.failed else 0)


@app.command()
def status(as_json: Json = False) -> None:
    """Whether the gate is open, by setting and family; what it rests on; how many charts it still needs."""
    with told.errors():
        told.ready()
        _show(as_json)


@app.command("set")
def set_promise(
    error: Annotated[float, typer.Option(help="The error rate you accept, such as 0.05.")] = 0.05,
    confidence: Annotated[float, typer.Option(help="How sure you want to be that it is kept, such as 0.95.")] = 0.95,
) -> None:
    """Set the promise, and learn anew from the charts that are remembered."""
    from charthouse.flow.gate import relearn
    from charthouse.rooms.coding.gate.threshold import Promise

    with told.errors():
        if not 0.001 <= error <= 0.5:
            raise BadRequest(why="`--error` is a share from 0.001 to 0.5; 0.05 is one in twenty")
        if not 0.5 <= confidence <= 0.999:
            raise BadRequest(why="`--confidence` is a share from 0.5 to 0.999; 0.95 is usual")
        told.ready()
        bootstrap.gate_memory().put_promise(error, confidence)
        relearn(bootstrap.gate_memory(), Promise(error=error, confidence=confidence), bootstrap.kit().gate.engine)
        _show()


@app.command()
def report(
    out: Annotated[Path, typer.Option("--out", help="Folder for the page and its data; made if it is not there.")] = Path("out/gate"),
    as_json: Json = False,
) -> None:
    """Draw the risk-coverage curve and the reliability diagram, with their tables, and list why charts are held."""
    from charthouse.doors.cli import gate_view

    with told.errors():
        told.ready()
        data = bootstrap.gate_report()
        out.mkdir(parents=True, exist_ok=True)
        (out / "gate.json").write_text(json.dumps(data, indent=1), encoding="utf-8")
        bootstrap.write_gate_page(data, out / "index.html")
        if as_json:
            typer.echo(json.dumps(data))
        else:
            gate_view.report(data, out)


def _show(as_json: bool = False) -> None:
    from charthouse.doors.cli import gate_view
    from charthouse.flow.gate_report import status

    data = status(bootstrap.kit().gate)
    if as_json:
        typer.echo(json.dumps(data, indent=1))
    else:
        gate_view.status(data)


class _Reading:
    """Validated charts out of lines; a line that cannot be done is told and passed over."""

    def __init__(self, kit: Any) -> None:
        self.kit, self.failed = kit, 0

    def charts(self, source: str) -> Iterator[Any]:
        from charthouse.doors.cli.ndjson import lines

        for number, line in enumerate(lines(source), 1):
            if not line.strip():
                continue
            try:
                yield self._chart(number, line)
            except CharthouseError as error:
                self.failed += 1
                typer.echo(f"line {number}: {error.code}: {error}", err=True)

    def _chart(self, number: int, line: str) -> Any:
        from charthouse.doors.cli import items, ndjson
        from charthouse.flow.gate import validated
        from charthouse.flow.run import run

        item = ndjson.item_of(number, line)
        signed = items.validated_of(item)
        return validated(run(items.work_of(item), self.kit), self.kit, signed)
