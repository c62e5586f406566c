"""Visits that are coded and may be billed, and the desks of who bills them."""
from __future__ import annotations

from datetime import datetime
from itertools import count
from typing import Any

from web_kit import Bench

from charthouse.bootstrap import claims, demo, record, site_kit
from charthouse.flow import billing, deciding
from charthouse.flow.desk import Desk
from charthouse.flow.post import charge, insured
from charthouse.record.access import Actor
from charthouse.record.act import Act
from charthouse.record.filing import Filing, Registration, Visit
from charthouse.record.received import Charge, Cover

NOTE = "CLINIC NOTE\n\nHistory of present illness:\nPain in the left great toe since Monday.\n\nAssessment:\n1. Gout.\n2. Essential hypertension.\n\nPlan: colchicine.\n"
VISIT = Charge(code="99213", quantity="1", amount=13200, on=datetime(2026, 4, 1).date(), number="1")
_n = count(1)


def desk(bench: Bench, role: str, purpose: str, facility: str = "Harbor") -> Desk:
    return record.sign_in(bench.site, Actor(id=f"demo:{role}", roles=frozenset({role}), facilities=frozenset({facility}), origin="test"), purpose)  # type: ignore[arg-type]


def finish(bench: Bench, visit: str) -> None:
    """Every code that waits accepted, and the chart finished."""
    coder, kit = desk(bench, "coder", "payment"), site_kit()
    at = deciding.opened(coder, visit)
    for line in at.decided.codes:
        if line.waits:
            at = deciding.act(coder, kit, visit, Act(what="accept", line=line.id, shown="Ana Ruiz"), at.coded.version)
    deciding.submit(coder, kit, visit, at.coded.version, "Ana Ruiz", sure=True)


def visited(bench: Bench, *, charges: tuple[Charge, ...] = (VISIT,), covers: tuple[Cover, ...] = (Cover(payer="Commercial", member="W1"),), finished: bool = True) -> str:
    """A new patient's clinic visit with its charges; the visit's id."""
    clerk, n = desk(bench, "him_manager", "operations"), next(_n)
    with clerk.together() as one:
        patient = one.register(Registration(facility="Harbor", identifiers=(("MRN Harbor", f"B-{n}"),), family="Quillfeather", given="Ada", birth_date=datetime(1970, 5, 2).date(), sex="F", address="4 Oak Street, Boston, MA", postcode="02118"))
        visit = one.admit(Visit(patient=patient, facility="Harbor", setting="outpatient", admitted=datetime(2026, 4, 1, 9), number=f"B-{n}", attending="Dr. N. Abernathy"))
        one.file(Filing(encounter=visit, content=NOTE.encode(), text=NOTE, kind="clinic_note", author="Dr. N. Abernathy", service_date=datetime(2026, 4, 1).date(), source="test", signed=True))
        insured(one, patient, "Harbor", covers, "2026-04-01T09:00:00")
        charge(one, patient, visit, "Harbor", "test", charges)
    demo.code(bench.site)
    if finished:
        finish(bench, visit)
    return visit


def biller(bench: Bench) -> Desk:
    return desk(bench, "biller", "payment")


def built(bench: Bench, visit: str) -> Any:
    return billing.build(biller(bench), site_kit(), claims.site(), visit)


def sent(bench: Bench) -> str:
    """Everything that is ready, sent; the text of the last file."""
    files = billing.send(biller(bench), claims.site(), claims.outbox(), claims.x12_of)
    return files[-1].text if files else ""


def received(bench: Bench, content: bytes) -> list[tuple[str, str, str]]:
    """(kind, what, why)."""
    return [(t.kind, t.what, t.why) for t in billing.receive(biller(bench), claims.site(), claims.read(content))]


def now(bench: Bench, id: str) -> Any:
    return billing.whole(biller(bench), site_kit(), id)
