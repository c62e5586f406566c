"""Changes on the terminal: what each would do, and whether it may be applied."""
from __future__ import annotations

from typing import Any

_WHAT = {"found": ("green", "+ found"), "gone": ("green", "- wrong code gone"), "lost": ("red", "- right code lost"), "wrong": ("red", "+ wrong code")}
SHOWN = 40


def proposals(rows: list[dict[str, Any]], cases: int) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console()
    if not rows:
        console.print(f"Nothing to change: the {cases} cases ask for nothing that is not there already.")
        return
    table = Table(title=f"Changes that {cases} corrected charts ask for", title_justify="left", expand=True)
    for heading, width, right in (("No.", 4, True), ("Change", None, False), ("Better", 6, True), ("Worse", 5, True), ("Errors", 9, True), ("State", 16, False)):
        table.add_column(heading, width=width, justify="right" if right else "left")
    for r in rows:
        flips, effect = r["effect"]["flips"], r["effect"]
        better = sum(_WHAT[f["what"]][0] == "green" for f in flips)
        state = r["state"] if r["state"] != "proposed" else "may be applied" if r["keeps"] else "breaks a promise"
        table.add_row(str(r["id"]), r["change"]["what"], str(better), str(len(flips) - better), f"{effect['errors_before']} → {effect['errors_after']}",
                      Text(state, style="green" if state in ("applied", "may be applied") else "yellow"))
    console.print(table)
    console.print("See every code that a change turns: charthouse learn show NUMBER. Apply: charthouse learn apply NUMBER", style="dim")


def one(row: dict[str, Any]) -> None:
    from rich.console import Console
    from rich.text import Text

    console, effect = Console(), row["effect"]
    console.print(Text(f"Change {row['id']} ({row['state']}): {row['change']['what']}", style="bold"))
    console.print(f"Replayed over {effect['charts']} charts: {effect['errors_before']} errors (missed and wrong codes) before, {effect['errors_after']} after.")
    for f in effect["flips"][:SHOWN]:
        colour, what = _WHAT[f["what"]]
        console.print(Text.assemble("  ", (f"{what:<20}", colour), f"{f['code']:<9}", f["chart"], "  (signed here)" if f["promised"] else ""))
    if len(effect["flips"]) > SHOWN:
        console.print(f"  … and {len(effect['flips']) - SHOWN} more (--json shows all)")
    for h in row["history"]:
        console.print(Text(f"  {h['what']} {h['at']}", style="dim"))
