"""The summary of a run on the terminal."""
from __future__ import annotations

from pathlib import Path
from typing import Any


def show(rows: list[dict[str, Any]], out: Path) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console()
    done = [r for r in rows if "error" not in r]
    table = Table(title=f"{len(done)} of {len(rows)} encounters coded", title_justify="left")
    for heading, justify in (("Encounter", "left"), ("Setting", "left"), ("Docs", "right"), ("First", "left"), ("What it is", "left"), ("Auto", "right"),
                             ("Review", "right"), ("Left off", "right"), ("DRG", "left"), ("Weight", "right")):
        table.add_column(heading, justify=justify)  # type: ignore[arg-type]
    for r in done:
        weight = f"{r['weight']:.4f}" if r["weight"] is not None else ""
        table.add_row(r["name"], r["setting"], str(r["documents"]), r["first"], r["first_title"], str(r["auto"]), str(r["review"]), str(r["left_off"]), r["drg"], weight)
    console.print(table)
    for r in rows:
        if "error" in r:
            console.print(Text(f"■ {r['name']}: {r['error']['code']}: {r['error']['message']}", style="red"))
        for message in r.get("unread", []):
            console.print(Text(f"■ {r['name']}: {message}", style="red"))
        for message in r.get("edits", []):
            console.print(Text(f"▲ {r['name']}: {message}", style="yellow"))
    console.print(Text(f"Results, one JSON and one page each: {out}/   Open {out / 'index.html'} in a browser.", style="bold"))
