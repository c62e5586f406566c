"""A year of accesses to charts in a hospital that is made up, with snoops planted in it, and how the access watch does on it.

The hospital is made here from chance alone: units, shifts, staff with homes and relatives, patients, stays, tasks. It shares nothing with the rules but the nouns it hands over. 200,000 accesses, 300 snoops of ten kinds, thirty each; one legitimate access in a thousand has no reason on
record (somebody helped out, a telephone call), and one nurse's access in seven is of a patient of the unit whom somebody else was given.

    python benchmarks/access_year.py [--accesses 200000] [--snoops 300] [--seeds 11 12 13]
"""
from __future__ import annotations

import argparse
import random
import time
from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta

from charthouse.record.watch import Look, Member, Reason, Watched

UNITS = ("4 West", "5 East", "ICU", "Emergency", "Surgery", "Obstetrics", "Pediatrics", "Oncology", "Cardiology", "Psychiatry", "Clinic A", "Clinic B")
BEGIN = datetime(2026, 1, 1)
UNEXPLAINED = ("relative by name", "co-worker", "known to many", "neighbour", "by a part of a name")
LOOKS_EXPLAINED = ("household, assigned", "co-worker on the unit", "known to many, on the unit")
KINDS = ("self", "household", *UNEXPLAINED, *LOOKS_EXPLAINED)


@dataclass
class Year:
    members: list[Member]
    patients: list[Watched]
    reasons: list[Reason]
    looks: list[Look]
    snoops: dict[int, str]  # place among the looks to the kind


class Hospital:
    def __init__(self, seed: int, accesses: int, snoops: int) -> None:
        self.chance, self.accesses, self.snoops = random.Random(seed), accesses, snoops
        common = [f"Common{n}" for n in range(60)]
        rare = [f"Rare{n}" for n in range(4000)]
        self.name = lambda: self.chance.choice(common) if self.chance.random() < 0.45 else self.chance.choice(rare)
        self.members: list[Member] = []
        self.patients: list[Watched] = []
        self.reasons: list[Reason] = []
        self.looks: list[tuple[Look, str]] = []
        self.by_unit: dict[str, list[Member]] = defaultdict(list)
        self.by_role: dict[str, list[Member]] = defaultdict(list)

    def made(self) -> Year:
        self._people()
        while len(self.looks) < self.accesses - self.snoops:
            self._stay()
        del self.looks[self.accesses - self.snoops:]
        self._plant()
        self.looks.sort(key=lambda x: x[0].at)
        return Year(self.members, self.patients, self.reasons, [x for x, _ in self.looks], {n: kind for n, (_, kind) in enumerate(self.looks) if kind})

    def _people(self) -> None:
        scale = max(self.accesses // 10, 2000)
        for n in range(scale):
            self.patients.append(Watched(id=f"p{n}", family=self.name(), home=f"{self.chance.randrange(1, 400)} Street {self.chance.randrange(scale // 40)}", vip=n % 400 == 7))
        for unit in UNITS:
            for role, count in (("nurse", 24), ("physician", 6)):
                for _ in range(count):
                    self._member(role, unit)
        for role, unit, count in (("coder", "Records", 14), ("biller", "Billing", 10), ("registrar", "Registration", 16), ("clerk", "Records", 8)):
            for _ in range(count):
                self._member(role, unit)

    def _member(self, role: str, unit: str) -> None:
        """Half of them are patients here, too; most have somebody at home who is."""
        number, family = len(self.members), self.name()
        home = f"{self.chance.randrange(1, 400)} Avenue {number}"
        own = ""
        if self.chance.random() < 0.5:
            own = f"s{number}"
            self.patients.append(Watched(id=own, family=family, home=home, member=f"m{number}"))
        for k in range(self.chance.randrange(0, 3)):
            self.patients.append(Watched(id=f"h{number}-{k}", family=family if self.chance.random() < 0.8 else self.name(), home=home))
        if self.chance.random() < 0.5:
            self.patients.append(Watched(id=f"r{number}", family=family, home=f"{self.chance.randrange(1, 400)} Road {number}"))
        made = Member(id=f"m{number}", unit=unit, family=family, home=home, patient=own)
        self.members.append(made)
        self.by_unit[unit].append(made)
        self.by_role[role].append(made)

    def _at(self, day: datetime, first: int = 7, last: int = 19) -> datetime:
        return day.replace(hour=0, minute=0) + timedelta(minutes=self.chance.randrange(first * 60, last * 60))

    def _because(self, who: str, patient: str, what: str, since: datetime, until: datetime, strength: str = "strong") -> None:
        self.reasons.append(Reason(who=who, patient=patient, what=what, since=since, until=until, strength=strength))  # type: ignore[arg-type]

    def _look(self, who: Member, patient: Watched, at: datetime, kind: str = "", **more: object) -> None:
        self.looks.append((Look(at=at, actor=who.id, patient=patient.id, **more), kind))  # type: ignore[arg-type]

    def _stay(self) -> None:
        """A stay or visit with all who open its chart for their work."""
        chance, patient = self.chance, self.chance.choice(self.patients)
        unit = chance.choice([u for u in UNITS if not patient.member or chance.random() < 0.2 or u != self.members[int(patient.member[1:])].unit])
        begun = BEGIN + timedelta(days=chance.randrange(355), hours=chance.randrange(7, 18))
        days = chance.choice((0, 0, 1, 2, 3, 5, 9)) if unit not in ("Clinic A", "Clinic B") else 0
        ended = begun + timedelta(days=days, hours=6)
        nurses = [m for m in self.by_unit[unit] if m in self.by_role["nurse"] and not self._near(m, patient)]
        doctors = [m for m in self.by_unit[unit] if m in self.by_role["physician"] and not self._near(m, patient)]
        team, doctor = chance.sample(nurses, min(4, len(nurses))), chance.choice(doctors)
        self._because(unit, patient.id, "on the unit", begun - timedelta(hours=2), ended + timedelta(days=2), "weak")
        for nurse in team:
            self._because(nurse.id, patient.id, "care team", begun - timedelta(hours=1), ended + timedelta(days=1))
        self._because(doctor.id, patient.id, "attending", begun - timedelta(days=1), ended + timedelta(days=30))
        for day in range(days + 1):
            on = begun + timedelta(days=day)
            for _ in range(chance.randrange(2, 6)):
                other = [n for n in nurses if not (patient.vip or self._same_unit(n, patient))]
                nurse = chance.choice(other) if other and chance.random() < 1 / 7 else chance.choice(team)
                self._look(nurse, patient, min(max(self._at(on, 0, 24), begun), ended))
            self._look(doctor, patient, min(max(self._at(on), begun), ended))
        if chance.random() < 0.4:
            self._look(doctor, patient, ended + timedelta(days=chance.randrange(1, 25)))
        for role, what, after, within in (("registrar", "registration", -1, 2), ("coder", "assigned chart", 2, 12), ("biller", "claim", 14, 60)):
            somebody = chance.choice([m for m in self.by_role[role] if not self._near(m, patient)])
            since = begun + timedelta(days=after)
            self._because(somebody.id, patient.id, what, since, since + timedelta(days=within))
            self._look(somebody, patient, self._at(since + timedelta(days=chance.randrange(1, within))))
        if chance.random() < 0.02:  # the glass is broken for good reason, and written down
            self._look(chance.choice(doctors), patient, begun, how="glass", followed=True)
        if chance.random() < 0.001 * 14:  # about fourteen accesses a stay: one in a thousand has no reason on record
            self._look(chance.choice(self.by_role["nurse"]), patient, self._at(begun + timedelta(days=60)))

    def _near(self, m: Member, p: Watched) -> bool:
        """Those whom a supervisor would not give the chart to."""
        return m.patient == p.id or m.home == p.home

    def _same_unit(self, m: Member, p: Watched) -> bool:
        return bool(p.member) and self.members[int(p.member[1:])].unit == m.unit

    def _plant(self) -> None:
        """Snoops, of each kind as many."""
        homes: dict[str, list[Watched]] = defaultdict(list)
        names: dict[str, list[Watched]] = defaultdict(list)
        for p in self.patients:
            homes[p.home].append(p)
            names[p.family].append(p)
        colleagues = [p for p in self.patients if p.member]
        stars = [p for p in self.patients if p.vip]
        every = self.snoops // len(KINDS)
        for kind in KINDS:
            done = 0
            while done < every:
                chance = self.chance
                m, at = chance.choice(self.members), self._at(BEGIN + timedelta(days=chance.randrange(360)), 0, 24)
                p, how = self._victim(kind, m, homes, names, colleagues, stars)
                if p is None:
                    continue
                if kind == "household, assigned":
                    m = chance.choice([x for x in self.by_role["coder"] if len(homes[x.home]) > (1 if x.patient else 0)] or [m])
                    p = next((q for q in homes[m.home] if q.id != m.patient), None)
                    if p is None:
                        continue
                    self._because(m.id, p.id, "assigned chart", at - timedelta(days=1), at + timedelta(days=5))
                elif kind in ("co-worker on the unit", "known to many, on the unit"):
                    self._because(m.unit, p.id, "on the unit", at - timedelta(days=1), at + timedelta(days=2), "weak")
                elif any(r.who in (m.id, m.unit) and r.patient == p.id and r.since <= at <= r.until for r in self._of.get(p.id, ())):
                    continue
                self._look(m, p, at, kind, how=how)
                done += 1

    @property
    def _of(self) -> dict[str, list[Reason]]:
        if not hasattr(self, "_kept"):
            self._kept: dict[str, list[Reason]] = defaultdict(list)
            for r in self.reasons:
                self._kept[r.patient].append(r)
        return self._kept

    def _victim(self, kind: str, m: Member, homes: dict[str, list[Watched]], names: dict[str, list[Watched]], colleagues: list[Watched], stars: list[Watched]) -> tuple[Watched | None, str]:
        chance = self.chance
        if kind == "self":
            return next((p for p in homes[m.home] if p.id == m.patient), None), "open"
        if kind in ("household", "household, assigned"):
            return next((p for p in homes[m.home] if p.id != m.patient), None), "open"
        if kind == "relative by name":
            return next((p for p in names[m.family] if p.home != m.home), None), "open"
        if kind in ("co-worker", "co-worker on the unit"):
            same = [p for p in colleagues if p.member != m.id and self.members[int(p.member[1:])].unit == m.unit]
            return (chance.choice(same) if same else None), "open"
        if kind in ("known to many", "known to many, on the unit"):
            return chance.choice(stars), "open"
        if kind == "by a part of a name":
            return chance.choice(self.patients[:2000]), "search"
        return chance.choice(self.patients[:2000]), "open"


def year(seed: int, accesses: int = 200_000, snoops: int = 300) -> Year:
    return Hospital(seed, accesses, snoops).made()


def judged(made: Year) -> tuple[dict[str, tuple[int, int]], int]:
    """By kind (flagged, planted), and how many others were flagged."""
    from charthouse.rooms.privacy import Watch

    places = {id(look): n for n, look in enumerate(made.looks)}
    flagged = {places[id(a.look)] for a in Watch(made.members, made.patients, made.reasons).alerts(made.looks)}
    kinds = Counter(made.snoops.values())
    return {kind: (sum(made.snoops[n] == kind for n in flagged if n in made.snoops), kinds[kind]) for kind in kinds}, sum(n not in made.snoops for n in flagged)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--accesses", type=int, default=200_000)
    parser.add_argument("--snoops", type=int, default=300)
    parser.add_argument("--seeds", type=int, nargs="+", default=[11, 12, 13])
    asked = parser.parse_args()
    for seed in asked.seeds:
        made = year(seed, asked.accesses, asked.snoops)
        begun = time.perf_counter()
        kinds, false = judged(made)
        took = time.perf_counter() - begun
        looks_explained = [kinds[k] for k in LOOKS_EXPLAINED if k in kinds]
        rest = [v for k, v in kinds.items() if k not in LOOKS_EXPLAINED]
        print(f"seed {seed}: {len(made.looks):,} accesses in {took:.1f} s; unexplained {sum(f for f, _ in rest)} of {sum(n for _, n in rest)}; looking explained {sum(f for f, _ in looks_explained)} of {sum(n for _, n in looks_explained)}; {false} others flagged, {1000 * false / len(made.looks):.2f} a thousand")
        print("   ", "; ".join(f"{k} {f}/{n}" for k, (f, n) in kinds.items()))


if __name__ == "__main__":
    main()
