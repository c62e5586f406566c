"""How fast stays are grouped, with and without what-if: stays a second on one core."""
from __future__ import annotations

import statistics
import time
from datetime import date

from charthouse import bootstrap
from charthouse.flow.steps import group_stay
from charthouse.record.grouping import Diagnosis, Stay

CASES = (("I50.23", ("J96.01", "N17.9", "E11.22", "N18.32"), ()), ("A41.9", ("R65.21", "J18.9", "N17.9"), ()), ("M17.11", ("D62", "I10"), ("0SRC0J9",)),
         ("I63.412", ("G81.91", "I48.0"), ("3E03317",)), ("J44.1", ("J96.01",), ()), ("K80.00", ("E66.9",), ("0FT44ZZ",)))
ROUNDS = 200


def stays() -> list[Stay]:
    return [Stay(id=p, discharge_date=date(2026, 6, 15), age=68, sex="M", discharge_status="01", principal=Diagnosis(code=p, poa="Y"),
                 secondary=tuple(Diagnosis(code=s, poa="Y") for s in secondary), procedures=procedures) for p, secondary, procedures in CASES]


def rate(what_if: bool) -> float:
    engine, book = bootstrap.grouping_kit()
    rates = []
    for _ in range(5):
        begun = time.perf_counter()
        for _ in range(ROUNDS):
            for stay in stays():
                group_stay(stay, engine, book, what_if=what_if)
        rates.append(ROUNDS * len(CASES) / (time.perf_counter() - begun))
    return statistics.median(rates)


if __name__ == "__main__":
    print(f"grouping: {rate(False):.0f} stays a second, {rate(True):.0f} with what-if")
