"""Charthouse over Arrow record batches: the unit that every batch engine runs, and that DuckDB and Spark can run too."""
from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any

from charthouse import bootstrap
from charthouse.doors.cli.items import work_of
from charthouse.record.errors import BadRequest, CharthouseError

if TYPE_CHECKING:
    import pyarrow as pa

    from charthouse.flow.steps import Kit

DDL = "id string, codes array<string>, auto array<string>, drg string, error string, result string"  # for Spark


def code_batch(rows: pa.RecordBatch, *, setting: str = "outpatient", on: str = "") -> pa.RecordBatch:
    """A row of codes for each row of notes, in order; a row that cannot be done says so in `error`.

    Takes the columns `id`, `text`, `setting`, `date`, `sex`, `age`, of which only `text` must be there (`on` is the date of rows
    without one); or one column `item`, an item of the NDJSON form as text. Gives `id`, `codes` (the answer, in claim order),
    `auto` (those of it above the threshold), `drg`, `error` (its code) and `result`, the answer as NDJSON has it. The book and the
    models are loaded at the first call in a process.
    """
    import pyarrow as pa

    kit = bootstrap.kit()  # what is wrong with the installation is no row's fault and is raised
    answers = [_answer(row, kit, setting, on) for row in rows.to_pylist()]
    return pa.RecordBatch.from_pylist([_flat(a) for a in answers], schema=_schema())


def code_batches(batches: Iterator[pa.RecordBatch], *, setting: str = "outpatient", on: str = "") -> Iterator[pa.RecordBatch]:
    """`code_batch` over an iterator: what Spark's `mapInArrow` takes."""
    for rows in batches:
        yield code_batch(rows, setting=setting, on=on)


def _schema() -> pa.Schema:
    import pyarrow as pa

    many = pa.list_(pa.string())
    return pa.schema([("id", pa.string()), ("codes", many), ("auto", many), ("drg", pa.string()), ("error", pa.string()), ("result", pa.string())])


def _answer(row: dict[str, Any], kit: Kit, setting: str, on: str) -> dict[str, Any]:
    from charthouse.flow.result import as_dict
    from charthouse.flow.run import run

    id = row.get("id")
    try:
        item = _item(row)
        id = item.get("id")
        return as_dict(run(work_of(item, setting=setting, on=on), kit)) | {"id": id}
    except CharthouseError as error:
        return {"id": id, "error": error.as_dict()}
    except Exception:  # a fault of ours ends one row, not the batch; its text may quote the note and is not told
        return {"id": id, "error": CharthouseError().as_dict()}


def _item(row: dict[str, Any]) -> dict[str, Any]:
    """The item of the NDJSON form that a row stands for."""
    if "item" not in row:
        age = row.get("age")
        when = row.get("date")
        return {"id": row.get("id"), "text": row.get("text"), "setting": row.get("setting"), "date": when.date() if isinstance(when, datetime) else when,
                "patient": {"sex": row.get("sex"), "age": int(age) if isinstance(age, float) and age.is_integer() else age}}
    try:
        item = json.loads(row["item"])
    except (ValueError, TypeError, RecursionError):
        raise BadRequest(why="The line is not JSON") from None
    if not isinstance(item, dict):
        raise BadRequest(why="The line is not a JSON object")
    return item


def _flat(answer: dict[str, Any]) -> dict[str, Any]:
    standing = [c for c in answer.get("codes", ()) if c["status"] != "suppressed"]
    return {"id": None if answer["id"] is None else _plain(str(answer["id"])), "codes": [c["code"] for c in standing],
            "auto": [c["code"] for c in standing if c["status"] == "auto"], "drg": answer.get("grouping", {}).get("drg"),
            "error": answer["error"]["code"] if "error" in answer else None,
            "result": _plain(json.dumps(answer, ensure_ascii=False))}


def _plain(text: str) -> str:
    """Text that Arrow takes: half characters, which JSON can hold, become question marks."""
    return text.encode("utf-8", "replace").decode()
