"""`charthouse link`: which records of two files are of one person."""
from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from charthouse.bootstrap import identity
from charthouse.doors.cli import told


def link(
    left: Annotated[Path, typer.Argument(help="A file of people: comma-separated, with `rec_id`.", metavar="A.csv")],
    right: Annotated[Path, typer.Argument(help="Another, or the same one to find duplicates in it.", metavar="B.csv")],
    ndjson: Annotated[bool, typer.Option("--ndjson", help="Print a line of JSON a pair.")] = False,
) -> None:
    """Find the records of two files that are of one person, with how probable it is."""
    with told.errors():
        pairs = identity.link_files(left, right)
        if ndjson:
            sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
            sys.stdout.writelines(json.dumps({"a": p.a, "b": p.b, "probability": round(p.probability, 6), "verdict": p.verdict} | ({"why": p.why} if p.why else {}), ensure_ascii=False) + "\n" for p in pairs)
            return
        for p in sorted(pairs, key=lambda p: (p.verdict, -p.probability, p.a, p.b)):
            typer.echo(f"{p.verdict:<8} {p.probability:6.1%}  {p.a}  {p.b}{'  ' + p.why if p.why else ''}")
        typer.echo(f"{sum(p.verdict == 'link' for p in pairs)} pairs link, {sum(p.verdict == 'possible' for p in pairs)} are for a person to look at.", err=True)
