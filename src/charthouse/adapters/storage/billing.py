"""Claims, files, remittances and denials in the database: implements `ports.billing`. A claim is one JSON text; beside it stand the columns that lists and sums ask for."""
from __future__ import annotations

import json
from collections import Counter, defaultdict
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import Any

import sqlalchemy as sa

from charthouse.adapters.storage.people import everyone, survivor
from charthouse.adapters.storage.records import Work, registrations, visit_of
from charthouse.adapters.storage.schema import charge, claim, claim_file, completion, cover, denial, encounter, patient, posting, query, remit, work_item
from charthouse.adapters.storage.scope import within
from charthouse.adapters.storage.upsert import upsert
from charthouse.record.access import Access, Scope
from charthouse.record.billing import Charged, ClaimFigure, ClaimFile, Denial, DenialState, FileState, KeptClaim, Material, Posting, Remit, State
from charthouse.record.claim import Form
from charthouse.record.query import OPEN
from charthouse.record.received import Charge, Cover
from charthouse.record.remittance import PaidClaim, Remittance
from charthouse.record.ruling import Ruling

_NAME = sa.func.trim(patient.c.family + ", " + patient.c.given, ", ").label("name")
_FINISHED = ("finished", "alone")


@cache
def _as(kind: type) -> Any:
    from pydantic import TypeAdapter

    return TypeAdapter(kind)


def _json(value: Any) -> str:
    return str(_as(value.__class__).dump_json(value).decode())


class PatientCovers:
    def __init__(self, work: Work) -> None:
        self._work = work

    def put(self, access: Access, id: str, covers: tuple[Cover, ...], said_at: str) -> None:
        run = self._work.connection.execute
        last = run(sa.select(sa.func.max(cover.c.said_at)).where(cover.c.patient == id)).scalar() or ""
        if last > said_at:
            return
        run(cover.delete().where(cover.c.patient == id))
        for each in covers:
            run(cover.insert().values(patient=id, sequence=each.sequence, said=_json(each), said_at=said_at))


class StoredClaims:
    def __init__(self, work: Work) -> None:
        self._work = work
        self._execute = work.connection.execute

    def material(self, access: Access, id: str) -> Material:
        row = self._execute(sa.select(encounter).where(encounter.c.id == id)).mappings().one()
        all = everyone(survivor(self._work.connection, row["patient"]))
        covers = self._execute(sa.select(cover.c.said).where(cover.c.patient.in_(all)).order_by(cover.c.said_at.desc())).scalars()
        first: dict[str, Cover] = {}
        for said in covers:
            one = _as(Cover).validate_json(said)
            first.setdefault(one.sequence, one)
        charges = self._execute(sa.select(charge).where(charge.c.encounter == id).order_by(charge.c.service_date, charge.c.id)).mappings()
        questions = self._execute(sa.select(sa.func.count()).where(query.c.encounter == id, query.c.state.in_(OPEN))).scalar_one()
        lacks = self._execute(sa.select(completion.c.lacks).where(completion.c.encounter == id)).scalar() or "[]"
        kept = self._execute(sa.select(claim).where(claim.c.encounter == id).order_by(claim.c.made_at, claim.c.id)).mappings()
        return Material(encounter=id, visit=visit_of(row), registration=registrations(self._work.connection, [row["patient"]])[0][1], covers=tuple(first[s] for s in sorted(first, key="PST".find)),
                        charges=tuple(map(_charged, charges)), questions=questions, lacks=len(json.loads(lacks)), claims=tuple(map(_claim, kept)))

    def keep(self, access: Access, c: KeptClaim) -> None:
        who = self._execute(sa.select(encounter.c.patient).where(encounter.c.id == c.encounter)).scalar_one()
        self._work.tell(replace(access.event, subject=f"claim:{c.id}", patient=who, reason=c.state))
        self._execute(upsert(self._work.connection, claim, {"id": c.id}, {
            "encounter": c.encounter, "facility": c.facility, "payer": c.payer, "form": c.form, "sequence": c.sequence, "state": c.state, "content": _json(c), "control": c.control, "replaces": c.replaces, "charge": c.charge, "paid": c.paid,
            "contractual": c.contractual, "patient_part": c.patient, "denied": c.denied, "file": c.file, "made_at": c.made_at, "sent_at": c.sent_at, "answered_at": c.answered_at}))

    def get(self, access: Access, id: str) -> KeptClaim:
        return _claim(self._execute(sa.select(claim).where(claim.c.id == id)).mappings().one())

    def listed(self, access: Access, scope: Scope, states: tuple[State, ...], *, most: int = 500, newest: bool = False) -> tuple[tuple[KeptClaim, str], ...]:
        self._work.tell(access.event)
        order = (claim.c.made_at.desc(), claim.c.id.desc()) if newest else (claim.c.made_at, claim.c.id)
        rows = self._execute(sa.select(claim, _NAME).select_from(claim.join(encounter).join(patient)).where(*within(scope, encounter.c.facility, patient.c.restricted), claim.c.state.in_(states)).order_by(*order).limit(most)).mappings()
        return tuple((_claim(r), r["name"] or "") for r in rows)

    def unbilled(self, access: Access, scope: Scope, most: int) -> tuple[tuple[str, str], ...]:
        self._work.tell(access.event)
        day = sa.func.coalesce(encounter.c.discharged, encounter.c.admitted)
        rows = self._execute(sa.select(encounter.c.id, _NAME).select_from(encounter.join(patient).join(work_item)).where(
            *within(scope, encounter.c.facility, patient.c.restricted), encounter.c.state.not_in(("cancelled", "destroyed")), work_item.c.state.in_(_FINISHED), ~sa.select(claim.c.id).where(claim.c.encounter == encounter.c.id).exists()).order_by(day, encounter.c.id).limit(most))
        return tuple((r.id, r.name or "") for r in rows)

    def figures(self, access: Access, scope: Scope, since: date, until: date) -> tuple[ClaimFigure, ...]:
        self._work.tell(access.event)
        made = claim.c.made_at.between(datetime.combine(since, time(), UTC), datetime.combine(until + timedelta(days=1), time(), UTC))
        rows = [_claim(r) for r in self._execute(sa.select(claim).select_from(claim.join(encounter).join(patient)).where(*within(scope, encounter.c.facility, patient.c.restricted), made)).mappings()]
        causes: dict[str, Counter[str]] = defaultdict(Counter)
        for r in self._execute(sa.select(denial.c.claim, denial.c.cause, denial.c.amount).select_from(denial.join(claim)).where(made)):
            causes[r.claim][r.cause] += r.amount
        return tuple(ClaimFigure(
            facility=c.facility, payer=c.payer, form=c.form, state=c.state, made_on=c.made_at.date(), sent_on=c.sent_at.date() if c.sent_at else None, answered_on=c.answered_at.date() if c.answered_at else None, corrected=c.claim.frequency in "78",
            stopped=any(h.what in ("held", "refused") for h in c.history), charge=c.charge, paid=c.paid, contractual=c.contractual, patient=c.patient, denied=c.denied, causes=tuple(sorted(causes[c.id].items()))) for c in rows if since <= c.made_at.date() <= until)


class StoredClaimFiles:
    def __init__(self, work: Work) -> None:
        self._work = work
        self._execute = work.connection.execute

    def begin(self, access: Access, form: Form, receiver: str) -> ClaimFile:
        self._work.ledger.lock()
        number = (self._execute(sa.select(sa.func.max(claim_file.c.number))).scalar() or 0) + 1
        made = ClaimFile(number=number, form=form, receiver=receiver, state="stored", made_at=datetime.fromisoformat(access.event.at))
        self.keep(access, made)
        return made

    def keep(self, access: Access, f: ClaimFile) -> None:
        self._work.tell(replace(access.event, subject=f"claim_file:{f.number}", reason=f.state))
        self._execute(upsert(self._work.connection, claim_file, {"number": f.number}, {"form": f.form, "receiver": f.receiver, "state": f.state, "text": f.text, "claims": " ".join(f.claims), "answer": f.answer, "made_at": f.made_at, "written_at": f.written_at}))

    def get(self, access: Access, number: int) -> ClaimFile | None:
        self._work.tell(replace(access.event, subject=f"claim_file:{number}"))
        row = self._execute(sa.select(claim_file).where(claim_file.c.number == number)).mappings().first()
        return _file(row) if row else None

    def listed(self, access: Access, states: tuple[FileState, ...], *, most: int = 200) -> tuple[ClaimFile, ...]:
        self._work.tell(access.event)
        return tuple(map(_file, self._execute(sa.select(claim_file).where(claim_file.c.state.in_(states)).order_by(claim_file.c.number.desc()).limit(most)).mappings()))


class StoredRemits:
    def __init__(self, work: Work) -> None:
        self._work = work
        self._execute = work.connection.execute

    def keep(self, access: Access, r: Remit, postings: tuple[Posting, ...]) -> None:
        self._work.tell(replace(access.event, subject=f"remit:{r.id}", reason=r.state))
        self._execute(upsert(self._work.connection, remit, {"id": r.id}, {"hash": r.hash, "state": r.state, "content": _json(r.remittance), "rulings": json.dumps([x.as_dict() for x in r.rulings]), "received_at": r.received_at, "actor": r.by}))
        self._execute(posting.delete().where(posting.c.remit == r.id))
        for p in postings:
            self._execute(posting.insert().values(remit=r.id, n=p.n, claim=p.claim or None, content=_json(p.paid), trace=p.trace, why=p.why, on=p.on))

    def known(self, access: Access, hash: str) -> Remit | None:
        row = self._execute(sa.select(remit).where(remit.c.hash == hash)).mappings().first()
        return _remit(row) if row else None

    def get(self, access: Access, id: str, scope: Scope) -> tuple[Remit, tuple[tuple[Posting, str], ...]] | None:
        self._work.tell(access.event)
        row = self._execute(sa.select(remit).where(remit.c.id == id)).mappings().first()
        if row is None:
            return None
        seen = sa.or_(posting.c.claim.is_(None), sa.and_(*within(scope, encounter.c.facility, patient.c.restricted)))
        rows = self._execute(sa.select(posting, _NAME).select_from(posting.outerjoin(claim).outerjoin(encounter, encounter.c.id == claim.c.encounter).outerjoin(patient, patient.c.id == encounter.c.patient)).where(posting.c.remit == id, seen).order_by(posting.c.n)).mappings()
        return _remit(row), tuple((_posting(p), p["name"] or "") for p in rows)

    def listed(self, access: Access, *, most: int = 200) -> tuple[tuple[Remit, int], ...]:
        self._work.tell(access.event)
        loose = sa.select(sa.func.count()).where(posting.c.remit == remit.c.id, posting.c.claim.is_(None)).scalar_subquery().label("loose")
        return tuple((_remit(r), r["loose"]) for r in self._execute(sa.select(remit, loose).order_by(remit.c.received_at.desc(), remit.c.id).limit(most)).mappings())

    def postings(self, access: Access, id: str) -> tuple[Posting, ...]:
        return tuple(map(_posting, self._execute(sa.select(posting).select_from(posting.join(remit)).where(posting.c.claim == id).order_by(remit.c.received_at, posting.c.remit, posting.c.n)).mappings()))


class StoredDenials:
    def __init__(self, work: Work) -> None:
        self._work = work
        self._execute = work.connection.execute

    def keep(self, access: Access, d: Denial) -> None:
        self._work.tell(replace(access.event, subject=f"denial:{d.id}", reason=d.state))
        self._execute(upsert(self._work.connection, denial, {"id": d.id}, {
            "claim": d.claim, "encounter": d.encounter, "payer": d.payer, "line": d.line, "code": d.code, "grp": d.group, "reason": d.reason, "remarks": " ".join(d.remarks), "amount": d.amount, "cause": d.cause, "state": d.state, "due": d.due,
            "made_at": d.made_at, "actor": d.by, "at": d.at, "why": d.why, "letter": d.letter}))

    def get(self, access: Access, id: str) -> Denial:
        return _denial(self._execute(sa.select(denial).where(denial.c.id == id)).mappings().one())

    def of(self, access: Access, id: str) -> tuple[Denial, ...]:
        return tuple(map(_denial, self._execute(sa.select(denial).where(denial.c.claim == id).order_by(denial.c.made_at, denial.c.line, denial.c.id)).mappings()))

    def listed(self, access: Access, scope: Scope, states: tuple[DenialState, ...], *, most: int = 500) -> tuple[tuple[Denial, str], ...]:
        self._work.tell(access.event)
        rows = self._execute(sa.select(denial, _NAME).select_from(denial.join(encounter).join(patient)).where(*within(scope, encounter.c.facility, patient.c.restricted), denial.c.state.in_(states)).order_by(
            denial.c.due.asc().nulls_last(), denial.c.amount.desc(), denial.c.id).limit(most)).mappings()
        return tuple((_denial(r), r["name"] or "") for r in rows)


def _charged(r: Any) -> Charged:
    return Charged(received_at=_utc(r["received_at"]), charge=Charge(
        code=r["code"], system=r["system"], quantity=r["quantity"], amount=r["amount"], on=r["service_date"], modifiers=tuple(r["modifiers"].split()), diagnoses=tuple(r["diagnoses"].split()), revenue=r["revenue"], number=r["number"], kind=r["kind"]))


def _claim(r: Any) -> KeptClaim:
    kept: KeptClaim = _as(KeptClaim).validate_json(r["content"])
    return kept


def _file(r: Any) -> ClaimFile:
    return ClaimFile(number=r["number"], form=r["form"], receiver=r["receiver"], state=r["state"], text=r["text"], claims=tuple(r["claims"].split()), made_at=_utc(r["made_at"]), written_at=_utc(r["written_at"]) if r["written_at"] else None, answer=r["answer"])


def _remit(r: Any) -> Remit:
    return Remit(id=r["id"], hash=r["hash"], state=r["state"], remittance=_as(Remittance).validate_json(r["content"]), rulings=tuple(_as(Ruling).validate_python(x) for x in json.loads(r["rulings"])), received_at=_utc(r["received_at"]), by=r["actor"])


def _posting(r: Any) -> Posting:
    return Posting(n=r["n"], claim=r["claim"] or "", paid=_as(PaidClaim).validate_json(r["content"]), on=r["on"], trace=r["trace"], why=r["why"])


def _denial(r: Any) -> Denial:
    return Denial(id=r["id"], claim=r["claim"], encounter=r["encounter"], payer=r["payer"], line=r["line"], code=r["code"], group=r["grp"], reason=r["reason"], remarks=tuple(r["remarks"].split()), amount=r["amount"], cause=r["cause"], state=r["state"], due=r["due"],
                  made_at=_utc(r["made_at"]), by=r["actor"], at=_utc(r["at"]) if r["at"] else None, why=r["why"], letter=r["letter"])


def _utc(at: datetime) -> datetime:
    return at if at.tzinfo else at.replace(tzinfo=UTC)


