"""Lines of JSON in, lines of JSON out, in order; an item that cannot be done answers with its error and the run goes on."""
from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from charthouse.record.errors import BadRequest, CharthouseError

FAILED = 4


def lines(source: str) -> Iterator[str]:
    """The lines of a file, or of standard input for "-". Raises `BadRequest` for a file that is not there."""
    if source == "-":
        sys.stdin.reconfigure(encoding="utf-8", errors="surrogateescape")  # type: ignore[union-attr]
        yield from sys.stdin
        return
    if not Path(source).is_file():
        raise BadRequest(why=f"There is no file {source}")
    with Path(source).open(encoding="utf-8", errors="surrogateescape") as f:
        yield from f


def answer(source: str, work: Callable[[dict[str, Any]], dict[str, Any]]) -> int:
    """Answer each line; the exit status: 0, or 4 when an item failed."""
    sys.stdout.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]
    status = 0
    for number, line in enumerate(lines(source), 1):
        if not line.strip():
            continue
        out = _one(number, line, work)
        status = FAILED if "error" in out else status
        sys.stdout.write(json.dumps(out, ensure_ascii=False) + "\n")
    sys.stdout.flush()
    return status


def item_of(number: int, line: str) -> dict[str, Any]:
    """The object that a line holds. Raises `BadRequest` naming the line."""
    try:
        item = json.loads(line)
    except ValueError:
        raise BadRequest(why=f"Line {number} is not JSON") from None
    if not isinstance(item, dict):
        raise BadRequest(why=f"Line {number} is not a JSON object")
    return item


def _one(number: int, line: str, work: Callable[[dict[str, Any]], dict[str, Any]]) -> dict[str, Any]:
    id: object = None
    try:
        item = item_of(number, line)
        id = item.get("id")
        return work(item)
    except CharthouseError as error:
        return {"id": id, "error": error.as_dict()}
    except Exception as error:  # a fault of ours ends one item, not the run; its text may quote the note and is not told
        sys.stderr.write(f"line {number}: {type(error).__name__} inside Charthouse\n")
        return {"id": id, "error": CharthouseError().as_dict()}
