"""`charthouse`: the command line. One file a room; heavy imports happen inside the commands."""
from __future__ import annotations

import typer

from charthouse.doors.cli import abstraction, books, coding, export, finding, gate, grouping, key, learning, ledger, run, second_reading, site, statistics, why

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
app.command()(finding.find)
app.command()(finding.reindex)
app.command()(export.export)
app.add_typer(statistics.app, name="index")
app.add_typer(key.app, name="key")
app.add_typer(ledger.app, name="ledger")
app.add_typer(second_reading.app, name="second-reader")


def main() -> None:
    """The entry point."""
    app()
