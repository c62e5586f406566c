"""Reading one document into facts: layout, dictionary, assertion, attributes, values."""
from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from charthouse.lexicon.specificity import Attributes
from charthouse.lexicon.words import STOP, words
from charthouse.record.document import Document, Span, quote
from charthouse.record.fact import Fact, Kind
from charthouse.rooms.abstraction.assertion import Found, Judged, Triggers, judge
from charthouse.rooms.abstraction.dictionary import Dictionary, Hit, Mark
from charthouse.rooms.abstraction.layout import Headings, Segment, segments
from charthouse.rooms.abstraction.measured import measurements
from charthouse.rooms.abstraction.placed import placed
from charthouse.rooms.abstraction.procedures import NO_PROCEDURES, Named, Procedures, procedures
from charthouse.rooms.abstraction.row import Row, row_of
from charthouse.rooms.abstraction.services import services

_SKIPPED = frozenset({"administrative"})
LONGEST = 120  # words that are judged together; real sentences are shorter
NEAR = 9  # words on each side that may refine a finding


@dataclass(frozen=True, slots=True)
class Reader:
    """What reading needs: the tables, made once and used for every note."""

    dictionary: Dictionary
    attributes: Attributes
    triggers: Triggers
    headings: Headings
    drugs: Dictionary
    allergens: Dictionary
    expansions: Mapping[str, tuple[str, ...]]
    chronic: tuple[str, ...]  # prefixes of the codes of chronic diseases
    procedures: Procedures = NO_PROCEDURES
    services: Attributes = field(default_factory=lambda: Attributes(()))


Word = tuple[str, int, int]  # folded, start, end


@dataclass(slots=True)
class Sentence:
    """A segment ready to be judged."""

    segment: Segment
    row: Row
    triggers: list[Found]
    mended: dict[int, str]
    said: list[Mark]


def read(document: Document, reader: Reader) -> tuple[Fact, ...]:
    """All facts of a document, in the order in which they stand."""
    facts: list[Fact] = []
    made = list(sentences(document, reader))
    under = _under_headings(document, made)
    parts: list[Named] = []
    for sentence in made:
        hits = reader.dictionary.hits(sentence.row, sentence.said)
        spans = [(h.tokens[0], h.tokens[-1] + 1) for h in hits]
        for hit, span in zip(hits, spans, strict=True):
            if hit.term.targets:
                facts.append(_fact(document, sentence, hit, span, spans, reader, under))
        facts.extend(_substances(document, sentence, reader.drugs))
        facts.extend(_sites(document, sentence))
        facts.extend(_allergies(document, sentence, reader))
        judged = {"section": sentence.segment.section, "role": sentence.segment.role, "triggers": sentence.triggers}
        done = list(procedures(document, sentence.row, sentence.said, reader.procedures, judged, parts))
        facts.extend(done)
        facts.extend(_once(_services(document, sentence, reader.services), done))
    facts.extend(_measured(document, facts))
    facts.sort(key=lambda f: (f.span.start, f.span.end))
    return placed(facts, reader.dictionary)


def read_targets(document: Document, targets: Sequence[tuple[int, int]], reader: Reader) -> tuple[Fact, ...]:
    """One fact a target, in order: assertion, temporality and experiencer of words that the caller marked."""
    made = list(sentences(document, reader))
    out = []
    for start, end in targets:
        sentence = next((s for s in made if s.segment.start <= start < s.segment.end), None)
        out.append(_targeted(document, sentence, start, end, reader))
    return tuple(out)


def _targeted(document: Document, sentence: Sentence | None, start: int, end: int, reader: Reader) -> Fact:
    if sentence is None or not sentence.row.starts:
        return Fact(kind="problem", span=quote(document, start, end), concept="")
    row = sentence.row
    a = min(bisect_left(row.ends, start + 1), len(row.starts) - 1)
    b = max(a + 1, bisect_left(row.starts, end))
    spans = [(h.tokens[0], h.tokens[-1] + 1) for h in reader.dictionary.hits(row, sentence.said)]
    judged = _queried(document, start, _judged(sentence, a, b, [s for s in spans if s[1] <= a or s[0] >= b]))
    if judged == Judged() and document.text.strip(" .\n") == document.text[start:end].strip(" .\n") and _chronic(sentence, reader):
        judged = Judged(temporality="historical", rule="chronic disease named alone")
    return Fact(kind="problem", span=quote(document, start, end), concept=" ".join(row.folded[a:b]), assertion=judged.assertion,
                temporality=judged.temporality, over=judged.over, experiencer=judged.experiencer, section=sentence.segment.section, problem=sentence.segment.problem,
                role=sentence.segment.role, trigger=_trigger(document, row, judged), trigger_rule=judged.rule)


def _chronic(sentence: Sentence, reader: Reader) -> bool:
    """Whether a sentence is the bare name of a chronic disease, with no grade or crisis: an item of a history list, not a
    finding of today."""
    hits = [h for h in reader.dictionary.hits(sentence.row, sentence.said) if h.term.targets]
    if any(phrase.axis == "severity" for _, _, phrase in sentence.said):
        return False
    return sum(len(h.tokens) for h in hits) == len(sentence.row.folded) and all(h.term.targets[0].family.startswith(reader.chronic) for h in hits)


ASSESSES = frozenset({"query_answer"})  # kinds of documents that are an assessment as a whole


def sentences(document: Document, reader: Reader) -> Iterator[Sentence]:
    """The document's segments with their words and triggers."""
    text = document.text
    found = words(text)
    starts = [w[1] for w in found]
    for whole in segments(text, reader.headings, opens="assessment" if document.kind in ASSESSES else ""):
        inside = found[bisect_left(starts, whole.start):bisect_left(starts, whole.end)]
        if whole.section in _SKIPPED:
            continue
        for segment, part in _parts(text, whole, inside):
            row, mended = row_of(text, part, reader.dictionary)
            yield Sentence(segment, row, reader.triggers.read(row), mended, reader.attributes.read(row.folded, row.spelled))


def _parts(text: str, segment: Segment, inside: list[Word]) -> Iterator[tuple[Segment, list[Word]]]:
    """A segment in parts of at most `LONGEST` words, cut at a comma where there is one: text without full stops is read,
    too, and in a time that grows with its length only."""
    begin = 0
    while begin < len(inside):
        end = min(begin + LONGEST, len(inside))
        if end < len(inside):
            end = next((k for k in range(end, begin + LONGEST // 2, -1) if "," in text[inside[k - 1][2]:inside[k][1]]), end)
        first = segment.start if begin == 0 else inside[begin][1]
        last = segment.end if end == len(inside) else inside[end][1]
        yield segment if (first, last) == (segment.start, segment.end) else replace(segment, start=first, end=last), inside[begin:end]
        begin = end


def _fact(document: Document, sentence: Sentence, hit: Hit, span: tuple[int, int], spans: list[tuple[int, int]], reader: Reader, under: Context) -> Fact:
    row, segment = sentence.row, sentence.segment
    judged = _queried(document, row.starts[span[0]], _judged(sentence, span[0], span[1], spans))
    corrected = next((sentence.mended[i] for i in hit.tokens if i in sentence.mended), "")
    return Fact(
        kind="problem", span=quote(document, row.starts[span[0]], row.ends[span[1] - 1]), concept=hit.term.key, assertion=judged.assertion,
        temporality=judged.temporality, over=judged.over, experiencer=judged.experiencer, section=segment.section, problem=segment.problem, role=segment.role,
        targets=hit.term.targets, source=hit.term.source, flags=hit.term.flags, attributes=_attributes(sentence, hit, span, spans),
        near=_near(row, span, reader.expansions), context=_context(segment, under), trigger=_trigger(document, row, judged), trigger_rule=judged.rule, corrected=corrected)


def _queried(document: Document, start: int, judged: Judged) -> Judged:
    """A question mark before a finding, and after no sentence, is a doubt: "?PE", "r/o shock, ? sepsis"."""
    before = document.text[max(0, start - 4):start].rstrip(" ")
    if judged.assertion == "present" and before.endswith("?") and (len(before) == 1 or before[-2] in " \n\t(,/:-"):
        return replace(judged, assertion="possible", rule="possible: ?")
    return judged


def _trigger(document: Document, row: Row, judged: Judged) -> Span | None:
    return quote(document, row.starts[judged.by[0]], row.ends[judged.by[1] - 1]) if judged.by else None


def _judged(sentence: Sentence, start: int, end: int, spans: list[tuple[int, int]]) -> Judged:
    judged = judge(sentence.row, sentence.triggers, start, end, spans)
    section = sentence.segment.section
    if section == "family history" and judged.experiencer == "patient":
        judged = replace(judged, experiencer="other", rule=judged.rule or "section: family history")
    if judged.temporality == "recent" and (section in _BACKGROUND or not _HABITS.isdisjoint(sentence.row.folded[start:end])):
        judged = replace(judged, temporality="historical", rule=judged.rule or f"section: {section if section in _BACKGROUND else 'habit'}")
    if section == "past surgical history" and not judged.over:
        judged = replace(judged, over=True, rule=judged.rule or "section: past surgical history")
    if section == "instructions" and judged.assertion == "present":
        judged = replace(judged, assertion="hypothetical", rule=judged.rule or "section: instructions")
    return judged


# What stands here is told as background, whether it is over or not.
_BACKGROUND = frozenset({"past medical history", "past surgical history", "social history", "allergies", "obstetric history"})
_HABITS = frozenset({"alcohol", "tobacco", "cigarette", "smoke", "smoker", "allergy"})  # background wherever they are told, also when denied


def _attributes(sentence: Sentence, hit: Hit, span: tuple[int, int], spans: list[tuple[int, int]]) -> tuple[tuple[str, str], ...]:
    """Attributes inside the finding, and those beside it that no other finding lies nearer to, in the same clause."""
    said = {p.axis: p.value for p in hit.attributes if not any(q is p and _denied(sentence.row, at) for at, _, q in sentence.said if at in hit.tokens)}
    for start, end, phrase in sentence.said:
        if phrase.axis in said or _denied(sentence.row, start) or not _same_clause(sentence.row, span, (start, end)):
            continue
        here = _gap(span, (start, end))
        if here <= NEAR and all(here <= _gap(other, (start, end)) for other in spans if other != span):
            said[phrase.axis] = phrase.value
    return tuple(sorted(said.items()))


def _denied(row: Row, start: int) -> bool:
    """Whether the attribute is said not to be: "no exacerbation", "without an acute flare"."""
    before = [w for w in row.folded[max(0, start - 2):start] if w not in ("a", "an", "any", "the", "current", "further")]
    return bool(before) and before[-1] in ("no", "without", "not", "never") and not row.breaks[start]


def _gap(a: tuple[int, int], b: tuple[int, int]) -> int:
    return max(b[0] - a[1], a[0] - b[1], 0)


def _same_clause(row: Row, a: tuple[int, int], b: tuple[int, int]) -> bool:
    low, high = (a[1], b[0]) if b[0] >= a[1] else (b[1], a[0])
    return not any(row.breaks[k] == ";" for k in range(low, min(high + 1, len(row.breaks))))


Context = dict[tuple[str, int], tuple[tuple[str, str, Span], ...]]


def _under_headings(document: Document, made: list[Sentence]) -> Context:
    """What the text under each problem heading says of it: the first value of each attribute, and where."""
    out: dict[tuple[str, int], dict[str, tuple[str, str, Span]]] = {}
    for sentence in made:
        if sentence.segment.problem and sentence.segment.role != "heading":
            said = out.setdefault((sentence.segment.section, sentence.segment.problem), {})
            for start, end, phrase in sentence.said:
                if phrase.axis not in said and not _denied(sentence.row, start):
                    said[phrase.axis] = (phrase.axis, phrase.value, quote(document, sentence.row.starts[start], sentence.row.ends[end - 1]))
    return {k: tuple(v.values()) for k, v in out.items()}


def _context(segment: Segment, under: Context) -> tuple[tuple[str, str, Span], ...]:
    return under.get((segment.section, segment.problem), ()) if segment.role == "heading" else ()


def _near(row: Row, span: tuple[int, int], expansions: Mapping[str, tuple[str, ...]]) -> frozenset[str]:
    low, high = max(0, span[0] - NEAR), min(len(row.folded), span[1] + NEAR)
    for k in range(span[0], low, -1):
        if row.breaks[k] == ";":
            low = k
            break
    for k in range(span[1], high):
        if row.breaks[k] == ";":
            high = k
            break
    near = [w for i, w in enumerate(row.folded[low:high], low) if w not in STOP and not _denied(row, i)]
    return frozenset(near).union(*(expansions[w] for w in near if w in expansions))


def _substances(document: Document, sentence: Sentence, named: Dictionary) -> Iterator[Fact]:
    """The drugs and other substances that a sentence names, judged as findings are."""
    for hit in named.hits(sentence.row, ()):
        start, end = hit.tokens[0], hit.tokens[-1] + 1
        judged = _judged(sentence, start, end, [])
        yield Fact(kind="medication", span=quote(document, sentence.row.starts[start], sentence.row.ends[end - 1]), concept=hit.term.key,
                   assertion=judged.assertion, temporality=judged.temporality, over=judged.over, experiencer=judged.experiencer,
                   section=sentence.segment.section, problem=sentence.segment.problem, role=sentence.segment.role, targets=hit.term.targets, source="drugs",
                   trigger=_trigger(document, sentence.row, judged), trigger_rule=judged.rule)


def _allergies(document: Document, sentence: Sentence, reader: Reader) -> Iterator[Fact]:
    """What stands under "Allergies" is an allergy status; a denial there ("no known drug allergies") is none."""
    if sentence.segment.section == "allergies":
        for fact in _substances(document, sentence, reader.allergens):
            yield replace(fact, kind="problem", concept=f"allergy {fact.concept}", over=False, role="list")


def _once(named: Iterable[Fact], procedures: Sequence[Fact]) -> Iterator[Fact]:
    """What is shown already as a procedure is kept for the visit's sake and not shown twice."""
    for fact in named:
        twice = fact.kind == "procedure" and any(p.span.start < fact.span.end and fact.span.start < p.span.end for p in procedures)
        yield replace(fact, kind="status") if twice else fact


def _services(document: Document, sentence: Sentence, named: Attributes) -> Iterator[Fact]:
    """What was done, given, ordered or planned, judged as findings are; `attributes` hold class, act and route."""
    row = sentence.row
    for s in services(document.text, row, named.read(row.folded, row.spelled)):
        judged = _judged(sentence, s.start, s.end, [])
        said = (("class", s.sort), ("act", s.act), ("route", s.route))
        acted = [quote(document, row.starts[s.by[0]], row.ends[s.by[1] - 1])] if s.by else []
        measured, places = s.dose or (None, ())
        yield Fact(kind=s.kind, span=quote(document, row.starts[s.start], row.ends[s.end - 1]), concept=s.name, assertion=judged.assertion,
                   temporality=judged.temporality, experiencer=judged.experiencer, section=sentence.segment.section, problem=sentence.segment.problem, role=sentence.segment.role,
                   source="services", attributes=tuple(a for a in said if a[1]), also=(*acted, *(quote(document, a, b) for a, b in places)), measured=measured, trigger=_trigger(document, row, judged),
                   trigger_rule=judged.rule)


def _sites(document: Document, sentence: Sentence) -> Iterator[Fact]:
    """Body parts with a side ("the left knee"), and words that tell which encounter for an injury this is ("interval
    healing"), so that a finding elsewhere in the note can take them from there."""
    row = sentence.row
    for start, end, phrase in sentence.said:
        if phrase.axis == "encounter":
            yield Fact(kind="site", span=quote(document, row.starts[start], row.ends[end - 1]), concept="encounter",
                       attributes=(("encounter", phrase.value),), section=sentence.segment.section, source="sides")
        if phrase.axis != "side":
            continue
        for k in range(end, min(end + 3, len(row.folded))):
            if row.breaks[k] in (";", ":", ","):
                break
            if row.folded[k] not in STOP:
                yield Fact(kind="site", span=quote(document, row.starts[start], row.ends[k]), concept=row.folded[k],
                           attributes=(("side", phrase.value),), section=sentence.segment.section, problem=sentence.segment.problem, source="sides")


def _measured(document: Document, facts: list[Fact]) -> Iterator[Fact]:
    known = {f.span.start for f in facts if f.kind == "medication"}
    for item in measurements(document.text):
        kind: Kind = item.kind
        if kind == "medication" and item.start in known:
            continue
        yield Fact(kind=kind, span=quote(document, item.start, item.end), concept=item.measured.name, measured=item.measured, source="values")
