"""The doors by which things come in: `charthouse intake add`, `listen`, `watch`, `list`, `file`."""
from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from charthouse.bootstrap import intake
from charthouse.doors.cli import pull, told

if TYPE_CHECKING:
    from charthouse.flow.intake import Given
    from charthouse.record.receipt import Receipt

app = typer.Typer(no_args_is_help=True, help="Take in what comes: files, messages, a watched folder; and settle what is held.")
Facility = Annotated[str, typer.Option(help="The facility where it is filed. Default: CHARTHOUSE_FACILITY.")]
Visit = Annotated[str, typer.Option(help="The number of the visit that it belongs to.")]
Patient = Annotated[str, typer.Option(help="The patient (the record's id), where the visit has no number; with --date, the visit that began on that day.")]
Kind = Annotated[str, typer.Option(help="What kind of document it is. Default: as the sender says, else told from the text.")]
On = Annotated[str, typer.Option("--date", help="The day of service, YYYY-MM-DD.")]


def _given(facility: str = "", visit: str = "", patient: str = "", kind: str = "", on: str = "") -> Given:
    from charthouse.doors.cli.items import a_date
    from charthouse.flow.intake import Given
    from charthouse.record.errors import BadRequest
    from charthouse.rooms.intake import KINDS

    if kind and kind not in KINDS:
        raise BadRequest(why=f"{kind} is no kind of document. Kinds are: {', '.join(KINDS)}")
    return Given(facility=facility, visit=visit, patient=patient, kind=kind, on=a_date(on) if on else None)


@app.command()
def add(
    files: Annotated[list[Path], typer.Argument(help="Files and folders: text, RTF, DOCX, HL7 v2, C-CDA, FHIR, PDF, images.")],
    facility: Facility = "", visit: Visit = "", patient: Patient = "", kind: Kind = "", on: On = "",
) -> None:
    """Take in files: a line for each, what was filed where, what is held and why. Exit status 4 when some were not filed."""
    with told.errors():
        given, paths = _given("", visit, patient, kind, on), list(_below(files))
        whole = True
        with intake.door(facility) as door, told.progress("taking in") as tell:
            for n, path in enumerate(paths, 1):
                tell("taking in", n, len(paths))
                try:
                    receipts = door.take(path.read_bytes(), path.name, given)
                except OSError as error:
                    typer.echo(f"{path}\tnot opened: {error.strerror}")
                    whole = False
                    continue
                whole &= all(r.outcome == "filed" for r in receipts)
                typer.echo(f"{path}\t{_said(receipts)}")
        if not paths:
            typer.echo("No file was found there.")
        if not whole:
            typer.echo("Next:  charthouse intake list       what is held, and why", err=True)
            raise typer.Exit(4)


def _below(files: list[Path]) -> Iterator[Path]:
    for path in files:
        yield from sorted(p for p in path.rglob("*") if p.is_file() and not p.name.startswith(".")) if path.is_dir() else [path]


def _said(receipts: list[Receipt]) -> str:
    from collections import Counter

    from charthouse.rooms.intake.reasons import said

    if len(receipts) > 3:
        counted = Counter("filed" if r.outcome == "filed" else f"{r.outcome}: {said(r.reason, *r.notes[:1])}" for r in receipts)
        again = sum(r.again for r in receipts)
        return f"{len(receipts)} parts; " + "; ".join(f"{n} {what}" for what, n in counted.most_common()) + (f"; {again} of them were taken in before" if again else "")
    return "; ".join(_one(r) for r in receipts) or "nothing stood in it"


def _one(receipt: Receipt) -> str:
    from charthouse.rooms.intake.reasons import said

    again = "taken in before: " if receipt.again else ""
    if receipt.outcome != "filed":
        return f"{again}{receipt.outcome}: {said(receipt.reason, *receipt.notes[:1])} (held {receipt.held[0]})"
    what = ", ".join(f"{kind or 'of a kind that is not sure'} {id}" for id, kind in zip(receipt.documents, receipt.kinds, strict=True)) or "patient and visit"
    where = f" to visit {receipt.encounter}" if receipt.encounter else f" to patient {receipt.patient}"
    return f"{again}filed: {what}{where}" + "".join(f" ({note})" for note in receipt.notes)


@app.command(name="list")
def list_(facility: Facility = "", as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False) -> None:
    """What is held for a person: not filed, or in quarantine; the oldest first."""
    from charthouse.rooms.intake.reasons import said

    with told.errors(), intake.door(facility) as door:
        held = door.waiting()
        if as_json:
            fields = ("id", "outcome", "reason", "why", "name", "sender", "patient")
            typer.echo(json.dumps([{f: getattr(h, f) for f in fields} | {"received_at": str(h.received_at)} for h in held], indent=1))
            return
        for h in held:
            typer.echo(f"{h.id}  {h.received_at:%Y-%m-%d %H:%M}  {h.outcome:<11}  {h.name or h.sender or '-'}: {said(h.reason, h.why)}")
        typer.echo(f"{len(held)} held." + (" Next:  charthouse intake file ID --visit NUMBER" if held else ""))


@app.command()
def file(
    id: Annotated[str, typer.Argument(help="What `intake list` shows.")],
    facility: Facility = "", visit: Visit = "", patient: Patient = "", kind: Kind = "", on: On = "",
) -> None:
    """File one that is held, as you say."""
    with told.errors(), intake.door(facility) as door:
        typer.echo(_one(door.settle(id, _given("", visit, patient, kind, on))))


@app.command()
def listen(
    host: Annotated[str, typer.Option(help="The address to listen at.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="The port; 0 takes one that is free.")] = 2575,
    facility: Facility = "",
    tls_cert: Annotated[str, typer.Option(help="The certificate (PEM); then only TLS is spoken.")] = "",
    tls_key: Annotated[str, typer.Option(help="Its key (PEM).")] = "",
    tls_clients: Annotated[str, typer.Option(help="Certificate authorities (PEM): only clients whose certificate they signed may connect.")] = "",
) -> None:
    """Listen for HL7 v2 messages over MLLP; each is acknowledged only when it is on disk. SIGTERM ends it when what was taken is answered."""
    import asyncio
    import signal

    with told.errors(), intake.door(facility, origin="mllp") as door:
        if not tls_cert and host not in ("127.0.0.1", "::1", "localhost"):
            typer.echo("Messages will cross the network unencrypted. Give --tls-cert and --tls-key, or keep to a private line.", err=True)

        async def run() -> None:
            stop = asyncio.Event()
            for number in (signal.SIGTERM, signal.SIGINT):
                asyncio.get_running_loop().add_signal_handler(number, stop.set)
            tls = intake.Tls(tls_cert, tls_key or tls_cert, tls_clients) if tls_cert else None
            await intake.listen(door, host, port, stop=stop, tls=tls, tell=lambda note: typer.echo(note, err=True),
                                ready=lambda at: typer.echo(f"Listening at {host}:{at}. Stop with Ctrl-C."))

        asyncio.run(run())
        typer.echo("Stopped; all that was taken is answered.")


@app.command()
def watch(
    folder: Annotated[Path, typer.Argument(help="Files put here are taken in and moved to done/ or refused/.")],
    facility: Facility = "", visit: Visit = "", kind: Kind = "",
) -> None:
    """Take in what is put into a folder, each file when it is complete. Beside a refused file stands NAME.reason.txt."""
    import signal
    import threading

    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())

    def pause() -> bool:
        stop.wait(1.0)
        return stop.is_set()

    with told.errors(), intake.door(facility, origin="folder") as door:
        intake.watch(door, folder, _given("", visit, "", kind, ""), pause=pause,
                     tell=lambda path, refused: typer.echo(f"{path.parent.name}/{path.name}" + (f"\t{refused}" if refused else "")))


app.command()(pull.pull)
