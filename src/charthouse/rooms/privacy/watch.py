"""Which accesses a privacy officer should look at. Explanations first: what somebody was given by name is theirs to open; what only lies near does not outweigh a reason to be curious."""
from __future__ import annotations

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta

from charthouse.record.ruling import Ruling
from charthouse.record.watch import Alert, Look, Member, Quiet, Reason, Watched

CITATION = "45 CFR 164.308(a)(1)(ii)(D), 164.312(b)"
SNOOP = "45 CFR 164.502(a), 164.502(b)"
RARE = 12  # patients of a family name, up to which sharing it says something
AGAIN = timedelta(days=14)  # an explained access explains the next ones so long, weakly
MANY, TIMES = 25, 4  # charts more than usual, and how many times as many, from which a day is unusual
ALWAYS = ("self", "household")  # no task explains them: somebody else can do it
OVER_WEAK = ("self", "household", "co-worker", "vip", "family-name")


class Watch:
    """All that is known; `alerts` goes over accesses in the order of time."""

    def __init__(self, members: Iterable[Member], patients: Iterable[Watched], reasons: Iterable[Reason], quiet: Sequence[Quiet] = ()) -> None:
        self._members = {m.id: m for m in members}
        self._patients = {p.id: p for p in patients}
        self._families = Counter(p.family.casefold() for p in self._patients.values())
        self._reasons: dict[tuple[str, str], list[Reason]] = defaultdict(list)
        for r in reasons:
            self._reasons[r.who, r.patient].append(r)
        for of in self._reasons.values():
            of.sort(key=lambda r: r.since)
        self._quiet = tuple(quiet)
        self._explained: dict[tuple[str, str], datetime] = {}
        self._opened: dict[str, dict[date, set[str]]] = defaultdict(lambda: defaultdict(set))

    def alerts(self, looks: Iterable[Look]) -> Iterator[Alert]:
        for look in looks:
            member, patient = self._members.get(look.actor, Member(id=look.actor)), self._patients.get(look.patient, Watched(id=look.patient))
            reason = self._reason(member, look)
            against = [r for r in self._against(look, member, patient, reason) if not self._is_quiet(look, r)]
            if reason is not None and reason.what != "continued":
                self._explained[look.actor, look.patient] = look.at
            self._opened[look.actor][look.at.date()].add(look.patient)
            if against:
                yield Alert(look=look, rulings=tuple(against), explained=reason.what if reason else "")

    def _reason(self, member: Member, look: Look) -> Reason | None:
        """The strongest that holds at the moment."""
        weak = None
        for who in (member.id, member.unit):
            of = self._reasons.get((who, look.patient), ())
            for r in of[:bisect_right(of, look.at, key=lambda r: r.since)]:
                if look.at <= r.until:
                    if r.strength == "strong":
                        return r
                    weak = r
        last = self._explained.get((member.id, look.patient))
        if weak is None and last is not None and look.at - last <= AGAIN:
            return Reason(who=member.id, patient=look.patient, what="continued", since=last, until=last + AGAIN, strength="weak")
        return weak

    def _against(self, look: Look, member: Member, patient: Watched, reason: Reason | None) -> Iterator[Ruling]:
        strong = reason is not None and reason.strength == "strong"
        for rule, said in self._curious(member, patient):
            if rule in ALWAYS or not strong:
                yield _ruling(rule, "error" if rule in ALWAYS or reason is None else "warning", said)
        if look.how == "glass" and not look.followed:
            yield _ruling("glass", "error", "The glass was broken, and nothing was documented of what it was broken for")
        if reason is None and look.how != "glass":
            if look.how == "search":
                yield _ruling("part-of-a-name", "error", "Found by a part of a name, and nothing explains whom was looked for")
            yield _ruling("unexplained", "error", "No encounter, task, request or assignment explains it")
        if not strong and self._unusual(look):
            yield _ruling("volume", "warning", "Many more charts than this person opens on other days")

    def _curious(self, member: Member, patient: Watched) -> Iterator[tuple[str, str]]:
        """Why somebody may be curious about this patient."""
        if (member.patient and member.patient == patient.id) or (patient.member and patient.member == member.id):
            yield "self", "Their own record"
            return
        if member.home and member.home == patient.home:
            yield "household", "Somebody who lives at the same address"
        elif member.family and member.family.casefold() == patient.family.casefold() and self._families[patient.family.casefold()] <= RARE:
            yield "family-name", "Somebody of the same rare family name"
        other = self._members.get(patient.member) if patient.member else None
        if other is not None and other.unit and other.unit == member.unit:
            yield "co-worker", "Somebody who works on the same unit"
        if patient.vip:
            yield "vip", "Somebody whom many know"

    def _unusual(self, look: Look) -> bool:
        """By distinct charts of the day, against the median day of the month before."""
        days = self._opened[look.actor]
        today = len(days[look.at.date()] | {look.patient})
        if today < MANY:
            return False
        before = sorted(len(of) for day, of in days.items() if 0 < (look.at.date() - day).days <= 30)
        usual = before[len(before) // 2] if before else 0
        return bool(before) and today > max(usual * TIMES, usual + MANY)

    def _is_quiet(self, look: Look, ruling: Ruling) -> bool:
        rule = ruling.rule.rsplit("/", 1)[1]
        return any(q.actor == look.actor and look.at <= q.until and ((q.patient and q.patient == look.patient and q.rule in ("", rule)) or (not q.patient and q.rule == rule and rule not in ALWAYS)) for q in self._quiet)


def _ruling(rule: str, verdict: str, message: str) -> Ruling:
    return Ruling(rule=f"watch/{rule}", verdict=verdict, message=message, citation=SNOOP if rule in OVER_WEAK else CITATION)  # type: ignore[arg-type]
