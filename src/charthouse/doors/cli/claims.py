"""`charthouse claim`: claims to X12 and back, what would stop them, and what payers answer."""
from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from charthouse.doors.cli import told
from charthouse.record.errors import BadRequest

app = typer.Typer(no_args_is_help=True, help="Claims: written as X12 837, scrubbed, and what payers answer (835, 999, 277CA) read.")
FAILED = 4


@app.command()
def write(
    claims: Annotated[Path, typer.Argument(metavar="CLAIMS", help="Claims as JSON (docs/howto/claims.md).")],
    out: Annotated[Path, typer.Argument(metavar="OUT", help="The 837 file. One that is there is not written over.")],
) -> None:
    """Write claims as an 837 of their form. Claims with errors are not written."""
    from charthouse.bootstrap import claims as wired

    with told.errors():
        told.ready()
        sent = wired.sent_of(claims)
        if _told(sent, wired):
            raise typer.Exit(FAILED)
        text = wired.x12_of(sent)
        try:
            with out.open("x", encoding="ascii", newline="") as file:
                file.write(text)
        except FileExistsError:
            raise BadRequest(why=f"{out} is there already: a file that may have been sent is not written over") from None
        typer.echo(f"{out}: {len(sent.claims)} {'claim' if len(sent.claims) == 1 else 'claims'}, control number {sent.interchange}")


@app.command()
def scrub(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Claims as JSON, or an 837.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """What would stop claims, with what mends it. Exit status 4 when something would."""
    from charthouse.bootstrap import claims as wired
    from charthouse.record.claim import Sent

    with told.errors():
        told.ready()
        content = _content(file)
        sents = [r.what for r in wired.read(content) if isinstance(r.what, Sent)] if content.lstrip()[:3] == b"ISA" else [wired.sent_of(file)]
        stopped = [_told(s, wired, as_json=as_json) for s in sents]
        raise typer.Exit(FAILED if any(stopped) else 0)


@app.command()
def read(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="An X12 file: 837, 835, 999 or 277CA.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON: every field.")] = False,
) -> None:
    """Read what was sent, or what a payer answered. A remittance that does not add up says where; exit status 4."""
    from pydantic import TypeAdapter

    from charthouse.bootstrap import claims as wired

    with told.errors():
        found = wired.read(_content(file))
        if as_json:
            typer.echo(json.dumps([{"kind": r.kind, "unread": r.unread, "holds": TypeAdapter(type(r.what)).dump_python(r.what, mode="json")} for r in found], ensure_ascii=False, indent=1))
        held = [_shown(r, quiet=as_json) for r in found]
        raise typer.Exit(FAILED if any(held) else 0)


def _content(file: Path) -> bytes:
    if not file.is_file():
        raise BadRequest(why=f"There is no file {file}")
    return file.read_bytes()


def _told(sent: Any, wired: Any, *, as_json: bool = False) -> bool:
    """Print the rulings; whether a claim is stopped."""
    from datetime import date

    found = wired.scrubbed(sent.claims, date.today())
    if as_json:
        typer.echo(json.dumps([{"id": c.id, "rulings": [r.as_dict() for r in rulings]} for c, rulings in zip(sent.claims, found, strict=True)], ensure_ascii=False, indent=1))
    else:
        for c, rulings in zip(sent.claims, found, strict=True):
            for r in rulings:
                if r.verdict != "not loaded":
                    typer.echo(f"{c.id}  {r.verdict:<8} {r.rule}  {r.message}{f' ({r.subject})' if r.subject else ''}. {r.citation}")
        clean = sum(not any(r.verdict == "error" for r in rulings) for rulings in found)
        missing = sorted({r.rule.rsplit("/", 1)[1] for rulings in found for r in rulings if r.verdict == "not loaded"})
        typer.echo(f"{clean} of {len(found)} may go. Not loaded, so not compared: {', '.join(missing)}." if missing else f"{clean} of {len(found)} may go.")
    return any(r.verdict == "error" for rulings in found for r in rulings)


def _shown(r: Any, *, quiet: bool) -> bool:
    """Print what was read; whether it is held."""
    from charthouse.record.claim import Sent
    from charthouse.record.remittance import FileAnswer, Remittance
    from charthouse.rooms.billing import unbalanced

    lines: list[str] = []
    held = False
    if isinstance(r.what, Sent):
        lines = [f"{r.kind} {r.what.interchange}: {len(r.what.claims)} claims", *(f"  {c.id}  {c.charge / 100:.2f}  {len(c.lines)} lines" for c in r.what.claims)]
    elif isinstance(r.what, Remittance):
        wrong = unbalanced(r.what)
        held = bool(wrong)
        lines = [f"835 {r.what.trace}: {r.what.amount / 100:.2f} of {r.what.on:%Y-%m-%d}, {len(r.what.claims)} claims"]
        for c in r.what.claims:
            why = " ".join(f"{a.group}-{a.reason} {a.amount / 100:.2f}" for a in (*c.adjustments, *(a for line in c.lines for a in line.adjustments)))
            lines.append(f"  {c.id}  status {c.status}  charged {c.charge / 100:.2f}  paid {c.paid / 100:.2f}  {why}".rstrip())
        lines += [f"  {w.reason} {w.reference}: {-w.amount / 100:.2f}" for w in r.what.withheld]
        lines += [f"held: {w.message} ({w.subject}). {w.citation}" for w in wrong]
    else:
        for a in r.what:
            if isinstance(a, FileAnswer):
                lines.append(f"999 of {a.group}/{a.transaction}: {a.transaction_status or a.status}" + "".join(f"; {c.segment} at {c.place}: {c.reason or c.element_reason}" for c in a.complaints))
            else:
                lines.append(f"277CA of {a.id}: {'accepted' if a.accepted else 'refused'}" + "".join(f"; {s.category}:{s.code}" for s in a.statuses) + (f"; payer's number {a.control}" if a.control else ""))
    if r.unread:
        lines.append("no field takes: " + ", ".join(f"{name} (segment {number})" for number, name in r.unread[:12]) + (" ..." if len(r.unread) > 12 else ""))
    if not quiet:
        typer.echo("\n".join(lines))
    return held
