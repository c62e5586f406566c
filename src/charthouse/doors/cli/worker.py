"""`charthouse worker`: do what is due, list what was given up, try it again."""
from __future__ import annotations

from contextlib import ExitStack
from typing import Annotated

import typer

from charthouse.doors.cli import told
from charthouse.record.errors import StepCrashed, StepDied

app = typer.Typer(help="Do what is due: code charts as they come, in processes of their own.")


@app.callback(invoke_without_command=True)
def worker(
    context: typer.Context,
    once: Annotated[bool, typer.Option("--once", help="End when nothing is due.")] = False,
    jobs: Annotated[int, typer.Option(min=1, max=64, help="Processes; each codes one chart at a time.")] = 1,
    metrics: Annotated[str, typer.Option(help="Serve Prometheus metrics at HOST:PORT, as 127.0.0.1:9400.")] = "",
) -> None:
    """Do what is due, until told to stop (Ctrl-C, SIGTERM); the chart at hand is finished first."""
    if context.invoked_subcommand is not None:
        return
    from charthouse.bootstrap import record
    from charthouse.bootstrap import worker as wired
    from charthouse.doors.worker.metrics import serve
    from charthouse.doors.worker.supervisor import Supervisor

    with told.errors(), record.opened() as site, ExitStack() as last:
        if metrics:
            last.callback(serve(metrics, lambda: wired.queue(site, with_ended=True))[1])
        told.ready()
        exit_status = Supervisor(jobs=jobs, once=once).run()
        now = wired.queue(site)
        typer.echo(f"{now.due} due, {now.leased} at work, {now.done} done, {now.quarantined} quarantined")
    if exit_status:
        raise typer.Exit(exit_status)


@app.command()
def quarantined() -> None:
    """The visits that were given up after two tries, and why."""
    from charthouse.bootstrap import worker as wired

    with told.errors():
        found = wired.quarantined()
        for encounter, step, why in found:
            typer.echo(f"{encounter}  {step}  {_said(why, encounter)}")
        if not found:
            typer.echo("Nothing is quarantined.")


@app.command()
def retry(encounter: Annotated[str, typer.Argument(help="The visit, as `charthouse worker quarantined` names it.")]) -> None:
    """Let a visit that was given up be tried again."""
    from charthouse.bootstrap import worker as wired

    with told.errors():
        wired.retry(encounter)
        typer.echo("It is due again.")


def _said(why: str, encounter: str) -> str:
    code, _, kind = why.partition(" ")
    known = {StepCrashed.code: StepCrashed(kind=kind, encounter=encounter), StepDied.code: StepDied(encounter=encounter)}
    return f"{code}: {known[code]}" if code in known else f"{code}: see docs/errors.md"
