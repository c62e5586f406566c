"""`charthouse export`: a patient's record whole, or everybody's, into a folder or a ZIP file."""
from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from charthouse.bootstrap import finding
from charthouse.doors.cli import told
from charthouse.doors.cli.finding import Facility
from charthouse.record.errors import BadRequest


def export(
    to: Annotated[Path, typer.Option(help="A new folder, or a new file whose name ends in .zip.")],
    patient: Annotated[str, typer.Argument(metavar="[PATIENT]", help="The patient's id.", show_default=False)] = "",
    everybody: Annotated[bool, typer.Option("--all", help="Every patient of the facilities, each in a folder.")] = False, facility: Facility = None,
) -> None:
    """Give a record out whole: data, FHIR, originals, texts, and a PDF."""
    with told.errors():
        if bool(patient) == everybody:
            raise BadRequest(why="Name one patient by its id, or give --all for everybody")
        with told.progress("patients") as tell:
            done = iter(range(1, 1 << 62))
            number = finding.export(to, patient, facility or (), lambda who: tell("patients", next(done), 0))
        typer.echo(f"{number} {'patients' if everybody else 'documents'}: {to}")
