"""The summary of a run on the terminal."""
from __future__ import annotations

from pathlib import Path
from typing import Any

from charthouse.doors.cli.coding_view import second_reader


def show(rows: list[dict[str, Any]], out: Path) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console()
    words = min(60, console.width - 84)  # what the other columns leave for the title
    done = [r for r in rows if "error" not in r]
    table = Table(padding=(0, 1, 0, 0), title=f"{len(done)} of {len(rows)} encounters coded", title_justify="left")
    table.add_column("Encounter", no_wrap=True, overflow="ellipsis", max_width=26)
    table.add_column("First", no_wrap=True, min_width=7)
    if words >= 16:
        table.add_column("What it is", no_wrap=True, overflow="ellipsis", max_width=words)
    for heading in ("Docs", "Auto", "Review", "Off", "DRG", "Weight"):
        table.add_column(heading, justify="right", no_wrap=True, min_width=len(heading))
    for r in done:
        weight = f"{r['weight']:.4f}" if r["weight"] is not None else ""
        what = [r["first_title"]] if words >= 16 else []
        table.add_row(r["name"], r["first"], *what, str(r["documents"]), str(r["auto"]), str(r["review"]), str(r["left_off"]), r["drg"], weight)
    console.print(table)
    for r in rows:
        if "error" in r:
            console.print(Text(f"■ {r['name']}: {r['error']['code']}: {r['error']['message']}", style="red"))
        for message in r.get("unread", []):
            console.print(Text(f"■ {r['name']}: {message}", style="red"))
        for message in r.get("edits", []):
            console.print(Text(f"▲ {r['name']}: {message}", style="yellow"))
    said = [r["second_reader"] for r in done if "second_reader" in r]
    if said:
        console.print(Text(second_reader(said), style="dim"))
    console.print(Text(f"Results, one JSON and one page each: {out}/   Open {out / 'index.html'} in a browser.", style="bold"))
