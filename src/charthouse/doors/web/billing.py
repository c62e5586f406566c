"""Claims at the workbench: what may be billed, a claim beside what its codes rest on, files sent and answers posted, denials with their appeals, remittances."""
from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from types import SimpleNamespace
from typing import Any, NamedTuple

from fastapi import APIRouter, File, Form, Request, UploadFile
from fastapi.responses import RedirectResponse, Response
from starlette.concurrency import run_in_threadpool

from charthouse.bootstrap import claims as wired
from charthouse.doors.web.caller import bench, needs, session
from charthouse.doors.web.page import show
from charthouse.flow import appealing, billing, listing
from charthouse.flow.deciding_view import patient_of
from charthouse.flow.desk import Desk
from charthouse.record.billing import OPEN_DENIALS, SETTLED, STATES, UNSENT, BillingSite, DenialState, State, Taken
from charthouse.record.claim import Adjustment, Party
from charthouse.record.errors import BadRequest, CharthouseError
from charthouse.record.remittance import PaidClaim, PaidLine, Remittance
from charthouse.rooms.billing import ALSO_MENDS, MENDS, read_eob

router = APIRouter()
MOST = 16  # files at once
DONE = 100  # of those that are done, the newest
WORK: tuple[State, ...] = ("held", "refused", "ready", "sent", "accepted", "part", "denied")
HINTS = {"authorization": "the payer's number", "referral": "the payer's number", "admission_type": "1 emergency, 2 urgent, 3 elective, 4 newborn, 5 trauma", "admission_source": "one character", "discharge_status": "two digits", "admitting": "ICD-10-CM",
         "clia": "ten characters", "note": "words to the payer", "conditions": "44, A6", "values": "80=4, A1=120.50", "occurrences": "11=2026-03-02", "accident": "MA 2026-03-02", "modifier": "2=59: line 2", "attachments": "OZ EL ACN-77: type, way, number", "member": "member number", "group": "group number",
         "payer": "a name of billing.toml", "address": "street; city; state; ZIP", "referring": "a provider of billing.toml, as named there"}


@router.get("/claims")
def index(request: Request, desk: Desk = needs("claim.write")) -> Response:
    return _index(request, desk)


def _index(request: Request, desk: Desk, *, taken: tuple[tuple[str, Taken], ...] = (), wrong: str = "", said: str = "", status: int = 200) -> Response:
    site = _site()
    work = sorted(billing.listed(desk, WORK), key=lambda c: WORK.index(c[0].state))
    done = billing.listed(desk, tuple(s for s in STATES if s not in WORK), most=DONE, newest=True)
    return show(request, "billing/index.html", status=status, bills=site is not None, to_bill=billing.to_bill(desk, bench(request).kit, site) if site else (), work=work, done=done, files=billing.files(desk)[:20],
                overpaid=billing.overpayments(desk), today=desk.clock().date(), ready=sum(c.state == "ready" for c, _ in work), taken=taken, wrong=wrong, said=said)


def _site() -> BillingSite | None:
    return wired.site() if wired.bills() else None


@router.post("/claims/build/{chart}")
def build(request: Request, chart: str, desk: Desk = needs("claim.write")) -> Response:
    with listing.not_telling(desk, "claim.write"):
        made = billing.build(desk, bench(request).kit, wired.site(), chart)
    return RedirectResponse(f"/claim/{made.id}", 303)


@router.post("/claims/build")
def build_all(request: Request, desk: Desk = needs("claim.write")) -> Response:
    """Every visit that nothing holds."""
    site, kit = wired.site(), bench(request).kit
    made = [billing.build(desk, kit, site, t.encounter) for t in billing.to_bill(desk, kit, site) if not t.stopped]
    return _index(request, desk, said=f"{len(made)} built, {sum(c.state == 'held' for c in made)} held by an edit.")


@router.post("/claims/send")
def send(request: Request, desk: Desk = needs("claim.write")) -> Response:
    files = billing.send(desk, wired.site(), wired.outbox(), wired.x12_of)
    return _index(request, desk, said="; ".join(f"{f.name}: {len(f.claims)} to {f.receiver}" for f in files) or "No claim is ready.")


@router.post("/claims/receive")
def receive(request: Request, files: list[UploadFile] = File(default=[]), desk: Desk = needs("claim.write")) -> Response:  # noqa: B008
    """What payers answered; a file that cannot be read stops no other."""
    chosen = [f for f in files if f.filename]
    if not chosen or len(chosen) > MOST:
        return _index(request, desk, wrong=f"Choose at least one file, and at most {MOST}.", status=400)
    taken: list[tuple[str, Taken]] = []
    for f in chosen:
        try:
            taken += [(f.filename or "file", t) for t in billing.receive(desk, wired.site(), wired.read(f.file.read()))]
        except CharthouseError as refused:
            taken.append((f.filename or "file", Taken(kind="", about="", what="not taken", why=str(refused), held=True)))
    return _index(request, desk, taken=tuple(taken))


@router.post("/claims/paper")
def paper(request: Request, file: UploadFile = File(default=None), desk: Desk = needs("claim.write")) -> Response:  # noqa: B008
    """An explanation of benefits as PDF or picture, read into a draft that a person looks over; nothing is kept of it until it is posted."""
    if file is None or not file.filename:
        return _index(request, desk, wrong="Choose a file.", status=400)
    try:
        text = "\n".join(d.text for a in bench(request).read(file.file.read(), file.filename) for d in a.documents)
    except CharthouseError as refused:
        return _index(request, desk, wrong=str(refused), status=refused.http_status)
    return show(request, "billing/paper.html", draft=_spelled(read_eob(text)), text=text, wrong="")


class PaperLine(NamedTuple):
    """A row of the page; amounts as a person types them."""

    claim: str
    code: str
    charge: str
    paid: str
    adjusted: str  # "CO-45 22.00, PR-3 20.00"
    remarks: str


def _spelled(read: Any) -> dict[str, Any]:
    r = read.remittance
    rows = [PaperLine(c.id, x.code, _dollars(x.charge), _dollars(x.paid), ", ".join(f"{a.group}-{a.reason} {_dollars(a.amount)}" for a in x.adjustments), " ".join(x.remarks)) for c in r.claims for x in c.lines]
    return {"trace": r.trace, "on": r.on.isoformat() if r.on.year > 1900 else "", "amount": _dollars(r.amount), "payer": r.payer.name, "rows": rows, "doubts": read.doubts}


def _dollars(cents: int) -> str:
    return f"{'-' if cents < 0 else ''}{abs(cents) // 100}.{abs(cents) % 100:02d}"


@router.post("/claims/paper/post")
async def paper_post(request: Request, desk: Desk = needs("claim.write")) -> Response:
    """The draft as the person confirmed it: it balances, or is held like any other."""
    form = await request.form()
    return await run_in_threadpool(_paper_posted, request, desk, {k: [str(v)[:300] for v in form.getlist(k)] for k in ("trace", "on", "amount", "payer", "claim", "code", "charge", "paid", "adjusted", "remarks", "text")})


def _paper_posted(request: Request, desk: Desk, said: dict[str, list[str]]) -> Response:
    rows = [PaperLine(*row) for row in zip(*(said[name] for name in PaperLine._fields), strict=False)]
    one = {name: (said[name] or [""])[0] for name in ("trace", "on", "amount", "payer")}
    try:
        remit = typed(one, [r for r in rows if any(r)])
    except BadRequest as wrong:
        return show(request, "billing/paper.html", status=wrong.http_status, draft=one | {"rows": rows, "doubts": ()}, text=(said["text"] or [""])[0], wrong=str(wrong))
    taken = billing.receive(desk, wired.site(), [SimpleNamespace(kind="835", what=remit)])
    return _index(request, desk, taken=tuple(("on paper", t) for t in taken))


def typed(one: dict[str, str], rows: Sequence[PaperLine]) -> Remittance:
    """A remittance of what was typed. Raises `BadRequest` naming the row."""
    amount = _typed_cents(one["amount"])
    claims: dict[str, list[PaidLine]] = {}
    try:
        on = date.fromisoformat(one["on"])
    except ValueError:
        raise BadRequest(why="The day of payment is YYYY-MM-DD") from None
    if amount is None or not one["trace"].strip():
        raise BadRequest(why="A payment has its check or trace number, and its amount")
    for n, row in enumerate(rows, 1):
        charge, paid = _typed_cents(row.charge), _typed_cents(row.paid)
        parts = [p.split() for p in row.adjusted.split(",") if p.strip()]
        adjusted = [(re.fullmatch(r"(CO|PR|OA|PI)-(\w{1,3})", p[0].upper()), _typed_cents(p[-1])) if len(p) == 2 else (None, None) for p in parts]
        if charge is None or paid is None or not row.claim.strip() or any(m is None or a is None for m, a in adjusted):
            raise BadRequest(why=f"Row {n} has a claim, what was charged and paid in dollars, and adjustments such as CO-45 22.00, PR-3 20.00")
        line = PaidLine(charge=charge, paid=paid, code=row.code.strip().upper(), adjustments=tuple(Adjustment(group=m[1], reason=m[2], amount=a) for m, a in adjusted if m and a is not None), remarks=tuple(row.remarks.upper().split()))
        claims.setdefault(row.claim.strip().upper(), []).append(line)
    if not claims:
        raise BadRequest(why="There is no row")
    paid_claims = tuple(PaidClaim(id=id, status="1" if any(x.paid for x in lines) else "4", charge=sum(x.charge for x in lines), paid=sum(x.paid for x in lines), patient_due=sum(a.amount for x in lines for a in x.adjustments if a.group == "PR"), lines=tuple(lines)) for id, lines in claims.items())
    return Remittance(amount=amount, trace=one["trace"].strip(), on=on, payer=Party(name=one["payer"].strip()), payee=Party(), method="CHK", claims=paid_claims)


def _typed_cents(said: str) -> int | None:
    m = re.fullmatch(r"(-?)\$?(\d{1,9}(?:,\d{3})*)(?:\.(\d\d))?", said.strip())
    return (-1 if m[1] else 1) * (int(m[2].replace(",", "")) * 100 + int(m[3] or 0)) if m else None


@router.get("/claim/{id}")
def claim(request: Request, id: str, desk: Desk = needs("claim.write")) -> Response:
    return _claim(request, desk, id)


def _claim(request: Request, desk: Desk, id: str, *, wrong: str = "", status: int = 200) -> Response:
    with listing.not_telling(desk, "claim.write"):
        whole = billing.whole(desk, bench(request).kit, id)
    site = _site()
    lines = [{"line": line, "denied": [d for d in whole.denials if d.line == n]} for n, line in enumerate(whole.claim.claim.lines, 1)]
    return show(request, "billing/claim.html", status=status, whole=whole, c=whole.claim, lines=lines, patient=patient_of(whole.chart), traces=appealing.traces(whole, bench(request).kit), mends=[(f, HINTS[f]) for f in (*MENDS, *ALSO_MENDS)],
                unsent=whole.claim.state in UNSENT, price=billing.expected(whole.claim, bench(request).kit, site) if site else None, second=any(x.sequence == "S" for x in whole.material.covers), wrong=wrong)


@router.post("/claim/{id}/mend")
def mend(request: Request, id: str, field: str = Form("", max_length=40), value: str = Form("", max_length=500), desk: Desk = needs("claim.write")) -> Response:
    return _done(request, desk, id, lambda: billing.mend(desk, bench(request).kit, wired.site(), id, field, value, session(request).shown))


@router.post("/claim/{id}/again")
def again(request: Request, id: str, desk: Desk = needs("claim.write")) -> Response:
    return _done(request, desk, id, lambda: billing.rebuild(desk, bench(request).kit, wired.site(), id))


@router.post("/claim/{id}/correct")
def correct(request: Request, id: str, void: bool = Form(False), desk: Desk = needs("claim.write")) -> Response:
    return _done(request, desk, id, lambda: billing.correct(desk, bench(request).kit, wired.site(), id, void=void))


@router.post("/claim/{id}/next")
def next_payer(request: Request, id: str, desk: Desk = needs("claim.write")) -> Response:
    return _done(request, desk, id, lambda: billing.next_payer(desk, bench(request).kit, wired.site(), id))


@router.post("/claim/{id}/close")
def close(request: Request, id: str, why: str = Form("", max_length=300), desk: Desk = needs("claim.write")) -> Response:
    return _done(request, desk, id, lambda: billing.close(desk, id, why, session(request).shown))


def _done(request: Request, desk: Desk, id: str, act: Any) -> Response:
    """The claim that it makes; what cannot be is said on the page of the one it is about."""
    try:
        with listing.not_telling(desk, "claim.write"):
            made = act()
    except CharthouseError as refused:
        if refused.http_status == 404:
            raise
        return _claim(request, desk, id, wrong=str(refused), status=refused.http_status)
    return RedirectResponse(f"/claim/{made.id}", 303)


@router.get("/denials")
def denials(request: Request, all: bool = False, desk: Desk = needs("claim.write")) -> Response:
    found = billing.denials(desk, (*OPEN_DENIALS, *SETTLED) if all else OPEN_DENIALS)
    sums: dict[str, int] = {}
    for d, _ in found:
        sums[d.cause or "not classified"] = sums.get(d.cause or "not classified", 0) + d.amount
    return show(request, "billing/denials.html", found=found, all=all, today=desk.clock().date(), sums=sorted(sums.items(), key=lambda s: -s[1]))


@router.get("/denial/{id}")
def denial(request: Request, id: str, desk: Desk = needs("claim.write")) -> Response:
    return _denial(request, desk, id)


def _denial(request: Request, desk: Desk, id: str, *, wrong: str = "", status: int = 200) -> Response:
    with listing.not_telling(desk, "claim.write"):
        d = billing.denial(desk, id)
        whole = billing.whole(desk, bench(request).kit, d.claim)
    about = appealing.about(whole, d, appealing.traces(whole, bench(request).kit))
    return show(request, "billing/denial.html", status=status, d=d, whole=whole, c=whole.claim, patient=patient_of(whole.chart), about=about, settled=SETTLED, today=desk.clock().date(), wrong=wrong, cause=appealing.cause_of(d), advice=appealing.advice(whole, d, about, desk.clock().date(), _site()), letter=d.letter or appealing.letter(whole, d, about, session(request).shown, desk.clock().date(), _site()))


@router.post("/denial/{id}/appeal")
def appeal(request: Request, id: str, letter: str = Form("", max_length=20_000), desk: Desk = needs("claim.write")) -> Response:
    return _settled(request, desk, id, lambda: billing.appeal(desk, id, letter, session(request).shown))


@router.post("/denial/{id}/settle")
def settle(request: Request, id: str, state: str = Form("", max_length=40), why: str = Form("", max_length=500), desk: Desk = needs("claim.write")) -> Response:
    return _settled(request, desk, id, lambda: billing.settle(desk, id, _state(state), why, session(request).shown))


def _state(said: str) -> DenialState:
    found = next((s for s in SETTLED if s == said), None)
    if found is None:
        raise BadRequest(why=f"A denial ends as one of {', '.join(SETTLED)}, with a reason")
    return found


def _settled(request: Request, desk: Desk, id: str, act: Any) -> Response:
    try:
        with listing.not_telling(desk, "claim.write"):
            act()
    except CharthouseError as refused:
        if refused.http_status == 404:
            raise
        return _denial(request, desk, id, wrong=str(refused), status=refused.http_status)
    return RedirectResponse(f"/denial/{id}", 303)


@router.get("/denial/{id}/letter")
def letter(request: Request, id: str, desk: Desk = needs("claim.write")) -> Response:
    """To print."""
    with listing.not_telling(desk, "claim.write"):
        d = billing.denial(desk, id)
    return show(request, "billing/letter.html", d=d)


@router.get("/remits")
def remits(request: Request, desk: Desk = needs("claim.write")) -> Response:
    return show(request, "billing/remits.html", found=billing.remits(desk))


@router.get("/remit/{id}")
def remit(request: Request, id: str, desk: Desk = needs("claim.write")) -> Response:
    found, postings = billing.remit(desk, id)
    return show(request, "billing/remit.html", r=found, postings=postings)
