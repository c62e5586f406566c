"""Chart audit at the desk: a sample is drawn of what was finished, an auditor codes each chart without seeing the coder's codes, and the two are compared."""
from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from secrets import randbelow, token_hex
from typing import Any

from charthouse.flow import deciding
from charthouse.flow.deciding import Opened
from charthouse.flow.desk import SITE, Desk
from charthouse.flow.steps import Kit, group_stay
from charthouse.ports.store import Transaction
from charthouse.record.access import Access
from charthouse.record.audit import Aim, Assigned, Audit, Audited, Finding
from charthouse.record.document import Span
from charthouse.record.errors import AlreadyThere, BadRequest, NoEdition, NotFound, OwnCoding
from charthouse.record.grouping import Diagnosis, Stay
from charthouse.record.ruling import Ruling
from charthouse.rooms.audit import DRG, Difference, differences, drawn, size_for
from charthouse.rooms.deciding import lines_of
from charthouse.rooms.privacy import scope

MOST = 60  # codes of a chart
ALL = Aim()


def make(desk: Desk, kit: Kit, name: str, since: date, until: date, *, size: int = 0, margin: float = 0.05, confidence: float = 0.95, aim: Aim = ALL) -> Audit:
    """A sample of what was finished on these days, drawn by chance among all that fit the aim; `size` 0: as many as the margin and the confidence ask for. Raises `BadRequest`."""
    if not name.strip() or len(name) > 80:
        raise BadRequest(why="A sample has a name of at most 80 characters")
    if not (0.001 <= margin <= 0.5 and 0.5 <= confidence <= 0.999 and size >= 0):
        raise BadRequest(why="A margin lies between 0.1% and 50%, a confidence between 50% and 99.9%")
    seed, id = randbelow(2**31), f"{date.today():%Y%m%d}-{token_hex(3)}"

    def use(open: Transaction, access: Access) -> Audit:
        population = open.audits.finished(access, scope(desk.actor, desk.purpose, desk.rules), since, until, aim)
        if not population:
            raise BadRequest(why="Nothing that fits was finished in this period, so there is nothing to draw from")
        chosen = drawn(population, size or size_for(len(population), margin=margin, confidence=confidence), seed)
        charts = tuple(_as_finished(id, deciding.read_within(open, access, encounter), kit) for encounter in chosen)
        made = Audit(id=id, name=name.strip(), made_at=desk.clock(), by=desk.actor.id, seed=seed, population=len(population), charts=charts, how=aim.how, aim=aim.words)
        open.audits.keep(access, made)
        return made

    return desk.use("audit.write", replace(SITE, id="audits"), use)


def _as_finished(audit: str, at: Opened, kit: Kit) -> Audited:
    """The chart with the codes that it was finished with."""
    final, grouping = at.decided.final, deciding.grouped(at, kit)
    theirs = tuple(Assigned(system=line.system, code=line.code, first=line.first, poa=line.poa) for line in at.decided.codes)
    engine = tuple(Assigned(system=line.system, code=line.code, first=line.first, poa=line.poa) for line in lines_of(at.result.get("codes", ())) if not line.off)
    return Audited(audit=audit, encounter=at.encounter, coder=final.by if final else "", coder_shown=(final.shown or final.by) if final else "", setting=at.coded.visit.setting, theirs=theirs,
                   their_drg=grouping.drg if grouping else "", engine=engine)


def listed(desk: Desk) -> tuple[Audit, ...]:
    return desk.use("audit.write", replace(SITE, id="audits"), lambda open, access: open.audits.listed(access, scope(desk.actor, desk.purpose, desk.rules)))


def one(desk: Desk, id: str) -> Audit:
    """Raises `NotFound`."""
    found = next((a for a in listed(desk) if a.id == id), None)
    if found is None:
        raise NotFound()
    return found


def blind(desk: Desk, audit: str, encounter: str) -> tuple[Opened, Audited]:
    """The chart for an auditor who has not coded it yet: what is shown of it must hold none of its codes. Raises `NotFound`, `OwnCoding`."""
    at = deciding.opened(desk, encounter)

    def use(open: Transaction, access: Access) -> Audited:
        open.gate.tell(access.event)
        return _mine(open, access, desk, audit, encounter)

    return at, desk.use("audit.write", ("encounter", encounter), use)


def code(desk: Desk, kit: Kit, audit: str, encounter: str, codes: Sequence[Mapping[str, Any]], shown: str) -> Audited:
    """The auditor's own codes, the first diagnosis first; kept once. Raises `BadRequest`, `OwnCoding`, `AlreadyThere`."""
    at = deciding.opened(desk, encounter)
    mine = _checked(codes, at, kit)

    def use(open: Transaction, access: Access) -> Audited:
        chart = _mine(open, access, desk, audit, encounter)
        if chart.done:
            raise AlreadyThere()
        done = replace(chart, mine=mine, my_drg=drg_of(mine, at, kit), by=desk.actor.id, shown=shown, at=desk.clock())
        open.audits.coded(access, done)
        found = tuple(Finding(audit=audit, encounter=encounter, ruling=_quoted(d, at), direction=d.direction, to=d.to, coder=chart.coder, coder_shown=chart.coder_shown, made_at=desk.clock()) for d in differences(done) if d.ruling.rule != DRG)
        open.audit_findings.put(access, audit, encounter, found)
        if not found:
            open.audits.settle(access, replace(done, agreed=mine, agreed_drg=done.my_drg, settled_at=desk.clock()))
        return done

    return desk.use("audit.write", ("encounter", encounter), use)


def _quoted(difference: Difference, at: Opened) -> Ruling:
    """With the words of the record that the engine quotes for the code."""
    codes = {difference.ruling.subject, difference.to}
    spans = tuple(Span(document=e["document"], start=e["start"], end=e["end"], text=e["text"]) for c in at.result.get("codes", ()) if c["code"] in codes for e in c["evidence"][:2])
    return replace(difference.ruling, spans=spans[:4])


def _mine(open: Transaction, access: Access, desk: Desk, audit: str, encounter: str) -> Audited:
    chart = open.audits.chart(access, audit, encounter)
    if chart is None:
        raise NotFound()
    if chart.coder == desk.actor.id:
        raise OwnCoding()
    return chart


def _checked(codes: Sequence[Mapping[str, Any]], at: Opened, kit: Kit) -> tuple[Assigned, ...]:
    if not codes or len(codes) > MOST:
        raise BadRequest(why=f"Give at least one code, and at most {MOST}")
    out: list[Assigned] = []
    for c in codes:
        code = str(c.get("code", "")).strip().upper()
        entry = kit.book.entry(code)
        if entry is None or not kit.book.valid(code, at.coded.visit.day):
            raise BadRequest(why=f"{code or 'An empty code'} is not a complete code on {at.coded.visit.day.isoformat()}")
        if any(a.code == code for a in out):
            raise BadRequest(why=f"{code} is given twice")
        first = entry.system == "ICD-10-CM" and not any(a.first for a in out)
        out.append(Assigned(system=entry.system, code=code, first=first, poa=str(c.get("poa", ""))[:6]))
    return tuple(out)


def drg_of(codes: Sequence[Assigned], at: Opened, kit: Kit) -> str:
    """By the auditor's codes; a POA that they did not say is taken to be that of the coder, so that it alone moves nothing."""
    patient, said = at.result.get("patient") or {}, {line.code: line.poa for line in at.decided.codes}
    diagnoses = [Diagnosis(code=a.code, poa=a.poa or said.get(a.code, "Y")) for a in codes if a.system == "ICD-10-CM"]
    if not at.inpatient or not diagnoses or patient.get("age") is None or not patient.get("sex"):
        return ""
    stay = Stay(id=at.encounter, discharge_date=at.coded.visit.day, age=patient["age"], sex=patient["sex"], discharge_status=at.coded.visit.discharge_status or "01", principal=diagnoses[0],
                secondary=tuple(diagnoses[1:]), procedures=tuple(a.code for a in codes if a.system == "ICD-10-PCS"))
    try:
        return group_stay(stay, kit.grouper, kit.book, what_if=False).drg
    except NoEdition:
        return ""


def as_csv(audit: Audit) -> str:
    """A line a chart: what it was finished with, what the auditor has, what was agreed. No patient."""
    out = io.StringIO()
    write = csv.writer(out)
    write.writerow(["chart", "setting", "coder", "auditor", "coded", "DRG", "audited", "audit DRG", "agreed", "agreed DRG"])
    for c in audit.charts:
        write.writerow([c.encounter, c.setting, c.coder_shown or "the autonomy gate", c.shown, *(part for codes, drg in ((c.theirs, c.their_drg), (c.mine, c.my_drg), (c.agreed, c.agreed_drg)) for part in (" ".join(a.code for a in codes), drg))])
    return out.getvalue()
