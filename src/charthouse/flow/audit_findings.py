"""What audits and reviews hold against finished charts, at the desk: settled by an auditor, answered and studied by the coder."""
from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from charthouse.flow import audits, deciding
from charthouse.flow.desk import SITE, Desk
from charthouse.flow.steps import Kit
from charthouse.ports.store import Transaction
from charthouse.record.access import Access
from charthouse.record.audit import Finding
from charthouse.record.errors import AlreadyThere, BadRequest, NotFound, OwnCoding
from charthouse.rooms.audit import agreed
from charthouse.rooms.privacy import scope


def findings(desk: Desk, audit: str, encounter: str) -> tuple[Finding, ...]:
    """What the two codings hold against each other, with what was settled of it."""
    def use(open: Transaction, access: Access) -> tuple[Finding, ...]:
        open.gate.tell(access.event)
        return open.audit_findings.of(access, audit, encounter)

    return desk.use("audit.write", ("encounter", encounter), use)


def settle(desk: Desk, kit: Kit, audit: str, encounter: str, key: str, *, right: bool, why: str, shown: str) -> Finding:
    """Whether a finding holds, and why; when the last of a chart is settled, the chart has its agreed codes. `audit` "": of the review. Raises `NotFound`, `OwnCoding`, `BadRequest`, `AlreadyThere`."""
    if not why.strip():
        raise BadRequest(why="A finding is not settled without a reason")
    at = deciding.opened(desk, encounter)

    def use(open: Transaction, access: Access) -> Finding:
        of = open.audit_findings.of(access, audit, encounter)
        found = next((f for f in of if f.key == key), None)
        if found is None:
            raise NotFound()
        if found.coder == desk.actor.id:
            raise OwnCoding()
        if found.state != "open":
            raise AlreadyThere()
        done = replace(found, state="right" if right else "wrong", why=why.strip()[:1000], by=desk.actor.id, shown=shown, at=desk.clock())
        open.audit_findings.change(access, done)
        settled = [done if f.key == key else f for f in of]
        chart = open.audits.chart(access, audit, encounter) if audit else None
        if chart is not None and all(f.state != "open" for f in settled):
            codes = agreed(chart, [(f.ruling.rule, f.ruling.subject, f.to) for f in settled if f.state == "wrong"])
            open.audits.settle(access, replace(chart, agreed=codes, agreed_drg=audits.drg_of(codes, at, kit), settled_at=desk.clock()))
        return done

    return desk.use("audit.write", ("encounter", encounter), use)


def reviews(desk: Desk, states: tuple[str, ...] = ("open",)) -> tuple[tuple[Finding, str], ...]:
    """(finding, service) of the review of all finished charts, but for one's own."""
    found = desk.use("audit.write", replace(SITE, id="reviews"), lambda open, access: open.audit_findings.listed(access, scope(desk.actor, desk.purpose, desk.rules), review=True, states=states))
    return tuple((f, unit) for f, unit in found if f.coder != desk.actor.id)


def education(desk: Desk) -> tuple[Finding, ...]:
    """What holds against coders, of audits and reviews: what is to be learned."""
    found = desk.use("audit.write", replace(SITE, id="education"), lambda open, access: open.audit_findings.listed(access, scope(desk.actor, desk.purpose, desk.rules), review=False, states=("right",)))
    return tuple(f for f, _ in found if f.coder)


def of_me(desk: Desk) -> tuple[Finding, ...]:
    """What audits hold against one's own coding, and what of the review was settled as right."""
    found = desk.use("code.decide", replace(SITE, id="education"), lambda open, access: open.audit_findings.listed(access, scope(desk.actor, desk.purpose, desk.rules), review=False, states=("open", "right", "wrong"), coder=desk.actor.id))
    return tuple(f for f, _ in found if f.audit or f.state == "right")


def studied(desk: Desk, audit: str, encounter: str, key: str) -> Finding:
    """Raises `NotFound`."""
    return _answered(desk, audit, encounter, key, lambda f: replace(f, studied_at=f.studied_at or desk.clock()))


def reply(desk: Desk, audit: str, encounter: str, key: str, words: str) -> Finding:
    """The coder's word on an open finding, once. Raises `NotFound`, `BadRequest`, `AlreadyThere`."""
    if not words.strip() or len(words) > 1000:
        raise BadRequest(why="A reply has at most 1,000 characters")

    def replied(f: Finding) -> Finding:
        if f.state != "open" or f.reply:
            raise AlreadyThere()
        return replace(f, reply=words.strip(), replied_at=desk.clock())

    return _answered(desk, audit, encounter, key, replied)


def _answered(desk: Desk, audit: str, encounter: str, key: str, how: Callable[[Finding], Finding]) -> Finding:
    def use(open: Transaction, access: Access) -> Finding:
        found = next((f for f in open.audit_findings.of(access, audit, encounter) if f.key == key and f.coder == desk.actor.id), None)
        if found is None:
            raise NotFound()
        changed = how(found)
        open.audit_findings.change(access, changed)
        return changed

    return desk.use("code.decide", ("encounter", encounter), use)
