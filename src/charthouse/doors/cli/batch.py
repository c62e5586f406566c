"""`charthouse code IN --out FOLDER`: Parquet or NDJSON in, a Parquet file a part out, taken up where it broke off."""
from __future__ import annotations

import json
import time
from functools import partial
from importlib.util import find_spec
from pathlib import Path

import typer

from charthouse import bootstrap
from charthouse.doors.cli import told
from charthouse.record.errors import BadRequest, MissingPart

FAILED = 4
ENGINES = ("local", "ray")


def code_many(source: Path, out: Path, *, engine: str, workers: int, setting: str, on: str) -> int:
    """Code the input into the folder and write `summary.json`; the exit status: 0, or 4 when a row failed or a part was lost."""
    from charthouse.doors.batch import code_batch

    if engine not in ENGINES:
        raise BadRequest(why=f"--engine is one of {', '.join(ENGINES)}")
    if find_spec("pyarrow") is None:
        raise MissingPart(what="A batch", part="batch")
    begun, told_rows, parts = time.perf_counter(), 0, []
    with told.progress("notes") as tell:
        for done in bootstrap.work_in_parts(source, out, partial(code_batch, setting=setting, on=on), engine=engine, workers=workers,
                                            options={"setting": setting, "date": on}):
            parts.append(done)
            told_rows += done.rows
            tell("notes", told_rows, told_rows)
    now = [d for d in parts if not d.before and not d.lost]
    summary = {"notes": sum(d.rows for d in parts), "failed": sum(d.failed for d in parts), "parts": len(parts), "parts_before": sum(d.before for d in parts),
               "parts_lost": sum(d.lost for d in parts), "notes_now": sum(d.rows for d in now), "seconds": round(time.perf_counter() - begun, 1)}
    (out / "summary.json").write_text(json.dumps(summary, indent=1), encoding="utf-8")
    typer.echo(_said(summary, out))
    return FAILED if summary["failed"] else 0


def _said(s: dict[str, float], out: Path) -> str:
    before = f", {s['parts_before']:.0f} of them done before" if s["parts_before"] else ""
    lost = f" Parts lost with their worker: {s['parts_lost']:.0f}; the same command tries them again." if s["parts_lost"] else ""
    rate = f"{s['notes_now'] / s['seconds']:.0f} notes a second" if s["seconds"] else ""
    return f"{s['notes']:,.0f} notes, {s['failed']:,.0f} failed; parts in {out}: {s['parts']:,.0f}{before}; {s['seconds']:.1f} s, {rate}.{lost}"
