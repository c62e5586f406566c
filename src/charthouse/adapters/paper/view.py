"""A result made ready for the page: codes numbered, evidence tied to its place in the text. No markup here."""
from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from charthouse.adapters.paper import marks, words

Data = Mapping[str, Any]
_COLUMNS = re.compile(r"\S(?: {3,}|\t)\S")
MEASURED = ("medication", "lab", "vital", "procedure")  # read, but not underlined unless a code rests on them: the page stays calm


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """One piece of evidence. `spot` is the id of its segment, "" when the quotation does not stand where it says it does."""

    ref: str
    text: str
    where: str
    spot: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A code as the page shows it. `mark` is its number ("3") or, left off, its letter ("b"); `data` the code as it is in the result."""

    mark: str
    data: Data
    quotes: tuple[Quote, ...]

    @property
    def because(self) -> str:
        """Why it was left off: the first ruling that says so."""
        said = [str(r["message"]) for r in self.data.get("reasons", ()) if r["verdict"] == "suppressed"]
        return said[0] if said else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """Evidence on the picture of a page: `left`, `top`, `width`, `height` in the page's unit, the evidence that stands there, the marks of its codes."""

    left: float
    top: float
    width: float
    height: float
    refs: tuple[str, ...]
    codes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scan:
    """The picture of a scanned page as a data: URL, with the evidence on it. `engine` read it; `doubtful` words were read in two ways."""

    number: int
    width: float
    height: float
    url: str
    engine: str
    doubtful: int
    spots: tuple[Spot, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One document. `id` is its anchor ("d2"); `places` counts its evidence of codes that stand; `notes` say how it was read."""

    id: str
    label: str
    data: Data
    passages: tuple[marks.Passage, ...]
    scans: tuple[Scan, ...]
    places: int
    notes: tuple[str, ...]

    @property
    def columns(self) -> bool:
        """Whether the text is laid out in columns, as laboratory tables are, and needs letters of one width."""
        lines = [x for x in str(self.data.get("text", "")).splitlines() if x.strip()]
        return 4 * sum(bool(_COLUMNS.search(x)) for x in lines) > len(lines)


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """All that the template asks for."""

    result: Data
    pages: tuple[Page, ...]
    standing: tuple[Line, ...]
    left_off: tuple[Line, ...]
    editions: tuple[str, ...]
    titles: Mapping[str, str]  # of each mark: "I50.23 Acute on chronic systolic (congestive) heart failure"
    anchors: Mapping[str, str]  # of each document's id: "d2"
    labels: Mapping[str, str]


def view(result: Data, pictures: Mapping[tuple[str, int], str] | None = None) -> View:
    """The view of a result of `flow.result.as_dict(full=True)`; `pictures` are the URLs of scanned pages, by document and number."""
    documents: Sequence[Data] = result.get("documents", ())
    numbered = tuple(_numbered(result.get("codes", ())))
    labels = {str(d["id"]): label(d) for d in documents}
    texts = {str(d["id"]): str(d.get("text", "")) for d in documents}
    held = _Held(facts=_by_document(result.get("facts", ())), copied=_by_document(result.get("copied", ())), reading=_by_document(result.get("reading", ())),
                 evidence=_evidence(numbered, texts), spots=_on_paper(numbered), pictures=pictures or {})  # fmt: skip
    pages = tuple(_page(n, d, held) for n, d in enumerate(documents, 1))
    spots = _spots(pages)
    lines = [Line(mark=mark, data=c, quotes=tuple(_quotes(mark, c, texts, labels, spots))) for mark, c in numbered]
    return View(
        result=result, pages=pages, editions=editions(result), labels=labels, anchors={str(p.data["id"]): p.id for p in pages},
        standing=tuple(x for x in lines if x.data["status"] != "suppressed"), left_off=tuple(x for x in lines if x.data["status"] == "suppressed"),
        titles={mark: f"{c['code']} {c['title']}" for mark, c in numbered},
    )


def label(document: Data) -> str:
    """"Discharge summary, 2026-03-07"."""
    return ", ".join(x for x in (words.kind(str(document.get("kind") or "")), str(document.get("date") or "")) if x)


def editions(result: Data) -> tuple[str, ...]:
    """The editions of the books that were used, each once, in the order of use."""
    grouping = result.get("grouping") or {}
    codes = [f"{c.get('system', '')} {c['edition']}".strip() for c in result.get("codes", ()) if c.get("edition")]
    group = [f"MS-DRG {grouping['edition']}"] if grouping.get("edition") else []
    return tuple(dict.fromkeys([*codes, *group, *([grouping["weight_edition"]] if grouping.get("weight_edition") else [])]))


def _numbered(codes: Sequence[Data]) -> Iterator[tuple[str, Data]]:
    """Codes that stand get numbers, codes left off get letters."""
    standing = left_off = 0
    for c in codes:
        if c["status"] == "suppressed":
            left_off += 1
            yield words.letter(left_off), c
        else:
            standing += 1
            yield str(standing), c


@dataclass(frozen=True, slots=True, kw_only=True)
class _Held:
    """What a result holds, by document: looked up once for each, since a long chart has thousands."""

    facts: Mapping[str, list[Data]]
    copied: Mapping[str, list[Data]]
    reading: Mapping[str, list[Data]]
    evidence: Mapping[str, list[marks.Mark]]
    spots: Mapping[tuple[str, int], Mapping[tuple[float, ...], list[str]]]
    pictures: Mapping[tuple[str, int], str]


def _by_document(things: Sequence[Data]) -> dict[str, list[Data]]:
    out: dict[str, list[Data]] = defaultdict(list)
    for t in things:
        out[str(t["document"])].append(t)
    return out


def _page(n: int, document: Data, held: _Held) -> Page:
    id, text = str(document["id"]), str(document.get("text", ""))
    evidence = held.evidence.get(id, [])
    copies = [marks.Copy(start=c["start"], end=c["end"], origin=c["origin"]) for c in held.copied.get(id, ())]
    return Page(
        id=f"d{n}", label=label(document), data=document, scans=tuple(_scans(id, document, held)), places=sum(m.code.isdigit() for m in evidence),
        passages=marks.passages(text, [*_facts(text, held.facts.get(id, ())), *evidence], copies, name=f"s{n}"),
        notes=tuple(str(r["note"]) for r in held.reading.get(id, ())),
    )


def _scans(id: str, document: Data, held: _Held) -> Iterator[Scan]:
    """The pages of which there is a picture."""
    for p in document.get("pages", ()):
        at = (id, int(p["number"]))
        if at in held.pictures:
            spots = tuple(Spot(left=box[0], top=box[1], width=round(box[2] - box[0], 2), height=round(box[3] - box[1], 2), refs=tuple(refs),
                               codes=tuple(dict.fromkeys(r.split(".")[0] for r in refs))) for box, refs in held.spots.get(at, {}).items())
            yield Scan(number=at[1], width=p["width"], height=p["height"], url=held.pictures[at], engine=str(p.get("engine") or ""),
                       doubtful=int(p.get("doubtful") or 0), spots=spots)


def _on_paper(numbered: Sequence[tuple[str, Data]]) -> dict[tuple[str, int], dict[tuple[float, ...], list[str]]]:
    """By document and page, the boxes that evidence stands in, and which evidence that is ("3.1")."""
    out: dict[tuple[str, int], dict[tuple[float, ...], list[str]]] = defaultdict(lambda: defaultdict(list))
    for mark, c in numbered:
        for place, s in enumerate(c.get("evidence", ()), 1):
            for p in s.get("places", ()):
                out[str(s["document"]), int(p["page"])][tuple(float(v) for v in p["box"])].append(f"{mark}.{place}")
    return out


def _facts(text: str, facts: Sequence[Data]) -> Iterator[marks.Mark]:
    for f in facts:
        if f.get("kind") not in MEASURED and stands(f, text):
            yield marks.Mark(start=f["start"], end=f["end"], pattern=words.pattern(f), note=words.note(f))


def _evidence(numbered: Sequence[tuple[str, Data]], texts: Mapping[str, str]) -> dict[str, list[marks.Mark]]:
    """By document, the marks of all evidence that stands where it says."""
    out: dict[str, list[marks.Mark]] = defaultdict(list)
    for mark, c in numbered:
        for place, s in enumerate(c.get("evidence", ()), 1):
            if stands(s, texts.get(str(s["document"]), "")):
                out[str(s["document"])].append(marks.Mark(start=s["start"], end=s["end"], code=mark, place=place))
    return out


def stands(span: Data, text: str) -> bool:
    """Whether the span's words stand at its place. A mark in the wrong place is worse than none."""
    start, end = int(span["start"]), int(span["end"])
    return 0 <= start < end <= len(text) and text[start:end] == str(span["text"])


def _spots(pages: Sequence[Page]) -> dict[str, str]:
    """Of each evidence the segment where it begins."""
    out: dict[str, str] = {}
    for segment in (s for p in pages for x in p.passages for s in x.segments):
        for ref in segment.refs:
            out.setdefault(ref, segment.id)
    return out


def _quotes(mark: str, c: Data, texts: Mapping[str, str], labels: Mapping[str, str], spots: Mapping[str, str]) -> Iterator[Quote]:
    for place, s in enumerate(c.get("evidence", ()), 1):
        ref, document = f"{mark}.{place}", str(s["document"])
        yield Quote(ref=ref, text=str(s["text"]), where=labels.get(document, document), spot=spots.get(ref, ""))
