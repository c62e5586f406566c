"""The figures of the gate on a set of charts with validated codes, by cross-validation: what stands in docs/gate.md.

    python training/gate_figures.py CHARTS.ndjson --name "what the charts are" [--write docs/gate.md]

CHARTS has the lines that `charthouse gate learn` takes. Nothing of the charts is written but counts and rates. The same charts
give the same figures: chance is seeded.
"""
from __future__ import annotations

import argparse
import json
import random
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from charthouse import bootstrap
from charthouse.doors.cli import items
from charthouse.flow.gate import validated
from charthouse.flow.run import run
from charthouse.rooms.coding.gate.bound import interval
from charthouse.rooms.coding.gate.calibration import error
from charthouse.rooms.coding.gate.chart import ValidatedChart
from charthouse.rooms.coding.gate.curve import code_curve, crossed, floor, reliability
from charthouse.rooms.coding.gate.lean import teach
from charthouse.rooms.coding.gate.learn import leaned, wholes
from charthouse.rooms.coding.gate.threshold import Point, Promise, points, prove

FOLDS, REPEATS, SPLITS, SITES = 10, 20, 200, 200
LEANS, INNER = 5, 5  # repeats with a lean, which takes longer; folds within the nine
RATES = (0.05, 0.10, 0.20, 0.30)
Codes = list[tuple[float, bool]]


def charts_of(path: Path) -> list[ValidatedChart]:
    kit = bootstrap.kit()
    told = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    return [validated(run(items.work_of(item), kit), kit, items.validated_of(item)) for item in told]


def codes_of(charts: Sequence[ValidatedChart]) -> list[Codes]:
    return [[(c.score, c.right) for c in chart.answer.codes] for chart in charts]


def signed_of(charts: Sequence[ValidatedChart]) -> int:
    return sum(sum(c.right for c in chart.answer.codes) + len(chart.missed) for chart in charts)


def loosest(charts: Sequence[Codes], precision: float) -> float:
    """The loosest threshold above which that share of the codes is right, on these charts."""
    good = [p.threshold for p in points(charts) if 1 - p.wrong / p.accepted >= precision]
    return min(good, default=1.0)


def accepted(charts: Sequence[Codes], threshold: float) -> list[bool]:
    return [right for codes in charts for score, right in codes if score > threshold]


def held_out_precision(charts: Sequence[ValidatedChart], precision: float) -> tuple[float, float]:
    """(precision, share of signed codes rightly accepted) of held-out folds at the threshold that the other folds choose, mean of the repeats."""
    coded, got = codes_of(charts), []
    for repeat in range(REPEATS):
        order = random.Random(repeat).sample(range(len(charts)), len(charts))
        taken: list[bool] = []
        for k in range(FOLDS):
            held = set(order[k::FOLDS])
            threshold = loosest([c for i, c in enumerate(coded) if i not in held], precision)
            taken += accepted([coded[i] for i in sorted(held)], threshold)
        got.append((sum(taken) / max(1, len(taken)), sum(taken) / signed_of(charts)))
    return sum(p for p, _ in got) / REPEATS, sum(c for _, c in got) / REPEATS


def leaned_precision(charts: Sequence[ValidatedChart], precision: float) -> tuple[float, float]:
    """The same with the lean that nine folds teach. The threshold is chosen on scores that the others of the nine leaned, so no chart chooses for itself."""
    got = []
    for repeat in range(LEANS):
        order = random.Random(repeat).sample(range(len(charts)), len(charts))
        taken: list[bool] = []
        for k in range(FOLDS):
            inner = [charts[i] for n, i in enumerate(order) if n % FOLDS != k]
            parts = [inner[part::INNER] for part in range(INNER)]
            crossed_charts = [c for part in parts for c in leaned(part, teach(c for other in parts if other is not part for c in other))]
            threshold = loosest(codes_of(crossed_charts), precision)
            taken += accepted(codes_of(leaned([charts[i] for i in order[k::FOLDS]], teach(inner))), threshold)
        got.append((sum(taken) / max(1, len(taken)), sum(taken) / signed_of(charts)))
    return sum(p for p, _ in got) / LEANS, sum(c for _, c in got) / LEANS


def best(charts: Sequence[ValidatedChart], precision: float) -> float:
    """The most of the signed codes that any threshold accepts at that precision, seen with hindsight."""
    signed = signed_of(charts)
    return max(((p.accepted - p.wrong) / signed for p in points(codes_of(charts)) if 1 - p.wrong / p.accepted >= precision), default=0.0)


def at(charts: Sequence[Codes], threshold: float) -> Point | None:
    """What happens above a threshold; None when nothing lies there."""
    above = [[(s, y) for s, y in codes if s > threshold] for codes in charts]
    return list(points(above))[-1] if any(above) else None


def kept(units: Sequence[Codes], promise: Promise, *, whole: bool) -> dict[str, float]:
    """Over random halves: how often the gate opens, how often the held-out half has more errors than promised, and its mean."""
    opened = broken = 0
    risks = []
    for split in range(SPLITS):
        order = random.Random(split).sample(range(len(units)), len(units))
        half = len(units) // 2
        proof = prove([units[i] for i in order[:half]], promise, whole=whole)
        if proof.threshold is None:
            continue
        opened += 1
        seen = at([units[i] for i in order[half:]], proof.threshold)
        risks.append(seen.risk if seen else 0.0)
        broken += risks[-1] > promise.error
    return {"open": opened / SPLITS, "broken": broken / SPLITS, "risk": sum(risks) / len(risks) if risks else 0.0}


def drawn(units: Sequence[Codes], promise: Promise, size: int, *, whole: bool) -> dict[str, float]:
    """Sites of `size` charts drawn with replacement from these charts, which are then all there is: so the true rate is known."""
    chance, opened, broken, covered = random.Random(size), 0, 0, 0.0
    total = sum(map(len, units))
    for _ in range(SITES):
        proof = prove([units[chance.randrange(len(units))] for _ in range(size)], promise, whole=whole)
        if proof.threshold is None:
            continue
        opened += 1
        truth = at(units, proof.threshold)
        broken += truth is not None and truth.risk > promise.error
        covered += truth.accepted / total if truth else 0.0
    return {"open": opened / (SITES), "broken": broken / (SITES), "covered": covered / max(1, opened)}


def standing_error(charts: Sequence[ValidatedChart]) -> tuple[float, float, float]:
    """Calibration error of the codes on the answer alone: raw, calibrated on other charts, and what chance alone would make."""
    ordered = sorted(charts, key=lambda c: c.id)
    pairs = [(c.score, taught(c.score), c.right) for chart, taught in zip(ordered, crossed(ordered), strict=True) for c in chart.answer.codes]
    raw, said, right = [a for a, _, _ in pairs], [b for _, b, _ in pairs], [y for *_, y in pairs]
    return error(raw, right), error(said, right), floor(said)


def percent(share: float) -> str:
    return f"{share:.1%}"


def page(charts: Sequence[ValidatedChart], name: str) -> Iterator[str]:
    right, judged, signed = sum(c.right for c in charts), sum(len(c.answer.codes) for c in charts), signed_of(charts)
    codes_right = sum(y for codes in codes_of(charts) for _, y in codes)
    low, high = interval(right, len(charts))
    yield f"{name}: {len(charts)} charts, {signed} signed codes; {judged} codes on the answers, {codes_right} of them right, {signed - codes_right} missed. "
    yield f"Wholly right: {right} charts ({percent(right / len(charts))}; {percent(low)} to {percent(high)})."
    yield ""
    yield f"**At a precision**, by ten-fold cross-validation over charts, mean of {REPEATS} repeats ({LEANS} with the lean): the loosest threshold that has the precision on nine folds, applied to the tenth."
    yield ""
    yield "| precision asked for | score | precision held out | signed codes rightly accepted, held out | with hindsight |"
    yield "|---|---|---|---|---|"
    for precision in (0.90, 0.95):
        (p, c), (q, d) = held_out_precision(charts, precision), leaned_precision(charts, precision)
        yield f"| {precision:.2f} | the model's own | {p:.3f} | {percent(c)} | {percent(best(charts, precision))} |"
        yield f"| {precision:.2f} | with the site's lean | {q:.3f} | {percent(d)} | |"
    yield ""
    yield "**The promise**, 95% sure. *Halves*: learned on one random half, looked at on the other, 200 times; a small half has an error rate of its own, so it may exceed the promise more often than "
    yield "the true rate does. *Sites*: 200 sites of 300 charts drawn from these charts with replacement, where the true rate is known."
    yield ""
    yield "| promise | of | halves: open | halves: held-out rate, mean | halves: above the promise | sites: open | sites: true rate above the promise |"
    yield "|---|---|---|---|---|---|---|"
    for what, units, whole in (("codes", codes_of(charts), False), ("whole charts", wholes(charts), True)):
        for rate in RATES:
            promise = Promise(error=rate)
            halves, sites = kept(units, promise, whole=whole), drawn(units, promise, 300, whole=whole)
            mean = percent(halves["risk"]) if halves["open"] else "closed"
            yield f"| {rate:.0%} | {what} | {percent(halves['open'])} | {mean} | {percent(halves['broken'])} | {percent(sites['open'])} | {percent(sites['broken'])} |"
    yield ""
    r, (raw, said, chance) = reliability(charts), standing_error(charts)
    yield "**Calibration error** (ten bins; calibrated by cross-validation over charts). *By chance*: what a perfect calibration would show at this size."
    yield ""
    yield "| codes | raw score | calibrated | by chance |"
    yield "|---|---|---|---|"
    yield f"| all {r.codes} that were ranked | {r.raw_error:.3f} | {r.calibrated_error:.3f} | {r.floor:.3f} |"
    yield f"| the {judged} on the answers | {raw:.3f} | {said:.3f} | {chance:.3f} |"
    yield ""
    yield "**The risk-coverage curve of codes.** The rate is the mean share of wrong codes of a chart; the precision counts all codes alike."
    yield ""
    yield "| score above | charts | accepted | wrong | precision | error rate | 95% interval | signed codes rightly accepted |"
    yield "|---|---|---|---|---|---|---|---|"
    for p in code_curve(charts):
        yield (f"| {max(p.threshold, 0):.3f} | {p.charts} | {p.accepted} | {p.wrong} | {1 - p.wrong / p.accepted:.3f} | {percent(p.risk)} | "
               f"{percent(p.low)} to {percent(p.high)} | {percent(p.coverage)} |")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("charts", type=Path)
    parser.add_argument("--name", default="Charts")
    parser.add_argument("--write", type=Path, help="a page with <!-- figures --> and <!-- /figures -->, between which they are put")
    a = parser.parse_args()
    text = "\n".join(page(charts_of(a.charts), a.name))
    print(text)
    if a.write:
        whole = a.write.read_text(encoding="utf-8")
        a.write.write_text(re.sub(r"(<!-- figures -->\n).*?(<!-- /figures -->)", lambda m: f"{m[1]}\n{text}\n\n{m[2]}", whole, flags=re.S), encoding="utf-8")


if __name__ == "__main__":
    main()
