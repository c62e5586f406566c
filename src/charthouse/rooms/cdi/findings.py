"""Clinical indicators without a diagnosis: values and signs of the record that together raise a question, by `conditions.tsv`. Never a diagnosis by themselves (OCG III.B)."""
from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from charthouse.record.document import Span
from charthouse.record.query import Opportunity
from charthouse.record.ruling import Ruling
from charthouse.rooms.cdi.lint import CITATION
from charthouse.rooms.cdi.reading import Written, problems
from charthouse.rooms.cdi.support import Condition
from charthouse.rulebook.prefixes import starts

MOST = 6  # quotations
Found = dict[str, Span]  # by what they are: one lactate counts once, however often it was measured


def unnamed(result: Mapping[str, Any], texts: Sequence[Written], known: Sequence[Condition]) -> Iterator[Opportunity]:
    """One a topic: that with most indicators among the conditions that nobody named, nor denied."""
    documented = {code for f in problems(result) for code in f["codes"]}
    values = [f for f in result.get("facts", ()) if f.get("value") and f["kind"] != "medication"]
    best: dict[str, tuple[Condition, Found]] = {}
    for condition in known:
        if not condition.least or any(starts(code, condition.codes) for code in documented) or any(condition.named.search(w.text) for w in texts):
            continue
        found = _measured(condition, values) | _signs(condition, texts)
        if len(found) >= condition.least and len(found) > len(best.get(condition.topic, (None, {}))[1]):
            best[condition.topic] = condition, found
    for topic, (condition, found) in best.items():
        spans = tuple(dict.fromkeys(found.values()))[:MOST]
        ruling = Ruling(rule="cdi/indicators", verdict="warning", message=f"{_words(spans)}: no documented diagnosis accounts for {'them together' if len(spans) > 1 else 'it'}.",
                        citation=f"{condition.source}; OCG III.B; {CITATION}", spans=spans)
        yield Opportunity(key=f"indicators:{condition.key}", kind="indicators", ruling=ruling, options=_offered(topic, known, spans, values), answered=condition.codes)


def _measured(condition: Condition, values: Sequence[Mapping[str, Any]]) -> Found:
    """The value farthest within the limit, for each thing that was measured."""
    out: dict[str, tuple[float, Span]] = {}
    for f in values:
        for within in condition.limits:
            value = f["value"]["value"]
            if within.covers(f["value"]["name"], value):
                depth = -value if within.low == 0 else value
                if within.name not in out or depth > out[within.name][0]:
                    out[within.name] = depth, Span(document=f["document"], start=f["start"], end=f["end"], text=f["text"])
    return {name: span for name, (_, span) in out.items()}


def _signs(condition: Condition, texts: Sequence[Written]) -> Found:
    out: Found = {}
    for w in texts if condition.signs else ():
        assert condition.signs is not None
        for m in condition.signs.finditer(w.text):
            what = m.group().casefold()[:6]
            if what not in out and not w.again(m.start(), m.end()) and not w.denies(m.start(), m.end()):
                out[what] = w.quoted(m.start(), m.end())
    return out


def _offered(topic: str, known: Sequence[Condition], spans: Sequence[Span], values: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
    """What the quotations support, two or more of the topic; () where the question is asked openly."""
    measured = [f["value"] for f in values if any(s.document == f["document"] and s.start == f["start"] for s in spans)]
    offered = tuple(k.offered for k in known if k.topic == topic and k.offered and (
        any(w.covers(v["name"], v["value"]) for w in k.limits for v in measured) or any(k.signs and k.signs.search(s.text) for s in spans)))
    return offered if len(offered) > 1 else ()


def _words(spans: Sequence[Span]) -> str:
    """"“lactate 4.2”, “on norepinephrine” and 3 more"."""
    shown = [f"“{s.text if len(s.text) <= 60 else s.text[:57] + '…'}”" for s in spans]
    return ", ".join(shown[:3]) + (f" and {len(shown) - 3} more" if len(shown) > 3 else "")
