"""What a change would do: the answers before and after, chart by chart, against what was signed."""
from __future__ import annotations

from collections.abc import Mapping

from charthouse.record.learning import Effect, Flip

Answers = Mapping[str, frozenset[str]]


def effect(before: Answers, after: Answers, gold: Answers, promised: frozenset[str]) -> Effect:
    """`gold` are the right codes of each chart; `promised` the charts that a person of this site signed."""
    flips = []
    for chart in sorted(gold):
        was, now, right = before[chart], after[chart], gold[chart]
        kept = chart in promised
        flips += [Flip(chart=chart, code=c, what="found" if c in right else "wrong", promised=kept) for c in sorted(now - was)]
        flips += [Flip(chart=chart, code=c, what="lost" if c in right else "gone", promised=kept) for c in sorted(was - now)]
    return Effect(flips=tuple(flips), errors_before=_errors(before, gold), errors_after=_errors(after, gold), charts=len(gold))


def _errors(answers: Answers, gold: Answers) -> int:
    return sum(len(answers[chart] ^ gold[chart]) for chart in gold)
