"""The gate on the terminal: its state, and the curves as tables."""
from __future__ import annotations

from pathlib import Path
from typing import Any

_STATE = {"open": ("✓ open", "green"), "closed": ("○ closed", "yellow"), "drifted": ("▲ drifted", "red")}
ROWS = 12  # of a curve


def status(data: dict[str, Any]) -> None:
    from rich.console import Console
    from rich.text import Text

    console = Console()
    console.print(Text(f"Promise: at most {percent(data['error'])} wrong, {percent(data['confidence'])} sure. "
                       f"The fewest charts that can prove it, all of them right: {data['least_charts']}.", style="bold"))
    for name, setting in data["settings"].items():
        word, colour = _STATE[setting["state"]]
        console.print(Text.assemble((f"\n{name}  ", "bold"), (word, colour), f"  {setting['charts']} validated charts"))
        for why in setting["why"]:
            console.print(Text(f"  {why}"))
        if setting["groups"]:
            console.print(_groups(setting["groups"]))
        for g in setting["groups"]:
            if g["needs_words"]:
                console.print(Text(f"  {called(g)}: {g['needs_words']}"))
    if not any(s["charts"] for s in data["settings"].values()):
        console.print(Text("\nTeach it: `charthouse gate learn CHARTS.ndjson`, each line a chart as for `charthouse code` with \"validated\": the codes a person signed."))


def _groups(groups: list[dict[str, Any]]) -> Any:
    from rich.table import Table

    table = Table(padding=(0, 1, 0, 0))
    for heading in ("Finished alone", "Charts", "Score above", "In charts", "Accepted", "Wrong"):
        table.add_column(heading, justify="left" if heading == "Finished alone" else "right", no_wrap=True)
    for g in groups:
        at = g["at"]
        proved = (f"{max(g['threshold'], 0):.3f}", str(at["charts"]), str(at["accepted"]), f"{at['wrong']} ({percent(at['risk'])})") if g["open"] else ("closed", "", "", "")
        table.add_row(called(g), str(g["charts"]), *proved)
    return table


def called(group: dict[str, Any]) -> str:
    return str(group["name"]) if group["name"] == "whole charts" else f"codes: {group['name']}"


def report(data: dict[str, Any], out: Path) -> None:
    from rich.console import Console
    from rich.text import Text

    status(data)
    console = Console()
    for name, setting in data["settings"].items():
        if "reliability" not in setting:
            continue
        r = setting["reliability"]
        console.print(Text(f"\n{name}: {setting['codes_right']} of {setting['codes']} codes right, {setting['missed']} missed; "
                           f"{setting['charts_right']} of {setting['charts']} charts wholly right", style="bold"))
        console.print(_curve(setting["code_curve"]))
        console.print(Text(f"Calibration error: {r['raw_error']:.3f} of the raw score, {r['calibrated_error']:.3f} calibrated, over {r['codes']} ranked codes "
                           f"({r['floor']:.3f} would be chance alone)"))
        for h in setting["held"]:
            console.print(Text(f"  held {h['charts']} charts  {h['rule']}  {h['example']}"))
    console.print(Text(f"The page with the curves: {out / 'index.html'}", style="bold"))


def _curve(points: list[dict[str, Any]]) -> Any:
    from rich.table import Table

    table = Table(padding=(0, 1, 0, 0), title="Codes taken whose score is above, from strict to loose; covered: of all signed codes", title_justify="left")
    for heading in ("Score", "Charts", "Taken", "Wrong", "Rate", "95% interval", "Covered"):
        table.add_column(heading, justify="right", no_wrap=True)
    for p in points[:: max(1, len(points) // ROWS)]:
        table.add_row(f"{max(p['threshold'], 0):.3f}", str(p["charts"]), str(p["accepted"]), str(p["wrong"]), percent(p["risk"]),
                      f"{percent(p['low'])} to {percent(p['high'])}", percent(p["coverage"]))
    return table


def percent(share: float) -> str:
    """0.025 as "2.5%"."""
    return f"{share * 100:.1f}".removesuffix(".0") + "%"
