"""Training at the desk: the cases that ship, what a person's codes come to, and how they get on. No chart of the record is opened."""
from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from charthouse.flow.desk import SITE, Desk
from charthouse.flow.run import run
from charthouse.flow.steps import Kit, Received, Work
from charthouse.ports.store import Transaction
from charthouse.record.access import Access
from charthouse.record.audit import Assigned
from charthouse.record.chart import Encounter
from charthouse.record.document import Patient
from charthouse.record.errors import BadRequest, NotFound
from charthouse.record.ruling import Ruling
from charthouse.record.training import Attempt, Case, Page
from charthouse.rooms.training import Known, attempted, differences, level

MOST = 60  # codes of an attempt
OFF = "suppressed"
_knows: dict[str, dict[str, Known]] = {}  # by case: the cases do not change while a server runs


def cases_of(charts: Sequence[Mapping[str, Any]], notes: Sequence[Mapping[str, Any]]) -> dict[str, Case]:
    """By id: sample charts as `gold/charts.json` spells them, and gold notes."""
    made = [*(_case(c) for c in charts), *(_case(_as_chart(n)) for n in notes)]
    return {c.id: c for c in made}


def _as_chart(note: Mapping[str, Any]) -> dict[str, Any]:
    """A gold note; its first code comes first."""
    codes = [{"code": code, "system": "ICD-10-CM", "first": n == 0, "poa": "", "why": ""} for n, code in enumerate(note["codes"])]
    page = {"id": "note", "kind": "clinic_note", "author": "", "date": note["date"], "text": note["text"]}
    return {"id": note["id"], "specialty": note["specialty"], "setting": note["setting"], "date": note["date"], "admitted": None, "patient": note["patient"], "documents": [page], "codes": codes, "rejected": note["rejected"]}


def _case(c: Mapping[str, Any]) -> Case:
    return Case(id=c["id"], topic=c["specialty"], level=level(len(c["codes"]), inpatient=c["setting"] == "inpatient"), setting=c["setting"], on=date.fromisoformat(c["date"]),
                admitted=date.fromisoformat(c["admitted"]) if c["admitted"] else None, sex=c["patient"]["sex"], age=c["patient"]["age"],
                documents=tuple(Page(id=d["id"], kind=d["kind"], author=d["author"], on=date.fromisoformat(d["date"]) if d["date"] else None, text=d["text"]) for d in c["documents"]),
                key=tuple(Assigned(system=k["system"], code=k["code"], first=k["first"], poa=k["poa"]) for k in c["codes"]), why=tuple((k["code"], k["why"]) for k in c["codes"] if k["why"]),
                rejected=tuple((r["code"], r["why"]) for r in c["rejected"]))


def mine(desk: Desk) -> tuple[Attempt, ...]:
    return desk.use("training.do", replace(SITE, id="training"), lambda open, access: open.training.of(access, desk.actor.id))


def everybody(desk: Desk) -> tuple[Attempt, ...]:
    return desk.use("training.read", replace(SITE, id="training"), lambda open, access: open.training.of(access))


def attempt(desk: Desk, kit: Kit, case: Case, codes: Sequence[Mapping[str, Any]], shown: str) -> Attempt:
    """Kept with what it comes to. Raises `BadRequest`."""
    made = attempted(case, _checked(codes, case, kit), desk.actor.id, shown, desk.clock())

    def use(open: Transaction, access: Access) -> Attempt:
        open.training.add(access, made)
        return made

    return desk.use("training.do", replace(SITE, id="training"), use)


def _checked(codes: Sequence[Mapping[str, Any]], case: Case, kit: Kit) -> tuple[Assigned, ...]:
    if not codes or len(codes) > MOST:
        raise BadRequest(why=f"Give at least one code, and at most {MOST}")
    out: list[Assigned] = []
    for c in codes:
        code = str(c.get("code", "")).strip().upper()
        entry = kit.book.entry(code)
        if entry is None or not kit.book.valid(code, case.on):
            raise BadRequest(why=f"{code or 'An empty code'} is not a complete code on {case.on.isoformat()}")
        if any(a.code == code for a in out):
            raise BadRequest(why=f"{code} is given twice")
        out.append(Assigned(system=entry.system, code=code, first=entry.system == "ICD-10-CM" and not any(a.first for a in out), poa=str(c.get("poa", ""))[:6]))
    return tuple(out)


def compared(case: Case, codes: Sequence[Assigned], kit: Kit) -> tuple[Ruling, ...]:
    """What differs from the adjudicated codes, with the words of the chart."""
    return differences(case, codes, _known(case, kit))


def _known(case: Case, kit: Kit) -> dict[str, Known]:
    """What the engine says of each code that it saw, and quotes."""
    if case.id in _knows:
        return _knows[case.id]
    out = {}
    for line in _read(case, kit).codes:
        why = next((r for r in line.reasons if r.verdict == OFF), None) if line.status == OFF else next((r for r in line.reasons if r.citation), None)
        out[line.code] = Known(spans=line.evidence, message=why.message if why else "", citation=why.citation if why else "")
    return _knows.setdefault(case.id, out)


def _read(case: Case, kit: Kit) -> Work:
    encounter = Encounter(id=case.id, setting=case.setting, on=case.on, admitted=case.admitted, patient=Patient(sex=case.sex, age=case.age))
    received = tuple(Received(id=d.id, content=d.text, kind=d.kind, author=d.author, service_date=d.on) for d in case.documents)
    return run(Work(encounter=encounter, received=received), kit, until="coding")


def one(cases: Mapping[str, Case], id: str) -> Case:
    """Raises `NotFound`."""
    if id not in cases:
        raise NotFound()
    return cases[id]
