"""How `charthouse books` shows the books: rows and pages for the terminal, plain data for JSON."""
from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from datetime import date
from typing import Any

from charthouse.record.errors import NoEdition
from charthouse.rulebook.codebook import CodeBook, Entry, Found
from charthouse.rulebook.editions import Edition

KINDS = {
    "includes": "Includes", "inclusion_term": "Inclusion terms", "excludes1": "Excludes1 (not coded here)",
    "excludes2": "Excludes2 (not included here; both may be coded)", "code_first": "Code first",
    "use_additional": "Use additional", "code_also": "Code also", "seventh": "Seventh character", "note": "Note",
}  # fmt: skip
LOADED_WITH = "add the official file with `charthouse books add FILE`"


def entry_of(book: CodeBook, code: str) -> Entry | None:
    """The entry for what a person typed: as it is, without a dot, or with one: "e1122" is E11.22."""
    typed = code.strip().upper()
    plain = typed.replace(".", "")
    return next((e for c in (typed, plain, f"{plain[:3]}.{plain[3:]}") if (e := book.entry(c))), None)


def manifest_data(book: CodeBook) -> list[dict[str, Any]]:
    """One record an edition, and one for each book that is not loaded."""
    loaded = [{**asdict(e), "effective_from": str(e.effective_from), "verified_through": str(e.verified_through)} for e in book.editions()]
    state = _states(book.editions())
    return [
        *({**row, "state": state[row["book"], row["edition"], row["effective_from"]]} for row in loaded),
        *({"book": name, "state": "not loaded", "note": why} for name, why in book.missing().items()),
    ]


def _states(editions: tuple[Edition, ...]) -> dict[tuple[str, str, str], str]:
    """ "loaded", or "old" where the book ends before the codes that it belongs to do."""
    through = max((e.verified_through for e in editions if e.book == "ICD-10-CM"), default=date.min)
    last = {e.book: max(x.verified_through for x in editions if x.book == e.book) for e in editions}
    return {
        (e.book, e.edition, str(e.effective_from)): "old" if e.verified_through == last[e.book] and last[e.book] < through else "loaded"
        for e in editions
    }


def manifest_table(book: CodeBook) -> Any:
    """One row a book in plain words; every edition is in the JSON form."""
    from rich.table import Table

    table = Table(title="The code book", caption="All editions with sources and licences: charthouse books list --json")
    for column in ("Book", "Editions", "In force", "Rows", "State"):
        table.add_column(column, justify="right" if column == "Rows" else "left", overflow="fold")
    rows = manifest_data(book)
    for name in dict.fromkeys(row["book"] for row in rows):
        table.add_row(*_book_row(name, [row for row in rows if row["book"] == name]))
    return table


def _book_row(name: str, rows: list[dict[str, Any]]) -> tuple[str, str, str, str, str]:
    first, last = rows[0], rows[-1]
    if last["state"] == "not loaded":
        return name, "-", "-", "-", f"[bold]not loaded[/]: {LOADED_WITH}"
    editions = first["edition"] if len(rows) == 1 else f"{first['edition']} to {last['edition']}"
    through = "always" if last["verified_through"] > "9000" else f"{first['effective_from']} to {last['verified_through']}"
    state = f"[bold]old[/]: covers nothing after {last['verified_through']}. " if last["state"] == "old" else ""
    return name, editions, through, f"{last['rows']:,}", state + (last["note"] or "loaded")


def code_data(book: CodeBook, entry: Entry, on: date | None) -> dict[str, Any]:
    """Everything that the page of a code shows. Without a date the last day that the book covers is meant."""
    on = on or max(e.verified_through for e in book.editions() if e.book == entry.system)
    valid = book.valid(entry.code, on)
    data: dict[str, Any] = {"code": entry.code, "system": entry.system, "title": entry.title, "title_loaded": entry.title_loaded,
                            "leaf": entry.leaf, "on": str(on), "valid": valid}  # fmt: skip
    data["path"] = [asdict(p) for p in book.path_to(entry.code)]
    data["children"] = [{"code": c, "title": (book.entry(c) or entry).title} for c in book.children(entry.code)]
    data["notes"] = [asdict(n) for n in book.notes(entry.code)]
    if entry.system == "ICD-10-PCS":
        data["characters"] = [asdict(c) for c in book.characters(entry.code)]
    if entry.system == "ICD-10-CM":
        data["severity"] = _severity(book, entry.code, on) if valid else None
        data["poa_exempt"] = book.poa_exempt(entry.code, on)
    return data


def _severity(book: CodeBook, code: str, on: date) -> str | None:
    try:
        return book.severity(code, on) or "neither CC nor MCC"
    except NoEdition:
        return None


def code_page(data: dict[str, Any]) -> Any:
    """The page of a code: its way, its state, notes under where they stand, and what is below."""
    from rich.console import Group
    from rich.text import Text
    from rich.tree import Tree

    title = data["title"] or "(title not loaded: " + LOADED_WITH + ")"
    head = Text.assemble((f"{data['code']}  ", "bold cyan"), (title, "bold"))
    way = " > ".join(f"{p['at']} {p['title']}" for p in data["path"][:-1])
    parts: list[Any] = [Text(way, style="dim"), head, Text(_state(data))]
    parts += [Text(f"  {c['position']}  {c['value']}  {c['label'] or '(label not loaded)'}") for c in data.get("characters", [])]
    for at in dict.fromkeys(n["at"] for n in data["notes"]):
        tree = Tree(Text(f"at {at}", style="bold"))
        for kind in dict.fromkeys(n["kind"] for n in data["notes"] if n["at"] == at):
            branch = tree.add(Text(KINDS[kind], style="cyan"))
            for note in data["notes"]:
                if (note["at"], note["kind"]) == (at, kind):
                    branch.add(Text(note["text"]))
        parts.append(tree)
    if data["children"]:
        parts.append(Text("Below:", style="bold"))
        parts += [Text(f"  {c['code']:<9} {c['title'] or '(title not loaded)'}") for c in data["children"]]
    return Group(*parts)


def _state(data: dict[str, Any]) -> str:
    said = [f"{data['system']} on {data['on']}: " + ("a complete, valid code" if data["valid"] else _why_not(data))]
    if data.get("severity"):
        said.append(f"as a secondary diagnosis: {data['severity']}")
    if data["system"] == "ICD-10-CM" and data["valid"]:
        said.append({True: "exempt from POA", False: "POA is reported", None: "POA-exempt list not loaded"}[data["poa_exempt"]])
    return "; ".join(said)


def _why_not(data: dict[str, Any]) -> str:
    return "not valid on that date" if data["leaf"] else "not a complete code; more characters are needed"


def found_table(found: Iterable[Found]) -> Any:
    """What a search found, best first."""
    from rich.table import Table

    table = Table()
    for column in ("Code", "Title", "Found by"):
        table.add_column(column, overflow="fold")
    for row in found:
        table.add_row(row.code, row.title, row.matched if row.matched != row.title else "its title")
    return table
