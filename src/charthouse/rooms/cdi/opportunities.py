"""What the record leaves open and a query could ask: contradictions, findings that nobody named, diagnoses that nothing speaks for, what could be said more exactly, links, what was there
on admission, and what stands in copied passages only. Each is a ruling with its quotations, in words that suggest no diagnosis.
"""
from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from charthouse.record.document import Span
from charthouse.record.query import Kind, Opportunity
from charthouse.record.ruling import Ruling
from charthouse.rooms.cdi.findings import unnamed
from charthouse.rooms.cdi.lint import CITATION
from charthouse.rooms.cdi.reading import Written, problems, written
from charthouse.rooms.cdi.support import Condition
from charthouse.rulebook.prefixes import starts

SOON = 1  # days after admission at which a first mention leaves open when it began
SHOWN = 6  # quotations of an opportunity
NO_DIAGNOSIS = "RUVWXYZ"  # signs, circumstances and statuses: nobody is asked whether they hold
POA = "OCG Appendix I; 42 CFR 412.2(c)(5)"
ATTENDING = "OCG I.B.14; AHA Coding Clinic, on conflicting documentation: the attending is asked"
TYPES = {"kidney stage": "the stage of the chronic kidney disease", "heart type": "the type of the heart failure", "nutrition degree": "the degree of the malnutrition",
         "rhythm type": "the type of the atrial fibrillation"}  # topics of `conditions.tsv`: of each a patient has one at a time
UNSAID = "the record does not say "
# Codes that say least of a thing, and the topic of `conditions.tsv` that says more.
TOPICS = {"N18.9": "kidney stage", "E46": "nutrition degree", "I48.91": "rhythm type", "D64.9": "blood type", "J18.9": "lungs", "G93.40": "mental status type", "J96.9": "respiratory", "A41.9": "infection"}
_ONSET = re.compile(r"\b(?:new|develop\w*|post-?op\w*|overnight|today|this (?:morning|evening)|hospital[- ]acquired|nosocomial|during (?:the )?(?:stay|admission|hospitali[sz]ation)|after (?:surgery|the operation))\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A code as it stands on the chart, or is left `off`; `decided` when a person has said something about it; `engine` as the result spells the proposal."""

    line: str
    code: str
    poa: str = ""
    off: bool = False
    decided: bool = False
    engine: Mapping[str, Any] = field(default_factory=dict, repr=False)

    @property
    def evidence(self) -> Sequence[Mapping[str, Any]]:
        found: Sequence[Mapping[str, Any]] = self.engine.get("evidence", ())
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Scan:
    """What does not change while a person decides on the codes: the texts, the findings in them that nobody named, sides that differ, what is said of each category (first three characters of a code) and was not
    copied, where something is said to hold, and what was measured."""

    by_id: Mapping[str, Written] = field(default_factory=dict)
    unnamed: tuple[Opportunity, ...] = ()
    sides: tuple[Opportunity, ...] = ()
    said: Mapping[str, tuple[Mapping[str, Any], ...]] = field(default_factory=dict)
    holds: frozenset[tuple[str, int]] = frozenset()
    measured: tuple[Mapping[str, Any], ...] = ()


def scan(result: Mapping[str, Any], known: Sequence[Condition], *, inpatient: bool) -> Scan:
    """`result` as `flow/result.py` spells it, in full."""
    texts = written(result)
    by_id, said = {w.id: w for w in texts}, list(problems(result))
    by: dict[str, list[Mapping[str, Any]]] = {}
    for f in said:
        if f["document"] in by_id and not by_id[f["document"]].again(f["start"], f["end"]):
            for category in {code[:3] for code in f["codes"]}:
                by.setdefault(category, []).append(f)
    return Scan(by_id=by_id, unnamed=tuple(unnamed(result, texts, known)) if inpatient else (), sides=tuple(_sides(result, by_id)), said={k: tuple(v) for k, v in by.items()},
                holds=frozenset((f["document"], f["start"]) for f in said if f["assertion"] == "present"), measured=tuple(f for f in result.get("facts", ()) if f.get("value")))


def opportunities(result: Mapping[str, Any], scan: Scan, known: Sequence[Condition], codes: Sequence[Standing], *, inpatient: bool) -> tuple[Opportunity, ...]:
    """Those of a chart that no code that stands has answered."""
    found = [*_denied_by_another(scan, codes), *_types(scan, codes, known), *scan.sides, *scan.unnamed]
    found += _on_admission(result, scan.by_id, codes) if inpatient else ()
    found += [*_hinted(result, scan, codes, known, found), *_copied(codes)]
    stands = [c.code for c in codes if not c.off]
    kept: dict[str, Opportunity] = {}
    for o in found:
        if not any(starts(code, o.answered) for code in stands if o.answered):
            kept.setdefault(o.key, o)
    return tuple(kept.values())


def opportunity(kind: Kind, key: str, message: str, spans: Iterable[Span], *, citation: str = CITATION, subject: str = "", about: str = "", open_: str = "", options: tuple[str, ...] = (), line: str = "",
                answered: tuple[str, ...] = ()) -> Opportunity:
    """`kind` names the rule."""
    ruling = Ruling(rule=f"cdi/{kind}", verdict="warning", message=message, citation=citation, subject=subject, spans=tuple(dict.fromkeys(spans))[:SHOWN])
    return Opportunity(key=f"{kind}:{key}", kind=kind, ruling=ruling, about=about, open=open_, options=options, line=line, answered=answered)


# -- contradictions ------------------------------------------------------------------------------------------------------------------


def _denied_by_another(scan: Scan, codes: Sequence[Standing]) -> Iterator[Opportunity]:
    """One provider says it, and another's last word, not earlier, denies it."""
    by_id = scan.by_id
    for c in codes:
        if c.off or not c.evidence or c.code[0] in NO_DIAGNOSIS:
            continue
        mine = [f for f in scan.said.get(c.code[:3], ()) if any(_same(code, c.code) for code in f["codes"])]
        for_it = [f for f in mine if f["assertion"] == "present"]
        against = [f for f in mine if f["assertion"] == "absent" and f["temporality"] == "recent" and _author(f, by_id)]
        last = max(for_it, key=lambda f: _when(f, by_id), default=None)
        other = max((f for f in against if last and _author(f, by_id) not in {_author(g, by_id) for g in for_it} and _when(f, by_id) >= _when(last, by_id)), key=lambda f: _when(f, by_id), default=None)
        if last is not None and other is not None:
            yield opportunity("conflict", c.code, f"“{last['text']}” is documented by {_author(last, by_id) or 'one provider'} and denied by {_author(other, by_id)}.", (_sentence(last, by_id), _sentence(other, by_id)),
                              citation=ATTENDING, subject=c.code, about=str(last["text"]).lower(), line=c.line)


def _same(said: str, code: str) -> bool:
    """What is denied is the thing itself, or the category that it lies in."""
    return code == said or (len(said) >= 3 and code.startswith(said.rstrip("9").rstrip(".") if said[-1:] == "9" else said))


def _types(scan: Scan, codes: Sequence[Standing], known: Sequence[Condition]) -> Iterator[Opportunity]:
    """Two stages, types or degrees of one thing, in two documents."""
    holds, by_id = scan.holds, scan.by_id
    for topic, words in TYPES.items():
        of: dict[str, tuple[Condition, Standing, Mapping[str, Any]]] = {}
        for condition in (k for k in known if k.topic == topic):
            for c in (c for c in codes if starts(c.code, condition.codes)):
                first = next((e for e in c.evidence if (e["document"], e["start"]) in holds and e["document"] in by_id and not by_id[e["document"]].again(e["start"], e["end"])), None)
                if first is not None and condition.key not in of:
                    of[condition.key] = condition, c, first
        told = list(of.values())
        if len(told) > 1 and len({c.code for _, c, _ in told}) == len(told) and len({e["document"] for _, _, e in told}) > 1:
            offered = tuple(k.offered for k, _, _ in told if k.offered)
            stands = next((c for _, c, _ in told if not c.off), told[0][1])
            yield opportunity("conflict", topic, f"The record does not agree on {words}.", (_whole(e, by_id) for _, _, e in told), citation=ATTENDING, subject=stands.code, about=words,
                              options=offered if len(offered) == len(told) else (), line=stands.line)


def _sides(result: Mapping[str, Any], by_id: Mapping[str, Written]) -> Iterator[Opportunity]:
    """Left in one document and right in another, and in none both."""
    found: dict[str, dict[str, list[Mapping[str, Any]]]] = {}
    for f in problems(result):
        side = f["attributes"].get("side", "")
        if side in ("left", "right", "bilateral") and f["assertion"] == "present" and f["temporality"] == "recent" and f["codes"] and f["document"] in by_id:
            found.setdefault(f["codes"][0][:5], {}).setdefault(side, []).append(f)
    for family, sides in found.items():
        documents = {side: {f["document"] for f in of} for side, of in sides.items()}
        if set(sides) == {"left", "right"} and not documents["left"] & documents["right"]:
            one, other = sides["left"][0], sides["right"][0]
            yield opportunity("conflict", f"side {family}", f"“{one['text']}” is documented as left in one document and as right in another.", (_sentence(one, by_id), _sentence(other, by_id)), citation=ATTENDING,
                              subject=family, about=f"the side of the {str(one['text']).lower()}", options=("Left", "Right", "Both sides"))


# -- present on admission, and copied ------------------------------------------------------------------------------------------------


def _on_admission(result: Mapping[str, Any], by_id: Mapping[str, Written], codes: Sequence[Standing]) -> Iterator[Opportunity]:
    """Nobody could say, or it is first told within two days of admission without a word of when it began."""
    admitted = result.get("admitted")
    for c in codes:
        if c.off or not c.evidence or c.code[0] in NO_DIAGNOSIS:
            continue
        told = [by_id[e["document"]].on for e in c.evidence if e["document"] in by_id]
        soon = admitted and not c.decided and c.poa == "N" and all(told) and min(d for d in told if d).toordinal() - _day(admitted) <= SOON
        if c.poa == "U" or (soon and not any(_ONSET.search(_whole(e, by_id).text) for e in c.evidence if e["document"] in by_id)):
            yield opportunity("poa", c.code, f"The record does not say whether “{c.evidence[0]['text']}” was present on admission.", (_whole(e, by_id) for e in c.evidence if e["document"] in by_id), citation=POA,
                              subject=c.code, about=str(c.evidence[0]["text"]).lower(), line=c.line)


def _day(said: str) -> int:
    return date.fromisoformat(said[:10]).toordinal()


def _copied(codes: Sequence[Standing]) -> Iterator[Opportunity]:
    for c in codes:
        why = next((r for r in c.engine.get("reasons", ()) if r["rule"] == "house/copied-forward"), None)
        if c.off and why and c.evidence and not c.decided and c.code[0] not in NO_DIAGNOSIS:
            yield opportunity("copied", c.code, f"“{c.evidence[0]['text']}” stands only in passages that were carried forward.", (_span(e) for e in c.evidence), citation=why["citation"], subject=c.code,
                              about=str(c.evidence[0]["text"]).lower(), line=c.line, answered=(c.code[:3],))


# -- what the engine's hints leave open ----------------------------------------------------------------------------------------------


def _hinted(result: Mapping[str, Any], scan: Scan, codes: Sequence[Standing], known: Sequence[Condition], found: Sequence[Opportunity]) -> Iterator[Opportunity]:
    taken = {(s.document, s.start) for o in found for s in o.ruling.spans}
    for hint in sorted(result.get("hints", ()), key=lambda h: h["rule"] != "hint/open"):  # a value that says which is no question of its own
        spans = [_span(s) for s in hint["spans"]]
        line = next((c for c in codes if c.code == hint["subject"] and not c.off), None)
        named = str(line.evidence[0]["text"]).lower() if line and line.evidence else ""
        if hint["rule"] == "hint/open" and line:
            what = hint["message"].partition(UNSAID)[2].rstrip(".")
            kind: Kind = "cause" if what.startswith("whether") else "specificity"
            options, values = _offered(line.code, scan, known)
            taken |= {(s.document, s.start) for s in values}
            yield opportunity(kind, f"{hint['subject']} {what}", hint["message"], (*spans, *values), citation=hint["citation"], subject=hint["subject"], about=named, open_=what, line=line.line, options=options)
        elif hint["rule"] == "hint/diagnosis-without-indicator" and line:
            yield opportunity("validation", hint["subject"], hint["message"], spans, citation=hint["citation"], subject=hint["subject"], about=named, line=line.line)
        elif hint["rule"] in ("hint/drug-without-indication", "hint/value-without-diagnosis") and not {(s.document, s.start) for s in spans} & taken:
            yield opportunity("indicators", spans[0].text.lower() if spans else hint["message"], hint["message"], spans, citation=hint["citation"])


def _offered(code: str, scan: Scan, known: Sequence[Condition]) -> tuple[tuple[str, ...], tuple[Span, ...]]:
    """(what values of the record support, where that is two or more; those values). One alone would lead, so the question is then asked openly."""
    topic = next((t for start, t in TOPICS.items() if code.startswith(start)), "")
    speaks = {k.offered: [f for f in scan.measured if any(w.covers(f["value"]["name"], f["value"]["value"]) for w in k.limits)] for k in known if k.topic == topic and k.offered}
    offered = tuple(option for option, of in speaks.items() if of)
    values = tuple(_span(f) for of in speaks.values() for f in of)
    return offered if len(offered) > 1 else (), values


# -- quotations ----------------------------------------------------------------------------------------------------------------------


def _span(e: Mapping[str, Any]) -> Span:
    return Span(document=e["document"], start=e["start"], end=e["end"], text=e["text"])


def _sentence(fact: Mapping[str, Any], by_id: Mapping[str, Written]) -> Span:
    trigger = fact.get("trigger")
    near = trigger if trigger and trigger["document"] == fact["document"] else fact
    return by_id[fact["document"]].quoted(min(fact["start"], near["start"]), max(fact["end"], near["end"]))


def _whole(e: Mapping[str, Any], by_id: Mapping[str, Written]) -> Span:
    return by_id[e["document"]].quoted(e["start"], e["end"])


def _author(fact: Mapping[str, Any], by_id: Mapping[str, Written]) -> str:
    return by_id[fact["document"]].author


def _when(fact: Mapping[str, Any], by_id: Mapping[str, Written]) -> int:
    on = by_id[fact["document"]].on
    return on.toordinal() if on else 0
