"""`charthouse code`: one note, a folder of notes, or NDJSON."""
from __future__ import annotations

import json
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from charthouse import bootstrap
from charthouse.doors.cli import told
from charthouse.record.errors import BadRequest, NothingToDo

if TYPE_CHECKING:
    from charthouse.flow.steps import Kit

Setting = Annotated[str, typer.Option(help="outpatient, inpatient or mention (every finding, as for an index).")]
Second = Annotated[bool, typer.Option("--second-reader", help="Ask the language model that the site has set up; off otherwise.")]
On = Annotated[str, typer.Option("--date", metavar="DATE", help="Date of service or discharge, YYYY-MM-DD: it picks the books. Default: today.")]


def code(
    note: Annotated[str, typer.Argument(help="A text file, a PDF or a picture, a folder of them, or - for standard input; with --out Parquet or NDJSON.")],
    ndjson: Annotated[bool, typer.Option("--ndjson", help="NDJSON in, NDJSON out (for - or a file).")] = False,
    setting: Setting = "outpatient",
    on: On = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of the view.")] = False,
    second: Second = False,
    out: Annotated[Path | None, typer.Option("--out", help="Code Parquet or NDJSON, a file or a folder, into this folder; taken up where it broke off.")] = None,
    engine: Annotated[str, typer.Option(help="With --out: local (this process) or ray (a process a core, or a cluster).")] = "local",
    workers: Annotated[int, typer.Option(min=0, help="With --engine ray: how many processes. Default: as many as cores.")] = 0,
) -> None:
    """Read and code a note: each code with its quotation, the rule and the book behind it."""
    from charthouse.doors.cli import batch, items
    from charthouse.doors.cli import ndjson as lines
    from charthouse.flow.result import as_dict
    from charthouse.flow.run import run

    on = on or ("" if ndjson or out else date.today().isoformat())
    with told.errors():
        told.ready()
        if out is None and (engine != "local" or workers):
            raise BadRequest(why="--engine and --workers go with --out: a batch of Parquet or NDJSON")
        if out is not None and second:
            raise BadRequest(why="--second-reader does not go with --out: a batch asks no model")
        if out is not None:
            raise typer.Exit(batch.code_many(Path(note), out, engine=engine, workers=workers, setting=setting, on=on))
        kit = bootstrap.kit_with(second_reader_too=second)
        if ndjson:
            watch = bootstrap.gate_watch(kit)

            def work(item: dict[str, Any]) -> dict[str, Any]:
                done = run(items.work_of(item, setting=setting, on=on), watch.kit)
                watch.note(done)
                return as_dict(done) | {"id": item.get("id")}

            with closing(watch):
                raise typer.Exit(lines.answer(note, work))
        status = 0
        for path in _notes(note):
            status = max(status, _show(path, kit, setting, on, as_json))
        raise typer.Exit(status)


def _notes(note: str) -> list[Path]:
    from charthouse.doors.cli.folder import SCANS

    path = Path(note)
    if note == "-":
        return [path]
    if path.is_dir():
        found = sorted(p for p in path.iterdir() if p.suffix.lower() in (".txt", *SCANS))
        if not found:
            raise NothingToDo(path=path)
        return found
    if not path.exists():
        raise BadRequest(why=f"There is no file {path}")
    return [path]


def _show(path: Path, kit: Kit, setting: str, on: str, as_json: bool) -> int:
    import sys

    from charthouse.doors.cli import coding_view, items
    from charthouse.flow.result import as_dict
    from charthouse.flow.run import run
    from charthouse.flow.steps import Received, Work
    from charthouse.record.errors import CharthouseError

    content = sys.stdin.buffer.read() if str(path) == "-" else path.read_bytes()
    frame = items.work_of({"id": path.stem, "text": "x", "date": on}, setting=setting)
    try:
        done = run(Work(encounter=frame.encounter, received=(Received(id="note", content=content, source=path.name),)), kit)
    except CharthouseError as error:
        typer.echo(f"{path}: {error.code}: {error}", err=True)
        return error.exit_status
    if as_json:
        typer.echo(json.dumps(as_dict(done, full=True), ensure_ascii=False, indent=1))
    else:
        coding_view.show(as_dict(done, full=True), path.name)
    return 0
