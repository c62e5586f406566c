"""How sure we are of a procedure code.

In the setting `mention` by a logistic model over features that a coder would recognise, trained by
`training/procedures.py`. For an inpatient no charts with procedure codes may be trained on yet: the figure is then set by
what was told (`of_stay`), it is no measured probability, and every code that was read waits for a person.
"""
from __future__ import annotations

import math

from charthouse.rooms.coding.procedures.guidelines import Room
from charthouse.rooms.coding.procedures.procedure import Procedure, said
from charthouse.rooms.coding.rank import Weights


def mention_features(p: Procedure) -> dict[str, float]:
    """The features of one candidate of an index of mentions, each between 0 and 1."""
    fact = p.fact
    how = next(iter(said(fact, "how")), "own")
    kind = "action" if "action" in fact.flags else "name"
    out = {f"{kind} {how}": 1.0, f"section {p.code[0]}": 1.0, f"operation {p.code[0]}{p.code[2]}": 1.0, f"table {p.code[:3]}": 1.0, f"start {p.code[:4]}": 1.0,
           f"concept {fact.concept}": 1.0, f"concept {fact.concept} {how}": 1.0, f"in {fact.section or 'no section'}": 1.0}
    present = [f for f in p.facts if f.assertion == "present"]
    out["mentions"] = min(len(p.facts), 4) / 4
    out["not said to be done"] = float(not present)
    out["all planned"] = float(all(f.assertion == "hypothetical" for f in p.facts))
    out["all historical"] = float(all(f.temporality == "historical" for f in p.facts))
    out["side not said"] = float("side" in p.missing)
    out["place not said"] = min(len(p.missing), 3) / 3
    out["several parts"] = float(len(said(fact, "part")) > 1)
    return {k: v for k, v in out.items() if v}


def mentioned(p: Procedure, model: Weights) -> float:
    total = model.bias + sum(model.weights.get(k, 0.0) * v for k, v in mention_features(p).items())
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, total))))


def of_stay(p: Procedure, room: Room) -> float:
    """0.9 for what heads an operative note or a list of procedures with every character told; less for what running text
    tells, and for each character that nothing told."""
    headed = any(start <= f.span.start < end for f in p.facts for start, end in [room.titles.get(f.span.document, (0, 0))])
    base = 0.9 if headed else 0.75 if any(room.chart.document(f.span.document).kind == "operative_note" for f in p.facts) else 0.6
    told = 0.8 ** len(p.missing)
    part = 0.6 if said(p.fact, "how")[:1] in (("before",), ("far",)) and "action" in p.fact.flags else 1.0
    return round(base * told * part, 4)
