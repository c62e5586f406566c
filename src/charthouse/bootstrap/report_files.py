"""Reports as files, wired: the formats, the site's folder, and what comes by itself."""
from __future__ import annotations

import os
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from charthouse import settings
from charthouse.bootstrap import codebook
from charthouse.flow import reports
from charthouse.record.errors import BadRequest, CharthouseError
from charthouse.rooms.statistics import FORMATS, REPORTS, leaving, period

if TYPE_CHECKING:
    from charthouse.flow.desk import Desk
    from charthouse.record.report import Report

MEDIA = {"pdf": "application/pdf", "csv": "text/csv", "parquet": "application/vnd.apache.parquet"}


def spelled(report: Report, format: str, since: date, until: date, made: str, *, leaves: bool = True) -> bytes:
    """In one of `FORMATS`. Raises `BadRequest`, `MissingPart`."""
    from charthouse.adapters.paper.report_parquet import report_parquet
    from charthouse.adapters.paper.report_pdf import report_pdf

    shown = leaving(report) if leaves else report
    if format == "pdf":
        return report_pdf(shown, since, until, made)
    if format == "parquet":
        return report_parquet(shown)
    if format == "csv":
        return reports.as_csv(shown, leaves=False).encode()
    raise BadRequest(why=f"A report is one of these files: {', '.join(FORMATS)}")


def write(desk: Desk, name: str, since: date, until: date, folder: Path, format: str) -> Path | None:
    """The file, whole or not at all; None where it is there already: a report that was given out is not changed. Raises `NotFound`, `BadRequest`, `MissingPart`."""
    target = folder / f"{since}_{until}_{name}.{format}"
    if target.exists():
        return None
    made = reports.report(name, reports.figures(desk, since, until, codebook()))
    content = spelled(made, format, since, until, desk.clock().strftime("%Y-%m-%d %H:%M UTC"))
    folder.mkdir(parents=True, exist_ok=True)
    waiting = target.with_suffix(f"{target.suffix}.part")
    waiting.write_bytes(content)
    os.replace(waiting, target)
    return target


def folder() -> Path:
    """Where reports that come by themselves are put."""
    return settings.data_folder() / "reports"


def scheduled(desk: Desk) -> list[str]:
    """Write what is due and is not there; what went wrong, one by one. After a pause the last whole period of each is made up."""
    wrong = []
    for entry in reports.schedule(desk):
        if entry.report not in REPORTS:
            continue
        try:
            write(desk, entry.report, *period(entry.every, desk.clock().date()), folder(), entry.format)
        except (CharthouseError, OSError) as error:
            wrong.append(f"report {entry.report}: {error.code}: {error}" if isinstance(error, CharthouseError) else f"report {entry.report}: it cannot be written ({type(error).__name__})")
    return wrong
