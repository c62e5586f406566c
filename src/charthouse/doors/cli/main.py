"""`charthouse`: the command line. One file a room; heavy imports happen inside the commands."""
from __future__ import annotations

import typer

from charthouse.doors.cli import abstraction, api, books, coding, gate, grouping, key, learning, ledger, pull, run, second_reading, site, why

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False,
                  help="Charthouse: the medical records department in software. Start with `charthouse run samples --out out`.")
app.command()(run.run)
app.command()(coding.code)
app.command()(abstraction.abstract)
app.command()(grouping.group)
app.command()(why.why)
app.add_typer(gate.app, name="gate")
app.add_typer(books.app, name="books")
app.add_typer(learning.app, name="learn")
app.command()(site.init)
app.command()(site.migrate)
app.command()(site.status)
app.command()(site.doctor)
app.command()(site.backup)
app.command()(site.restore)
app.add_typer(key.app, name="key")
app.command()(api.api)
app.add_typer(api.keys, name="api-key")
intake = typer.Typer(no_args_is_help=True, help="What comes in.")
intake.callback()(lambda: None)  # a group, though it has one command
intake.command()(pull.pull)
app.add_typer(intake, name="intake")
app.add_typer(ledger.app, name="ledger")
app.add_typer(second_reading.app, name="second-reader")


def main() -> None:
    """The entry point."""
    app()
