"""`charthouse run`: a folder of encounters in; results, a summary and pages for the browser out."""
from __future__ import annotations

import json
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from charthouse import bootstrap
from charthouse.doors.cli import told
from charthouse.doors.cli.coding import Second
from charthouse.record.errors import CharthouseError

if TYPE_CHECKING:
    pass

FAILED = 4


def run(
    folder: Annotated[Path, typer.Argument(help="A folder of encounters, one encounter, or one document: text, PDF or a picture.")],
    out: Annotated[Path, typer.Option("--out", help="Where results go; made if it is not there.")] = Path("out"),
    setting: Annotated[str, typer.Option(help="For notes that do not say: outpatient or inpatient.")] = "outpatient",
    on: Annotated[str, typer.Option("--date", metavar="DATE", help="For notes that do not say: YYYY-MM-DD. Default: today.")] = "",
    second: Second = False,
) -> None:
    """Read, code, group and edit every encounter of a folder. One that fails is named in the summary and stops nothing."""
    from charthouse.doors.cli import items, run_view
    from charthouse.doors.cli.folder import encounters

    with told.errors():
        day = items.a_date(on) if on else date.today()
        found = encounters(folder)
        told.ready()
        out.mkdir(parents=True, exist_ok=True)
        rows = []
        with told.progress("reading") as tell, closing(bootstrap.gate_watch(bootstrap.kit_with(second_reader_too=second))) as watch:
            for n, encounter in enumerate(found):
                tell(encounter.name, n, len(found))
                rows.append(_one(encounter, out, setting, day, watch))
        (out / "summary.json").write_text(json.dumps(rows, ensure_ascii=False, indent=1), encoding="utf-8")
        bootstrap.write_index(rows, out / "index.html")
        run_view.show(rows, out)
        raise typer.Exit(FAILED if any(r.get("error") for r in rows) else 0)


def _one(found: Any, out: Path, setting: str, day: date, watch: Any) -> dict[str, Any]:
    from charthouse.bootstrap.ocr import pictures
    from charthouse.doors.cli.folder import work_of
    from charthouse.flow.result import as_dict
    from charthouse.flow.run import key
    from charthouse.flow.run import run as run_steps

    kit = watch.kit
    row: dict[str, Any] = {"name": found.name}
    try:
        done = run_steps(work_of(found, setting=setting, on=day), kit)
        watch.note(done)
    except CharthouseError as error:
        return row | {"error": error.as_dict()}
    except OSError as error:
        return row | {"error": {"code": "CH-0203", "message": f"{found.path.name} cannot be read: {error.strerror}"}}
    except Exception as error:  # one chart's fault stops no other; its text may hold PHI, so only the kind is told
        typer.echo(f"{found.name}: {type(error).__name__}", err=True)
        return row | {"error": CharthouseError().as_dict()}
    result = as_dict(done, full=True) | {"key": key(done, kit)}
    (out / f"{found.name}.json").write_text(json.dumps(result, ensure_ascii=False, indent=1), encoding="utf-8")
    bootstrap.write_report(result, out / f"{found.name}.html", pictures(done.received, done.documents))
    standing = [c for c in result["codes"] if c["status"] != "suppressed"]
    grouping = result.get("grouping") or {}
    return row | {"setting": result["setting"], "date": result["date"], "documents": len(result["documents"]), "first": standing[0]["code"] if standing else "",
                  "first_title": standing[0]["title"] if standing else "", "auto": sum(c["status"] == "auto" for c in standing),
                  "review": sum(c["status"] == "review" for c in standing), "left_off": len(result["codes"]) - len(standing),
                  "drg": grouping.get("drg", ""), "weight": grouping.get("weight"), "unread": [r["message"] for r in result.get("unread", [])],
                  "edits": [e["message"] for e in result.get("edits", []) if e["verdict"] in ("error", "warning")], "page": f"{found.name}.html"} | (
                      {"second_reader": result["second_reader"]} if "second_reader" in result else {})
