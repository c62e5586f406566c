"""`charthouse why`: the whole story of a code of a result, or of one that is not in it."""
from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from charthouse import bootstrap
from charthouse.doors.cli import told
from charthouse.record.errors import BadRequest, UnknownCode


def why(
    result: Annotated[str, typer.Argument(help="A result of `run` or `code --json`, answers of `code --ndjson`, or - for standard input.")],
    code: Annotated[str, typer.Argument(help="The code: e1122 and E11.22 are the same.")],
    id: Annotated[str, typer.Option("--id", help="The id of the answer, where there are several.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of the view.")] = False,
) -> None:
    """Why a code is on the answer, left off, or not there: words, rules, books, what spoke against it, what it displaced."""
    from charthouse.doors.cli import why_view
    from charthouse.doors.cli.books_view import entry_of
    from charthouse.flow.why import story

    with told.errors():
        item = _chosen(_items(result), id)
        told.ready()
        book = bootstrap.codebook()
        entry = entry_of(book, code)
        if entry is None:
            raise UnknownCode(code=code[:20])
        told_story = story(item, entry, book)
        if as_json:
            typer.echo(json.dumps(told_story, ensure_ascii=False, indent=1))
        else:
            why_view.show(told_story)


def _items(source: str) -> list[Any]:
    """The results of a file: one JSON object or list, or a line of JSON each. Raises `BadRequest`."""
    if source != "-" and not Path(source).is_file():
        raise BadRequest(why=f"There is no file {source}")
    text = sys.stdin.read() if source == "-" else Path(source).read_text(encoding="utf-8", errors="replace")
    try:
        whole = json.loads(text)
    except ValueError:
        try:
            return [json.loads(line) for line in text.splitlines() if line.strip()]
        except ValueError:
            raise BadRequest(why=f"{source} is neither JSON nor NDJSON. Give a result of `charthouse run` or `charthouse code --json`") from None
    return whole if isinstance(whole, list) else [whole]


def _chosen(items: list[Any], id: str) -> dict[str, Any]:
    """The one result, or that with the id. Raises `BadRequest` where there is none, or several and no id."""
    found = [i for i in items if isinstance(i, dict) and (not id or str(i.get("id")) == id)]
    if not found:
        raise BadRequest(why=f"No result has the id {id!r}" if id and items else "There is no result in it")
    if len(found) > 1:
        raise BadRequest(why=f"There are {len(found)} results; say which with --id")
    if "error" in found[0]:
        raise BadRequest(why=f"This item could not be coded: {dict(found[0]['error']).get('code', '')}")
    codes = found[0].get("codes")
    if not isinstance(codes, list) or not all(isinstance(c, dict) and {"code", "status", "reasons", "evidence"} <= set(c) for c in codes):
        raise BadRequest(why="This is no result of Charthouse: it has no `codes` with `status`, `reasons` and `evidence`")
    return found[0]
