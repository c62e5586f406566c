"""`charthouse claim`: claims to X12 and back, what would stop them, and what payers answer."""
from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from charthouse.doors.cli import told
from charthouse.doors.cli.finding import Facility
from charthouse.record.errors import BadRequest

app = typer.Typer(no_args_is_help=True, help="Claims: built, scrubbed, mended, sent as X12 837, and what payers answer (835, 999, 277CA) posted.")
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


# -- claims in the record --------------------------------------------------------------------------------------------------------------


@app.command()
def charges(file: Annotated[Path, typer.Argument(metavar="FILE", help="CSV: visit, number, code, date, units, amount, modifiers, diagnoses, revenue, kind.")], facility: Facility = None) -> None:
    """File charges to their visits. A charge whose number the visit has is not filed again. Exit status 4 when a line was not filed."""
    from charthouse.bootstrap import claims as wired
    from charthouse.bootstrap.finding import at_desk
    from charthouse.flow.charges import filed

    with told.errors():
        found, wrong = wired.charges_of(file)
        with at_desk("records_clerk", "operations", facility or []) as desk:
            if len(desk.actor.facilities) != 1:
                raise BadRequest(why="Charges are filed at one facility: give --facility")
            new, again, unknown = filed(desk, next(iter(desk.actor.facilities)), file.name, found)
    for line in (*wrong, *(f"no visit has the number {n}" for n in unknown)):
        typer.echo(f"not filed: {line}")
    typer.echo(f"{new} charges filed, {again} were there before.")
    raise typer.Exit(FAILED if wrong or unknown else 0)


@app.command()
def build(visit: Annotated[str, typer.Argument(metavar="[VISIT]", help="The visit's id; else every visit that may be billed.")] = "", facility: Facility = None) -> None:
    """Build claims of visits that are coded, and scrub them. What holds a visit is told. Exit status 4 when a claim is held."""
    from charthouse import bootstrap
    from charthouse.bootstrap import claims as wired
    from charthouse.bootstrap.finding import at_desk
    from charthouse.flow import billing

    with told.errors():
        told.ready()
        site, kit = wired.site(), bootstrap.site_kit()
        with at_desk("biller", "payment", facility or []) as desk:
            visits = [visit] if visit else []
            for one in () if visit else billing.to_bill(desk, kit, site):
                if one.stopped:
                    typer.echo(f"{one.encounter}  not billed: {'; '.join(r.message for r in one.holds if r.verdict == 'error')}")
                else:
                    visits.append(one.encounter)
            made = [billing.build(desk, kit, site, v) for v in visits]
        for c in made:
            typer.echo(f"{c.encounter}  {c.id}  {c.form}  {_money(c.charge)}  {c.state}")
            for r in c.rulings:
                if r.verdict in ("error", "warning"):
                    typer.echo(f"    {r.verdict:<8} {r.rule}  {r.message}{f' ({r.subject})' if r.subject else ''}. {r.citation}")
        typer.echo(f"{len(made)} built, {sum(c.state == 'held' for c in made)} held.")
        raise typer.Exit(FAILED if any(c.state == "held" for c in made) else 0)


@app.command("list")
def listed(state: Annotated[list[str] | None, typer.Option(help="One of held, ready, sent, accepted, refused, paid, part, denied, closed, replaced; may be given again.", show_default=False)] = None, facility: Facility = None) -> None:
    """The claims of the record, the oldest first."""
    from charthouse.bootstrap.finding import at_desk
    from charthouse.flow import billing
    from charthouse.record.billing import STATES

    with told.errors():
        wanted = tuple(s for s in STATES if s in (state or STATES))
        if state and len(wanted) < len(set(state)):
            raise BadRequest(why=f"A claim is one of: {', '.join(STATES)}")
        with at_desk("biller", "payment", facility or []) as desk:
            for c, _ in billing.listed(desk, wanted):
                typer.echo(f"{c.id}  {c.state:<8}  {c.payer:<12}  {c.form:<13}  charged {_money(c.charge)}  paid {_money(c.paid)}  refused {_money(c.denied)}  visit {c.encounter}")


@app.command()
def mend(
    claim: Annotated[str, typer.Argument(help="The claim's number.")], field: Annotated[str, typer.Argument(help="What is mended: authorization, admission_type, modifier ...")],
    value: Annotated[str, typer.Argument(help='"" takes it back.')], facility: Facility = None,
) -> None:
    """Say what the claim lacks; it is built anew and scrubbed."""
    from charthouse import bootstrap
    from charthouse.bootstrap import claims as wired
    from charthouse.bootstrap.finding import at_desk
    from charthouse.flow import billing

    with told.errors():
        told.ready()
        with at_desk("biller", "payment", facility or []) as desk:
            c = billing.mend(desk, bootstrap.site_kit(), wired.site(), claim, field, value, desk.actor.id)
        typer.echo(f"{c.id}: {c.state}{''.join(f'; {r.message}' for r in c.errors)}")
        raise typer.Exit(FAILED if c.state == "held" else 0)


@app.command()
def send(facility: Facility = None) -> None:
    """Put every claim that is ready into the outbox, as 837 files whose control numbers are kept first. Again after a crash: nothing goes twice."""
    from charthouse.bootstrap import claims as wired
    from charthouse.bootstrap.finding import at_desk
    from charthouse.flow import billing

    with told.errors():
        site, box = wired.site(), wired.outbox()
        with at_desk("biller", "payment", facility or []) as desk:
            files = billing.send(desk, site, box, wired.x12_of)
        for f in files:
            typer.echo(f"{f.name}: {len(f.claims)} {'claim' if len(f.claims) == 1 else 'claims'} to {f.receiver}")
        if not files:
            typer.echo("No claim is ready.")


@app.command()
def receive(files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="999, 277CA and 835 files of a payer.")], facility: Facility = None) -> None:
    """Post what payers answered. Each part says what became of it; exit status 4 when something is held or matches nothing."""
    from charthouse.bootstrap import claims as wired
    from charthouse.bootstrap.finding import at_desk
    from charthouse.flow import billing
    from charthouse.record.errors import CharthouseError

    held = False
    with told.errors(), at_desk("biller", "payment", facility or []) as desk:
        site = wired.site()
        for file in files:
            try:
                taken = billing.receive(desk, site, wired.read(_content(file)))
            except CharthouseError as error:  # one bad file stops no other
                typer.echo(f"{file.name}: {error}")
                held = True
                continue
            for t in taken:
                held |= t.held
                typer.echo(f"{file.name}: {t.kind} {t.about}: {t.what}{f': {t.why}' if t.why else ''}")
        raise typer.Exit(FAILED if held else 0)


@app.command("print")
def print_(
    claims: Annotated[Path, typer.Argument(metavar="FILE", help="Claims as JSON, or an 837.")], out: Annotated[Path, typer.Argument(metavar="OUT", help="The PDF. One that is there is not written over.")],
    blank: Annotated[Path | None, typer.Option(help="Your own blank form (PDF); else the texts alone, for preprinted paper.", show_default=False)] = None,
    layout: Annotated[Path | None, typer.Option(help="Your own table of places; else that of docs/howto/print-claims.md.", show_default=False)] = None,
    shift: Annotated[str, typer.Option(help="RIGHT,DOWN in hundredths of an inch, for your printer.")] = "0,0",
) -> None:
    """Print claims on CMS-1500 or UB-04."""
    from datetime import date

    from charthouse.bootstrap import claims as wired
    from charthouse.record.claim import Sent

    with told.errors():
        content = _content(claims)
        sents = [r.what for r in wired.read(content) if isinstance(r.what, Sent)] if content.lstrip()[:3] == b"ISA" else [wired.sent_of(claims)]
        try:
            right, down = (float(x) * 0.72 for x in shift.split(","))
        except ValueError:
            raise BadRequest(why="--shift is RIGHT,DOWN in hundredths of an inch, such as 5,-10") from None
        made, cut = wired.form_of([c for s in sents for c in s.claims], date.today(), blank=blank, layout=layout, shift=(right, down))
        try:
            with out.open("xb") as file:
                file.write(made)
        except FileExistsError:
            raise BadRequest(why=f"{out} is there already, and is not written over") from None
        for one in cut:
            typer.echo(f"longer than its field: {one}")
        typer.echo(f"{out}: {sum(len(s.claims) for s in sents)} claims")


@app.command()
def price(claim: Annotated[str, typer.Argument(help="The claim's number; else the stays that were paid less than expected.")] = "", facility: Facility = None) -> None:
    """What a stay should be paid under IPPS, as an estimate from the site's own rates; or what was paid short of it."""
    from charthouse import bootstrap
    from charthouse.bootstrap import claims as wired
    from charthouse.bootstrap.finding import at_desk
    from charthouse.flow import billing

    with told.errors():
        told.ready()
        site, kit = wired.site(), bootstrap.site_kit()
        with at_desk("biller", "payment", facility or []) as desk:
            if not claim:
                found = billing.underpaid(desk, kit, site)
                for s in found:
                    typer.echo(f"{s.claim}  payer {s.payer}  DRG {s.drg}  expected {_money(s.expected)} (an estimate)  came {_money(s.came)}  short {_money(s.short)}")
                typer.echo(f"{len(found)} paid short of the estimate.")
                return
            made = billing.expected(billing.whole(desk, kit, claim).claim, kit, site)
        if made is None:
            raise BadRequest(why="There is no estimate: it is no stay of Medicare with a DRG, or billing.toml has no ipps rates of the facility")
        for step in made.steps:
            typer.echo(f"{step.name:<46} {_money(step.amount):>14}  {step.words}. {step.citation}")
        if made.amount is not None:
            typer.echo(f"{'an estimate':<46} {_money(made.amount):>14}  {made.edition}")


@app.command()
def rules(files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="Rules of payers (TOML).")]) -> None:
    """Try rules of payers on their own cases, as loading them does. Exit status 4 when a file does not hold."""
    from charthouse.bootstrap import claims as wired
    from charthouse.record.errors import CharthouseError

    wrong = False
    with told.errors():
        for file in files:
            try:
                found = wired.rules_of(file)
            except CharthouseError as error:
                wrong = True
                typer.echo(str(error))
                continue
            typer.echo(f"{file.name}: payer {found.payer}, {len(found.rule)} {'rule' if len(found.rule) == 1 else 'rules'}, {sum(len(r.fires) + len(r.passes) for r in found.rule)} cases hold.")
        raise typer.Exit(FAILED if wrong else 0)


@app.command()
def denials(propose: Annotated[bool, typer.Option("--propose", help="Rules that refusals which repeat propose, as TOML.")] = False, facility: Facility = None) -> None:
    """What payers refused and nobody has settled, the first due first."""
    from charthouse.bootstrap.finding import at_desk
    from charthouse.flow import billing

    with told.errors(), at_desk("biller", "payment", facility or []) as desk:
        if propose:
            found = billing.proposed(desk)
            for p in found:
                typer.echo(f"# {p.times} times, {_money(p.amount)}\n{p.toml}")
            typer.echo("" if found else "Nothing was refused often enough to propose a rule.", nl=not found)
            return
        for d, _ in billing.denials(desk):
            typer.echo(f"{d.id}  {d.state:<8}  due {d.due}  {_money(d.amount):>10}  {d.group}-{d.reason} {' '.join(d.remarks)}  {d.code}  claim {d.claim}")


def _money(cents: int) -> str:
    return f"{'-' if cents < 0 else ''}{abs(cents) // 100:,}.{abs(cents) % 100:02d}"
