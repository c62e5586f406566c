"""A coded note on the terminal: the codes with status, confidence, quotation and the deciding reason; what was left off."""
from __future__ import annotations

from typing import Any

_STATUS = {"auto": ("green", "✓ auto"), "review": ("yellow", "? review"), "suppressed": ("dim", "– left off")}
SHOWN_OFF = 12


def show(result: dict[str, Any], name: str) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console()
    standing = [c for c in result["codes"] if c["status"] != "suppressed"]
    table = Table(title=f"{name} · {result['setting']} · {result['date']}", title_justify="left", show_lines=False, expand=True)
    for heading, width in (("Code", 9), ("What the book calls it", None), ("Status", 9), ("Sure", 5), ("Said in the note", None), ("Why", None)):
        table.add_column(heading, width=width, ratio=None if width else 1)
    for c in standing:
        colour, word = _STATUS[c["status"]]
        quotes = " … ".join(dict.fromkeys(f"“{' '.join(e['text'].split())}”" for e in c["evidence"][:3]))
        name = c["code"] + (f" ×{c['units']}" if c.get("units", 1) != 1 else "")
        table.add_row(Text(name, style="bold"), c["title"] or f"({c['system']}: title not loaded)", Text(word, style=colour), f"{c['confidence']:.2f}", quotes, c["reasons"][0]["message"])
    console.print(table if standing else Text("No code stands. See below for what was read and left off."))
    off = [c for c in result["codes"] if c["status"] == "suppressed"]
    if off:
        console.print(Text(f"Left off ({len(off)})", style="bold"))
    for c in off[:SHOWN_OFF]:
        quoted = f"“{' '.join(c['evidence'][0]['text'].split())}”: " if c["evidence"] else ""
        console.print(Text.assemble("  ", (c["code"], "dim"), " ", quoted, c["reasons"][0]["message"],
                                    (f"  [{c['reasons'][0]['citation']}]", "dim")))
    if len(off) > SHOWN_OFF:
        console.print(Text(f"  … and {len(off) - SHOWN_OFF} more (--json shows all)", style="dim"))
    if result.get("hints"):
        console.print(Text(f"Left open by the record, for a query ({len(result['hints'])})", style="bold"))
    for h in result.get("hints", ()):
        console.print(Text.assemble("  ", h["message"], (f"  [{h['citation']}]", "dim")))
    for e in result.get("evaluation", []):
        evaluation(e, console)
    if "second_reader" in result:
        console.print(Text(second_reader([result["second_reader"]]), style="dim"))
    if "grouping" in result:
        grouping(result["grouping"], console)


def evaluation(e: dict[str, Any], console: Any) -> None:
    """The level of a visit with its elements, each with its words, and what is doubtful about it."""
    from rich.text import Text

    time = f", total time {e['minutes']} minutes" if e["minutes"] is not None else ""
    console.print(Text(f"E/M {e['category'] or e['setting']}: {e['level']}{' ' + e['code'] if e['code'] else ''} · by {e['decided_by']}{time} · {e['document']}", style="bold"))
    for name, level in e["levels"].items():
        said = [f"{r['message']} “{'” “'.join(' '.join(s['text'].split()) for s in r['spans'])}”" for r in e["elements"] if r["element"] == name]
        console.print(Text.assemble("  ", (f"{name}: {level}", "bold"), "  ", " ".join(said)))
    for r in e["reasons"]:
        if r["verdict"] in ("warning", "not loaded"):
            console.print(Text(f"  {'◌' if r['verdict'] == 'not loaded' else '▲'} {r['message']}", style="dim"))


def second_reader(said: list[dict[str, Any]]) -> str:
    """One line: what the second reader said of the codes, and what it cost."""
    def total(field: str) -> Any:
        return sum(s[field] for s in said)

    price = f", price {total('price'):.4f}" if all(s["price"] is not None for s in said) else ""
    return (f"Second reader {said[0]['model']}: {total('asked')} codes asked, {total('agreed')} agreed, {total('disagreed')} disagreed ({total('held')} held for review), "
            f"{total('unsure')} unsure, {total('discarded')} answers not used, {total('not_reached')} without answer; {total('requests')} requests, "
            f"{total('tokens_in')} + {total('tokens_out')} tokens, {total('seconds'):.1f} s{price}")


def grouping(g: dict[str, Any], console: Any) -> None:
    """The DRG with its path and what would move it."""
    from rich.text import Text

    weight = f"{g['weight']:.4f}" if g["weight"] is not None else "not loaded"
    console.print(Text(f"MS-DRG {g['drg']} {g['title']} · weight {weight} · GMLOS {g['gmlos'] or 'not loaded'} · {g['edition']}", style="bold"))
    for step in g["path"]:
        console.print(Text(f"  {'■' if step['verdict'] == 'error' else '▸'} {step['message']}"))
    for w in g["what_if"]:
        weight = f" (weight {w['weight']:.4f})" if w["weight"] is not None else ""
        console.print(Text(f"  what if {w['change']}: DRG {w['drg']} {w['title']}{weight}", style="dim"))
