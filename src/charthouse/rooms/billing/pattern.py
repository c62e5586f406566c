"""What refusals of a payer repeat: each a rule that would have stopped the claim before it went out, for a person to look at."""
from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from charthouse.record.billing import Denial
from charthouse.rooms.billing.causes import Causes

OFTEN = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Pattern:
    """`toml`: the rule as `payers/` wants it."""

    payer: str
    code: str
    reason: str
    times: int
    amount: int
    toml: str


def patterns(denials: Iterable[Denial], causes: Causes, *, often: int = OFTEN) -> tuple[Pattern, ...]:
    """Of refusals that the payer did not take back, the costliest first. Those of registration, eligibility and other payers are no rule."""
    by: dict[tuple[str, str, str], list[Denial]] = defaultdict(list)
    for d in denials:
        if d.code and d.state != "won" and causes.of(d.group, d.reason, d.remarks).cause in ("authorization", "bundling", "coding", "charge", "medical necessity", "benefit", "documentation", "provider"):
            by[d.payer, d.code, d.reason].append(d)
    found = [Pattern(payer=p, code=c, reason=r, times=len(of), amount=sum(d.amount for d in of), toml=_toml(p, c, r, of, causes)) for (p, c, r), of in by.items() if len({d.claim for d in of}) >= often]
    return tuple(sorted(found, key=lambda x: -x.amount))


def _toml(payer: str, code: str, reason: str, of: list[Denial], causes: Causes) -> str:
    cause = causes.of(of[0].group, reason, of[0].remarks)
    needs, passes = {"authorization": ("authorization = true", 'authorization = "A1"'), "documentation": ("attachment = true", "attachment = true")}.get(cause.cause, ("never = true", 'code = "00000"'))
    where = "" if passes.startswith("code") else f'code = "{code}"\n'
    since = min(d.made_at for d in of).date()
    return (f'payer = "{payer}"\ncitation = "{len(of)} refusals, CARC {reason}"\n\n[[rule]]\nid = "{code.lower()}-carc-{reason.lower()}"\nsince = {since:%Y-%m-%d}\nverdict = "warning"\nhand = "{cause.hand}"\nmessage = "This payer refuses {code}: {cause.words}"\n'
            f'citation = "{len(of)} refusals of {len({d.claim for d in of})} claims, CARC {reason}"\nwhen = {{ codes = ["{code}"] }}\nneeds = {{ {needs} }}\n\n[[rule.fires]]\ncode = "{code}"\n\n[[rule.passes]]\n{where}{passes}\n')
