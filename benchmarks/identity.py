"""How fast a registration finds its patient in an index of many: milliseconds, median and 95 of 100, store and flush included."""
from __future__ import annotations

import random
import statistics
import sys
import tempfile
import time
from datetime import UTC, date, datetime
from pathlib import Path

from charthouse.adapters.storage import schema
from charthouse.adapters.storage import site as sites
from charthouse.adapters.storage.layout import Layout
from charthouse.bootstrap.record import sign_in
from charthouse.flow.identity import find_or_register
from charthouse.flow.weighing import weighing
from charthouse.record.access import Actor
from charthouse.record.filing import Registration
from charthouse.rooms.identity import keys, of_registration

PATIENTS, ASKED = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000, 200
WIRE = Actor(id="wire", roles=frozenset({"interface"}), facilities=frozenset({"north"}), origin="benchmark")
SOUNDS = ("ba", "ke", "lo", "mi", "nu", "ra", "se", "to", "vi", "da", "fe", "go", "hi", "ju", "pa")


def person(number: int) -> Registration:
    """Names as unevenly frequent as names are."""
    chance = random.Random(number)

    def name(most: int) -> str:
        n = int(most * chance.random() ** 3)
        return SOUNDS[n % 15] + SOUNDS[n // 15 % 15] + ("n", "s", "r", "ll")[n % 4] + SOUNDS[n // 225 % 15]

    return Registration(facility="north", identifiers=(("mrn", str(number)),), family=name(3000), given=name(400), sex=chance.choice("FM"), phone=f"555{chance.randrange(10**7):07}",
                        birth_date=date.fromordinal(chance.randrange(date(1935, 1, 1).toordinal(), date(2025, 1, 1).toordinal())), address=f"{chance.randrange(200)} {name(900)} Street",
                        postcode=f"{chance.randrange(10_000, 10_400)}")


def fill(site: sites.Site) -> None:
    now = datetime.now(UTC)
    for begin in range(0, PATIENTS, 10_000):
        there = [(f"p{n}", person(n)) for n in range(begin, min(PATIENTS, begin + 10_000))]
        with site.engine.execution_options(writes=True).begin() as connection:
            connection.execute(schema.record.tables["patient"].insert(), [
                {"id": id, "facility": r.facility, "made_at": now, "version": 1, "restricted": False, **{f: getattr(r, f) for f in ("family", "given", "birth_date", "sex", "address", "postcode", "phone")}} for id, r in there])
            connection.execute(schema.record.tables["identifier"].insert(), [{"patient": id, "system": s, "value": v, "since": now} for id, r in there for s, v in r.identifiers])
            connection.execute(schema.identity_key.insert(), [{"key": key, "patient": id} for id, r in there for key in keys(of_registration(r))])


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        site = sites.initialise(Layout(Path(folder) / "site", ""))
        fill(site)
        desk, weights, chance = sign_in(site, WIRE, "treatment"), weighing(), random.Random(1)
        for what, numbers in (("with its number", True), ("by who it is", False)):
            took, right = [], 0
            for n in chance.sample(range(PATIENTS), min(PATIENTS, ASKED)):
                said = person(n)
                begun = time.perf_counter()
                found, _ = find_or_register(desk, said if numbers else Registration(**{f: getattr(said, f) for f in ("facility", "family", "given", "birth_date", "sex", "address", "postcode", "phone")}), weights)
                took.append(1000 * (time.perf_counter() - begun))
                right += found == f"p{n}"
            print(f"identity: {what}, among {PATIENTS:,}: {statistics.median(took):.1f} ms median, {statistics.quantiles(took, n=20)[-1]:.1f} ms of 95 in 100, {right} of {len(took)} found")
        site.close()


if __name__ == "__main__":
    main()
