"""Claims at the desk: what may be billed, the claim built and mended, sent in files whose numbers are kept before they leave, and what payers answer posted to it."""
from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache
from itertools import groupby
from secrets import choice
from typing import Any

from charthouse.flow import deciding
from charthouse.flow.deciding import Opened
from charthouse.flow.desk import SITE, Desk, told
from charthouse.flow.steps import Kit
from charthouse.flow.tables import rows
from charthouse.ports.outbox import Outbox
from charthouse.ports.store import Transaction
from charthouse.record.access import Access
from charthouse.record.audit import Finding
from charthouse.record.billing import (
    OPEN_DENIALS,
    SETTLED,
    UNSENT,
    WITH_PAYER,
    BillingSite,
    ClaimFile,
    CodedFor,
    Denial,
    DenialState,
    Happened,
    KeptClaim,
    Material,
    Mend,
    Payer,
    Posting,
    Remit,
    Service,
    State,
    Taken,
)
from charthouse.record.claim import Claim, Coded, Party, Performed, Sent
from charthouse.record.errors import BadRequest, BillHeld, ClaimGone
from charthouse.record.price import Price, Shortfall
from charthouse.record.remittance import ClaimAnswer, FileAnswer, Remittance
from charthouse.record.ruling import Ruling
from charthouse.rooms.billing import (
    ALSO_MENDS,
    MENDS,
    Causes,
    Pattern,
    assembled,
    causes,
    covers_on,
    for_next_payer,
    held,
    mismatch,
    patterns,
    posted,
    price,
    scrubbed,
    unbalanced,
)
from charthouse.rooms.privacy import scope

AT_ONCE = 2000  # claims of one file
LISTED = 200
Writer = Callable[[Sent], str]
CLAIMS = replace(SITE, id="claims")


@dataclass(frozen=True, slots=True, kw_only=True)
class ToBill:
    """A visit that is coded and has no claim, with what holds it (() when nothing does)."""

    encounter: str
    name: str
    material: Material
    holds: tuple[Ruling, ...]

    @property
    def stopped(self) -> bool:
        return any(r.verdict == "error" for r in self.holds)

    @property
    def payer(self) -> str:
        """As registration spells the first one."""
        return next((c.payer for c in self.material.covers if c.payer), self.material.visit.payer)


@dataclass(frozen=True, slots=True, kw_only=True)
class Whole:
    """A claim with all that belongs to it. `late`: charges that came after it was built; `stale`: its coding changed since."""

    claim: KeptClaim
    chart: Opened
    material: Material
    postings: tuple[Posting, ...]
    denials: tuple[Denial, ...]
    late: int
    stale: bool


def to_bill(desk: Desk, kit: Kit, site: BillingSite) -> tuple[ToBill, ...]:
    """The oldest first."""
    def use(open: Transaction, access: Access) -> tuple[ToBill, ...]:
        today = desk.clock().date()
        found = []
        for encounter, name in open.claims.unbilled(access, scope(desk.actor, desk.purpose, desk.rules), LISTED):
            material = open.claims.material(access, encounter)
            coded = CodedFor() if material.charges else _coded(_chart(open, access, encounter), kit)  # a chart is opened only to see whether coding itself charges something
            found.append(ToBill(encounter=encounter, name=name, material=material, holds=held(material, replace(coded, finished=True), site, today)))
        return tuple(found)

    return desk.use("claim.write", CLAIMS, use)


def build(desk: Desk, kit: Kit, site: BillingSite, encounter: str) -> KeptClaim:
    """The claim of a visit to its first payer, scrubbed. Raises `NoRecord`, `BillHeld`."""
    def use(open: Transaction, access: Access) -> KeptClaim:
        material, coded = open.claims.material(access, encounter), _finished(open, access, encounter, kit)
        there = next((c for c in material.claims if c.state in UNSENT and c.sequence == "P"), None)
        stops = [r for r in held(material, coded, site, desk.clock().date()) if r.verdict == "error"]
        if stops:
            raise BillHeld(why="; ".join(r.message for r in stops))
        return _made(open, access, desk, kit, site, material, coded, there)

    return desk.use("claim.write", ("encounter", encounter), use)


def mend(desk: Desk, kit: Kit, site: BillingSite, id: str, field: str, value: str, shown: str) -> KeptClaim:
    """What a person says about the claim, which is then built anew. "" takes it back. Raises `NoRecord`, `BadRequest`, `ClaimGone`."""
    if field not in MENDS and field not in ALSO_MENDS:
        raise BadRequest(why=f"A claim is mended by one of: {', '.join((*MENDS, *ALSO_MENDS))}")
    value = value.strip()[:500]

    def use(open: Transaction, access: Access) -> KeptClaim:
        now = _unsent(open, access, id)
        mends = (*(m for m in now.mends if m.field != field), *([Mend(field=field, value=value, by=shown, at=desk.clock())] if value else []))
        return _again(open, access, desk, kit, site, replace(now, mends=mends), "mended", field)

    return desk.use("claim.write", ("claim", id), use)


def rebuild(desk: Desk, kit: Kit, site: BillingSite, id: str) -> KeptClaim:
    """As the record is now. Raises `NoRecord`, `ClaimGone`."""
    return desk.use("claim.write", ("claim", id), lambda open, access: _again(open, access, desk, kit, site, _unsent(open, access, id), "built anew", ""))


def correct(desk: Desk, kit: Kit, site: BillingSite, id: str, *, void: bool = False) -> KeptClaim:
    """A corrected claim (frequency 7) as the record is now, or a void one (8), in the place of one that the payer has. Raises `NoRecord`, `BadRequest`, `ClaimGone`."""
    def use(open: Transaction, access: Access) -> KeptClaim:
        old = open.claims.get(access, id)
        if old.state not in WITH_PAYER:
            raise ClaimGone(id=id, state=old.state, why="only what a payer has is corrected or voided")
        if not old.control:
            raise BadRequest(why="The payer has not told its number of the claim yet: a corrected or void claim names it")
        if any(c.replaces == id for c in open.claims.material(access, old.encounter).claims):
            raise ClaimGone(id=id, state=old.state, why="another claim is in its place already")
        frequency = "8" if void else "7"
        fresh = replace(_new(desk, old, f"{'void' if void else 'corrected'} claim for {id}"), replaces=id, mends=old.mends)
        if void:
            return _keep(open, access, desk, kit, site, replace(fresh, claim=replace(old.claim, id=fresh.id, frequency=frequency, original=old.control), version=old.version), (), "built")
        return _again(open, access, desk, kit, site, replace(fresh, claim=replace(old.claim, frequency=frequency, original=old.control)), "built", "")

    return desk.use("claim.write", ("claim", id), use)


def next_payer(desk: Desk, kit: Kit, site: BillingSite, id: str) -> KeptClaim:
    """The claim to the second payer, with what the first decided. Raises `NoRecord`, `BadRequest`."""
    def use(open: Transaction, access: Access) -> KeptClaim:
        first = open.claims.get(access, id)
        material = open.claims.material(access, first.encounter)
        cover = next((c for c in material.covers if c.sequence == "S"), None)
        payer = site.payer(cover.payer_number or cover.payer) or site.payer(cover.payer) if cover else None
        if cover is None or payer is None:
            raise BadRequest(why="No second payer is registered that billing.toml knows")
        if first.state not in ("paid", "part", "denied") or first.sequence != "P":
            raise BadRequest(why="The first payer has not decided the claim")
        if any(c.sequence == "S" and c.state != "closed" for c in material.claims):
            raise BadRequest(why="The second payer has a claim already")
        fresh = replace(_new(desk, first, f"to the next payer after {id}"), payer=payer.number, sequence="S", version=first.version)
        return _keep(open, access, desk, kit, site, replace(fresh, claim=for_next_payer(fresh.id, first.claim, [p.paid for p in open.remits.postings(access, id)], cover, payer)), (), "built")

    return desk.use("claim.write", ("claim", id), use)


def close(desk: Desk, id: str, why: str, shown: str) -> KeptClaim:
    """Nothing more is expected of it. Raises `NoRecord`, `BadRequest`."""
    if not why.strip():
        raise BadRequest(why="A claim is not closed without a reason")

    def use(open: Transaction, access: Access) -> KeptClaim:
        return _step(open, access, desk, replace(open.claims.get(access, id), state="closed"), "closed", why.strip()[:300])

    return desk.use("claim.write", ("claim", id), use)


def whole(desk: Desk, kit: Kit, id: str) -> Whole:
    """Raises `NoRecord`."""
    def use(open: Transaction, access: Access) -> Whole:
        told(open, access)
        claim = open.claims.get(access, id)
        chart, material = _chart(open, access, claim.encounter), open.claims.material(access, claim.encounter)
        return Whole(claim=claim, chart=chart, material=material, postings=open.remits.postings(access, id), denials=open.denials.of(access, id), late=sum(c.received_at > claim.made_at for c in material.charges), stale=chart.coded.version != claim.version)

    return desk.use("claim.write", ("claim", id), use)


def listed(desk: Desk, states: tuple[State, ...], *, most: int = 500, newest: bool = False) -> tuple[tuple[KeptClaim, str], ...]:
    """The oldest first, or the newest."""
    return desk.use("claim.write", CLAIMS, lambda open, access: open.claims.listed(access, scope(desk.actor, desk.purpose, desk.rules), states, most=most, newest=newest))


# -- made ----------------------------------------------------------------------------------------------------------------------------


def _chart(open: Transaction, access: Access, encounter: str) -> Opened:
    return deciding.read_within(open, access, encounter)


def _finished(open: Transaction, access: Access, encounter: str, kit: Kit) -> CodedFor:
    at = _chart(open, access, encounter)
    standing = deciding.in_step(open, access, at) if at.result else None
    return replace(_coded(at, kit), finished=standing is not None and standing.state in ("finished", "alone"))


def _coded(at: Opened, kit: Kit) -> CodedFor:
    dates = {d["id"]: d["date"] for d in at.result.get("documents", ())}

    def on(engine: Mapping[str, Any]) -> date:
        said = next((dates[e["document"]] for e in engine.get("evidence", ()) if dates.get(e["document"])), None)
        return date.fromisoformat(said) if said else at.coded.visit.day

    diagnoses = [line for line in at.decided.codes if line.system == "ICD-10-CM"]
    grouping = deciding.grouped(at, kit) if at.inpatient else None
    return CodedFor(
        diagnoses=tuple(Coded(code=line.code, poa=_poa(line.poa)) for line in diagnoses if line.role != "external cause"), external=tuple(Coded(code=line.code, poa=_poa(line.poa)) for line in diagnoses if line.role == "external cause"),
        procedures=tuple(Performed(code=line.code, on=on(line.engine)) for line in at.decided.codes if line.system == "ICD-10-PCS"),
        services=tuple(Service(code=line.code, units=int(line.engine.get("units") or 1), on=on(line.engine)) for line in at.decided.codes if line.system in ("CPT", "HCPCS")),
        drg=grouping.drg if grouping else "", operating=next((d["author"] for d in at.result.get("documents", ()) if d["kind"] == "operative_note" and d["author"]), ""), finished=at.decided.final is not None, version=at.coded.version)


def _poa(said: str) -> str:
    return said if said in ("Y", "N", "U", "W") else ""


def _new(desk: Desk, like: KeptClaim, note: str) -> KeptClaim:
    id = _number()
    return KeptClaim(id=id, encounter=like.encounter, facility=like.facility, payer=like.payer, form=like.form, sequence=like.sequence, state="held", claim=replace(like.claim, id=id), made_at=desk.clock(), made_by=desk.actor.id,
                     history=(Happened(at=desk.clock(), by=desk.actor.id, what="begun", note=note),))


def _made(open: Transaction, access: Access, desk: Desk, kit: Kit, site: BillingSite, material: Material, coded: CodedFor, there: KeptClaim | None) -> KeptClaim:
    id = there.id if there else _number()
    claim, seen = assembled(id, material, coded, site, there.mends if there else ())
    payer = claim.payer.number
    fresh = KeptClaim(id=id, encounter=material.encounter, facility=material.visit.facility, payer=payer, form=claim.form, sequence="P", state="held", claim=claim, mends=there.mends if there else (), version=coded.version, made_at=desk.clock(),
                      made_by=desk.actor.id, history=there.history if there else ())
    return _keep(open, access, desk, kit, site, fresh, seen, "built")


def _again(open: Transaction, access: Access, desk: Desk, kit: Kit, site: BillingSite, now: KeptClaim, what: str, note: str) -> KeptClaim:
    """From the record as it is now; a claim to a second payer keeps what it says, which rests on the first one's answer."""
    material, coded = open.claims.material(access, now.encounter), _finished(open, access, now.encounter, kit)
    if now.sequence != "P":
        claim = now.claim
        for m in now.mends:
            claim = MENDS[m.field](claim, m.value) if m.field in MENDS else claim
        return _keep(open, access, desk, kit, site, replace(now, claim=claim), (), what, note)
    if not coded.finished or not covers_on(material) or site.facilities.get(material.visit.facility) is None:
        raise BillHeld(why="; ".join(r.message for r in held(material, coded, site, desk.clock().date()) if r.verdict == "error"))
    claim, seen = assembled(now.id, material, coded, site, now.mends, original=now.claim.original, frequency=now.claim.frequency)
    return _keep(open, access, desk, kit, site, replace(now, claim=claim, payer=claim.payer.number, form=claim.form, version=coded.version, made_at=desk.clock()), seen, what, note)


def _keep(open: Transaction, access: Access, desk: Desk, kit: Kit, site: BillingSite, fresh: KeptClaim, seen: Sequence[Ruling], what: str, note: str = "") -> KeptClaim:
    """Scrubbed and kept: held where something stops it, else ready."""
    rulings = (*seen, *scrubbed([fresh.claim], kit.book, desk.clock().date(), site.payer_book)[0])
    stopped = [r for r in rulings if r.verdict == "error"]
    state: State = "held" if stopped else "ready"
    return _step(open, access, desk, replace(fresh, rulings=rulings, state=state, file=0, sent_at=None), what, note, *([("held", "; ".join(dict.fromkeys(r.rule for r in stopped)))] if stopped else []))


def _step(open: Transaction, access: Access, desk: Desk, claim: KeptClaim, what: str, note: str = "", *more: tuple[str, str], file: str = "") -> KeptClaim:
    steps = tuple(Happened(at=desk.clock(), by=desk.actor.id, what=w, note=n, file=file) for w, n in ((what, note), *more))
    kept = replace(claim, history=(*claim.history, *steps))
    open.claims.keep(access, kept)
    return kept


def _unsent(open: Transaction, access: Access, id: str) -> KeptClaim:
    now = open.claims.get(access, id)
    if now.state not in UNSENT:
        raise ClaimGone(id=id, state=now.state, why="the payer has it: correct it with another claim")
    return now


def _number() -> str:
    """A patient control number: it says nothing of the patient, and can be read over the telephone."""
    return "C" + "".join(choice("23456789ABCDEFGHJKLMNPQRSTUVWXYZ") for _ in range(9))


# -- sent ----------------------------------------------------------------------------------------------------------------------------


def send(desk: Desk, site: BillingSite, outbox: Outbox, written: Writer) -> tuple[ClaimFile, ...]:
    """Every claim that is ready, in files by form and receiver. A file is kept with its number before it is put in the outbox; what an earlier try left there unsent goes first. Raises `CannotSend`."""
    unfinished = desk.use("claim.write", CLAIMS, lambda open, access: open.claim_files.listed(access, ("stored",)))
    made = desk.use("claim.write", CLAIMS, lambda open, access: _files(open, access, desk, site, written))
    return tuple(_put(desk, outbox, file) for file in (*reversed(unfinished), *made))


def _put(desk: Desk, outbox: Outbox, file: ClaimFile) -> ClaimFile:
    outbox.put(file.name, file.text.encode("ascii"))
    there = replace(file, state="written", written_at=desk.clock())
    desk.use("claim.write", CLAIMS, lambda open, access: open.claim_files.keep(access, there))
    return there


def _files(open: Transaction, access: Access, desk: Desk, site: BillingSite, written: Writer) -> tuple[ClaimFile, ...]:
    ready = [c for c, _ in open.claims.listed(access, scope(desk.actor, desk.purpose, desk.rules), ("ready",), most=AT_ONCE)]
    payers = {p.number: p for p in site.payers}
    known = [(c, payers[c.payer]) for c in ready if c.payer in payers]

    def key(entry: tuple[KeptClaim, Payer]) -> tuple[str, str, str]:
        return entry[0].form, entry[1].receiver, entry[1].usage

    files = []
    for (_, receiver, _), of in groupby(sorted(known, key=key), key=key):
        group = list(of)
        file = open.claim_files.begin(access, group[0][0].form, receiver)
        sent = _sent(site, group[0][1], [c.claim for c, _ in group], file)
        file = replace(file, text=written(sent), claims=tuple(c.id for c, _ in group))
        open.claim_files.keep(access, file)
        for c, _ in group:
            _step(open, access, desk, replace(c, state="sent", sent_at=desk.clock(), file=file.number), "sent", f"to {group[0][1].receiver_name or receiver}", file=str(file.number))
            if c.replaces:
                before = open.claims.get(access, c.replaces)
                _step(open, access, desk, replace(before, state="replaced"), "replaced", f"by {c.id}")
        files.append(file)
    return tuple(files)


def _sent(site: BillingSite, payer: Payer, claims: Sequence[Claim], file: ClaimFile) -> Sent:
    return Sent(form=file.form, submitter=site.submitter, receiver=Party(name=payer.receiver_name or payer.receiver, number_kind="46", number=payer.receiver), sender=site.submitter.number, recipient=payer.receiver, at=file.made_at.replace(tzinfo=None, microsecond=0, second=0),
                interchange=file.number, group=file.number, reference=str(file.number), usage=payer.usage, claims=tuple(claims))


def files(desk: Desk) -> tuple[ClaimFile, ...]:
    return desk.use("claim.write", CLAIMS, lambda open, access: open.claim_files.listed(access, ("stored", "written", "accepted", "part", "refused")))


# -- answered ------------------------------------------------------------------------------------------------------------------------


def receive(desk: Desk, site: BillingSite, read: Sequence[Any]) -> tuple[Taken, ...]:
    """What a payer sent, posted: each part in a transaction of its own, so that what cannot be matched stops nothing else. `read`: as `x12_read` reads a file."""
    taken: list[Taken] = []
    for part in read:
        what = part.what
        if isinstance(what, Remittance):
            taken.extend(_remitted(desk, site, what))
        elif isinstance(what, Sent):
            taken.append(Taken(kind=part.kind, about=str(what.interchange), what="not taken", why="it is a file of claims, not an answer", held=True))
        else:
            taken.extend(_file_answered(desk, a) if isinstance(a, FileAnswer) else _claim_answered(desk, a) for a in what)
    return tuple(taken)


def _file_answered(desk: Desk, a: FileAnswer) -> Taken:
    """999: of the whole file; its claims are accepted only by a 277CA, and refused with the file."""
    def use(open: Transaction, access: Access) -> Taken:
        file = open.claim_files.get(access, int(a.group)) if a.group.isdigit() and len(a.group) < 10 else None
        if file is None:
            return Taken(kind="999", about=a.group, what="not matched", why="no file was sent under that control number", held=True)
        status = a.transaction_status or a.status
        why = "; ".join(f"{c.segment} at {c.place}: {c.reason or c.element_reason}" for c in a.complaints)
        refused = status not in ("A", "E")
        open.claim_files.keep(access, replace(file, state="refused" if refused else "accepted", answer=f"999 {status}{f': {why}' if why else ''}"[:2000]))
        for id in file.claims:
            claim = open.claims.get(access, id)
            if claim.file == file.number and claim.state == "sent":
                _step(open, access, desk, replace(claim, state="refused") if refused else claim, "refused" if refused else "file accepted", f"999 {status}{f': {why}' if why else ''}"[:500], file=str(file.number))
        return Taken(kind="999", about=f"file {file.number}", what="refused" if refused else "accepted", why=why)

    return desk.use("claim.write", CLAIMS, use)


def _claim_answered(desk: Desk, a: ClaimAnswer) -> Taken:
    """277CA of one claim."""
    said = "; ".join(f"{s.category}:{s.code}" for s in a.statuses)

    def use(open: Transaction, access: Access) -> Taken:
        claim = open.claims.get(access, a.id)
        if claim.state not in ("sent", "accepted", "refused") or claim.sent_at is None:
            return Taken(kind="277CA", about=a.id, what="not posted", why=f"the claim is {claim.state}", held=True)
        open_ = replace(claim, state="accepted" if a.accepted else "refused", control=a.control or claim.control)
        _step(open, access, desk, open_, "accepted" if a.accepted else "refused", f"277CA {said}" + (f", payer's number {a.control}" if a.control else ""))
        return Taken(kind="277CA", about=a.id, what=open_.state, why="" if a.accepted else said)

    if not _is_claim(desk, a.id):
        return Taken(kind="277CA", about=a.id, what="not matched", why="no claim has that number", held=True)
    return desk.use("claim.write", ("claim", a.id), use)


def _is_claim(desk: Desk, id: str) -> bool:
    def use(open: Transaction, access: Access) -> bool:
        told(open, access)
        return open.gate.resource("claim", id) is not None

    return desk.use("claim.write", CLAIMS, use)


def _remitted(desk: Desk, site: BillingSite, r: Remittance) -> tuple[Taken, ...]:
    """Held whole where it does not add up; else each claim is posted to ours, and what is nobody's is kept for a person."""
    hash = hashlib.sha256(_said(r).encode()).hexdigest()

    def use(open: Transaction, access: Access) -> tuple[Taken, ...]:
        before = open.remits.known(access, hash)
        if before is not None:
            return (Taken(kind="835", about=r.trace, what="taken before", why=f"on {before.received_at:%Y-%m-%d}: it is not posted twice"),)
        wrong = unbalanced(r)
        remit = Remit(id="R" + _number()[1:], hash=hash, state="held" if wrong else "posted", remittance=r, rulings=wrong, received_at=desk.clock(), by=desk.actor.id)
        if wrong:
            open.remits.keep(access, remit, ())
            return (Taken(kind="835", about=r.trace, what="held", why="; ".join(w.message for w in wrong), held=True),)
        postings = tuple(_matched(open, access, n, r) for n in range(len(r.claims)))
        open.remits.keep(access, remit, postings)
        for id in dict.fromkeys(p.claim for p in postings if p.claim):
            _post(open, access, desk, site, id, r)
        loose = [Taken(kind="835", about=p.paid.id, what="not matched", why=p.why, held=True) for p in postings if not p.claim]
        return (Taken(kind="835", about=r.trace, what="posted", why=f"{len(postings) - len(loose)} of {len(postings)} claims, {r.amount / 100:.2f}"), *loose)

    return desk.use("claim.write", CLAIMS, use)


@cache
def tables() -> Causes:
    """What reasons and remarks mean (`rooms/billing/carc.tsv`, `rarc.tsv`)."""
    return causes(rows("billing", "carc.tsv"), rows("billing", "rarc.tsv"))


def _said(r: Remittance) -> str:
    """All that it says of money and of claims: the same file again says the same."""
    return repr((r.trace, r.on, r.amount, r.credit, r.payer.name, r.payer_number, r.withheld, [(c.id, c.control, c.status, c.charge, c.paid, c.patient_due, c.adjustments, c.lines) for c in r.claims]))


def _matched(open: Transaction, access: Access, n: int, r: Remittance) -> Posting:
    paid = r.claims[n]
    if open.gate.resource("claim", paid.id) is None:
        return Posting(n=n, claim="", paid=paid, on=r.on, trace=r.trace, why="no claim has that number")
    why = mismatch(open.claims.get(access, paid.id), paid)
    return Posting(n=n, claim="" if why else paid.id, paid=paid, on=r.on, trace=r.trace, why=why)


def _post(open: Transaction, access: Access, desk: Desk, site: BillingSite, id: str, r: Remittance) -> None:
    claim, postings = open.claims.get(access, id), open.remits.postings(access, id)
    account = posted(claim, postings, tables())
    control = next((p.paid.control for p in reversed(postings) if p.paid.control), claim.control)
    state = claim.state if claim.state in ("replaced", "closed") else account.state
    note = f"paid {account.paid / 100:.2f}, by contract {account.contractual / 100:.2f}, patient {account.patient / 100:.2f}, refused {account.denied / 100:.2f}" + (f", interest {account.interest / 100:.2f}" if account.interest else "")
    _step(open, access, desk, replace(claim, state=state, control=control, paid=account.paid, contractual=account.contractual, patient=account.patient, denied=account.denied, answered_at=desk.clock()), "posted", note, file=r.trace)
    before = {(d.line, d.group, d.reason): d for d in open.denials.of(access, id)}
    payer = next((p for p in site.payers if p.number == claim.payer), None)
    for x in account.refused:
        there = before.pop((x.line, x.group, x.reason), None)
        if there is None and x.amount > 0:
            due = r.on + timedelta(days=payer.appeal_days if payer else 120)
            open.denials.keep(access, Denial(id="D" + _number()[1:], claim=id, encounter=claim.encounter, payer=claim.payer, line=x.line, code=x.code, group=x.group, reason=x.reason, remarks=x.remarks, amount=x.amount, cause=tables().of(x.group, x.reason, x.remarks).cause, due=due, made_at=desk.clock()))
        elif there is not None and there.amount != x.amount and x.amount > 0:
            open.denials.keep(access, replace(there, amount=x.amount))
        elif there is not None and x.amount <= 0:
            before[x.line, x.group, x.reason] = there
    for gone in before.values():  # the payer took it back
        if gone.state in (*OPEN_DENIALS, "corrected"):
            open.denials.keep(access, replace(gone, state="won", at=desk.clock(), why=f"paid with {r.trace}"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Overpayment:
    """A claim that was paid, and whose coding an audit found to hold more than the record: to be reported and returned by `due`."""

    claim: KeptClaim
    name: str
    found: tuple[Ruling, ...]
    since: date
    due: date


REPORT_WITHIN = timedelta(days=60)  # 42 CFR 401.305(b)


def overpayments(desk: Desk) -> tuple[Overpayment, ...]:
    """Found and not yet answered by a corrected or void claim, the first due first. It is identified on the day on which the finding was held to be right."""
    def use(open: Transaction, access: Access) -> tuple[Overpayment, ...]:
        found = []
        seen = scope(desk.actor, desk.purpose, desk.rules)
        over: dict[str, list[Finding]] = {}
        for finding, _ in open.audit_findings.listed(access, seen, review=False, states=("right",)):
            if finding.direction == "over" and finding.at is not None:
                over.setdefault(finding.encounter, []).append(finding)
        for claim, name in open.claims.listed(access, seen, ("paid", "part"), most=AT_ONCE) if over else ():
            mine = over.get(claim.encounter, [])
            replaced = any(c.replaces == claim.id and c.sent_at for c in open.claims.material(access, claim.encounter).claims) if mine else True
            if mine and not replaced:
                since = min(f.at for f in mine if f.at).date()
                found.append(Overpayment(claim=claim, name=name, found=tuple(f.ruling for f in mine), since=since, due=since + REPORT_WITHIN))
        return tuple(sorted(found, key=lambda o: o.due))

    return desk.use("claim.write", CLAIMS, use)


TOLERANCE, LEAST = 0.02, 5_000  # two percent, and fifty dollars: below them a difference is rounding or interest


def expected(claim: KeptClaim, kit: Kit, site: BillingSite) -> Price | None:
    """The estimate of a stay; None where the site gave no rates, or it is no stay."""
    rates = site.facilities[claim.facility].ipps if claim.facility in site.facilities else None
    return price(claim.claim, rates, kit.book) if rates and claim.claim.drg and claim.claim.filing in ("MA", "MB") else None


def underpaid(desk: Desk, kit: Kit, site: BillingSite) -> tuple[Shortfall, ...]:
    """Stays that were paid less than the estimate, the most first: expected against what the payer allowed (paid, the patient's part, sequestration)."""
    found = []
    for claim, _ in listed(desk, ("paid", "part"), most=AT_ONCE, newest=True):
        made = expected(claim, kit, site)
        if made is None or made.amount is None:
            continue
        came = claim.paid + claim.patient + _sequestered(desk, claim.id)
        if made.amount - came > max(LEAST, TOLERANCE * made.amount):
            found.append(Shortfall(claim=claim.id, payer=claim.payer, drg=claim.claim.drg, expected=made.amount, came=came))
    return tuple(sorted(found, key=lambda s: -s.short))


def _sequestered(desk: Desk, id: str) -> int:
    def use(open: Transaction, access: Access) -> int:
        told(open, access)
        return sum(a.amount for p in open.remits.postings(access, id) for a in (*p.paid.adjustments, *(a for line in p.paid.lines for a in line.adjustments)) if a.reason == "253")

    return desk.use("claim.write", ("claim", id), use)


def remits(desk: Desk) -> tuple[tuple[Remit, int], ...]:
    return desk.use("claim.write", CLAIMS, lambda open, access: open.remits.listed(access))


def remit(desk: Desk, id: str) -> tuple[Remit, tuple[tuple[Posting, str], ...]]:
    """Raises `BadRequest`."""
    found = desk.use("claim.write", replace(SITE, id=f"remit:{id}"), lambda open, access: open.remits.get(access, id, scope(desk.actor, desk.purpose, desk.rules)))
    if found is None:
        raise BadRequest(why="There is no such remittance")
    return found


# -- refused -------------------------------------------------------------------------------------------------------------------------


def denials(desk: Desk, states: tuple[DenialState, ...] = OPEN_DENIALS) -> tuple[tuple[Denial, str], ...]:
    """The first due first."""
    return desk.use("claim.write", CLAIMS, lambda open, access: open.denials.listed(access, scope(desk.actor, desk.purpose, desk.rules), states))


def denial(desk: Desk, id: str) -> Denial:
    """Raises `NoRecord`."""
    def use(open: Transaction, access: Access) -> Denial:
        told(open, access)
        return open.denials.get(access, id)

    return desk.use("claim.write", ("denial", id), use)


def proposed(desk: Desk) -> tuple[Pattern, ...]:
    """Rules that refusals which repeat propose."""
    return patterns((d for d, _ in denials(desk, (*OPEN_DENIALS, *SETTLED))), tables())


def appeal(desk: Desk, id: str, letter: str, shown: str) -> Denial:
    """The letter as it goes out. Raises `NoRecord`, `BadRequest`, `ClaimGone`."""
    def use(open: Transaction, access: Access) -> Denial:
        now = open.denials.get(access, id)
        if now.state != "open":
            raise ClaimGone(id=id, state=now.state, why="it is appealed once")
        if not letter.strip():
            raise BadRequest(why="An appeal needs its letter")
        done = replace(now, state="appealed", letter=letter.strip()[:20_000], at=desk.clock(), by=shown)
        open.denials.keep(access, done)
        _step(open, access, desk, open.claims.get(access, now.claim), "appealed", f"{now.group}-{now.reason} {now.amount / 100:.2f}")
        return done

    return desk.use("claim.write", ("denial", id), use)


def settle(desk: Desk, id: str, state: DenialState, why: str, shown: str) -> Denial:
    """What became of it. Raises `NoRecord`, `BadRequest`, `ClaimGone`."""
    def use(open: Transaction, access: Access) -> Denial:
        now = open.denials.get(access, id)
        if now.state not in OPEN_DENIALS:
            raise ClaimGone(id=id, state=now.state, why="it is settled")
        if state not in SETTLED or not why.strip():
            raise BadRequest(why=f"A denial ends as one of {', '.join(SETTLED)}, with a reason")
        done = replace(now, state=state, why=why.strip()[:500], at=desk.clock(), by=shown)
        open.denials.keep(access, done)
        _step(open, access, desk, open.claims.get(access, now.claim), "denial settled", f"{now.group}-{now.reason}: {state}")
        return done

    return desk.use("claim.write", ("denial", id), use)
