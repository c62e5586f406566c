"""The pages of a scan put right: their order, blank and double pages, pages that are missing, and two patients in one scan.

Pure. A page is its text as read, with the errors of OCR in it, so that numbers and names are compared with tolerance; what cannot be said
surely is left to a person, with the reason.
"""
from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import Literal

from charthouse.record.document import Span
from charthouse.record.ruling import Ruling

HEADER, FOOTER = 700, 200  # characters at the top of a page, and at its foot, where it says whose and which page it is
BLANK = 3  # letters and figures up to which nothing stands on a page
SAME, SAME_SHORT = 0.9, 200  # likeness of two pages that are one, of their words; characters below which two pages are too short to say
_LOOKS = str.maketrans("OoQDIl|!SsBZzGg", "000011115582269")


@dataclass(frozen=True, slots=True, kw_only=True)
class Scanned:
    """A page of a scan: `number` as it lay in the scan, from 1, and where it was in the document's text. `turned` as its reader found it."""

    number: int
    text: str = field(repr=False)
    start: int = 0
    turned: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """What a page says of itself, with [start, end) of it in the page's text: whose it is, and which page of how many."""

    name: str = field(default="", repr=False)
    mrn: str = field(default="", repr=False)
    born: str = field(default="", repr=False)
    page: int = 0
    of: int = 0
    spans: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Bundle:
    """Pages of one patient, by their numbers in the scan, in reading order. `missing` are the printed numbers of pages that are not there."""

    pages: tuple[int, ...]
    missing: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Sorted:
    """`verdict`: one patient; separated, a bundle each; or held for a person, all pages as they lay in one bundle."""

    verdict: Literal["one", "separated", "held"]
    bundles: tuple[Bundle, ...]
    blank: tuple[int, ...] = ()
    doubles: tuple[tuple[int, int], ...] = ()  # (page left out, page that it repeats)
    rulings: tuple[Ruling, ...] = ()


_NAME = re.compile(r"(?im)(?:\bpatient(?:'?s)?(?: name)?|\bpt\.?(?: name)?|^[ \t]*name)[ \t]*[:;][ \t]*\n?[ \t]*((?:[^\W\d_][\w'’.-]*,?[ \t]+){0,3}[^\W\d_][\w'’.-]*)")
_MRN = re.compile(r"(?i)\b(?:mrn|m\.r\.n\.|medical record(?: (?:no|number|#))?\.?|patient id|chart (?:no|number)\.?)\s*[#:;.]*\s*([A-Z]{0,4}[\dOolISB][\dA-Z|-]{3,14})\b")
_BORN = re.compile(r"(?i)\b(?:d[o0]b|d\.o\.b\.|date of birth|birth ?date|born)\s*[:;.]*\s*([\dOolI|]{1,4}[/.-][\dOolI|]{1,2}[/.-][\dOolI|]{2,4}|[A-Z][a-z]{2,8}\.? \d{1,2},? \d{4})")
_PAGE = re.compile(r"(?i)\b(?:page|pg\.?|p\.)\s*[:#]?\s*([\dlIO|]{1,3})\s*(?:of|0f|/|von)\s*([\dlIO|]{1,3})\b|(?m:^[ \t]*-?[ \t]*([\dlIO|]{1,3})[ \t]*(?:of|/)[ \t]*([\dlIO|]{1,3})[ \t]*-?[ \t]*$)")
_STOP = re.compile(r"(?i)\s*\b(?:dob|d0b|date|mrn|age|sex|gender|id|acct|account|patient|visit|page|room|born|physician|provider|phone|address|admit|admitted|mr|dr)\b.*$")


def sort(pages: Sequence[Scanned], *, document: str = "") -> Sorted:
    """The pages of one scan, sorted. `document` is the id under which the rulings quote it."""
    heads = {p.number: header(p.text) for p in pages}
    written = [p for p in pages if not is_blank(p.text)]
    blank = tuple(p.number for p in pages if is_blank(p.text))
    doubles = _doubles(written)
    left = [p for p in written if p.number not in dict(doubles)]
    rulings = [_told("pages/blank", "applied", f"page {n} is blank and was left out", n) for n in blank]
    rulings += [_told("pages/double", "applied", f"page {a} repeats page {b} and was left out", a) for a, b in doubles]
    rulings += [_told("pages/turned", "applied", f"page {p.number} lay turned by {p.turned} degrees", p.number) for p in pages if p.turned]
    groups, why = _patients(left, heads)
    if why:
        spans = _spans(left, heads, document)
        rulings.append(_told("pages/two-patients", "warning", f"{why}; nothing was separated, a person must look", 0, spans))
        held = Bundle(pages=tuple(p.number for p in left))
        return Sorted(verdict="held", bundles=(held,), blank=blank, doubles=doubles, rulings=tuple(rulings))
    bundles = []
    for group in groups:
        order, missing, note = ordered(group, heads)
        bundles.append(Bundle(pages=order, missing=missing))
        rulings += [_told("pages/order", "applied", note, 0)] * bool(note)
        rulings += [_told("pages/missing", "warning", f"page {n} of the printed numbers is not there", n) for n in missing]
    if len(groups) > 1:
        spans = _spans(left, heads, document)
        rulings.append(_told("pages/two-patients", "applied", f"the scan holds {len(groups)} patients, by name, number or birth date on every page; it was separated", 0, spans))
    return Sorted(verdict="separated" if len(groups) > 1 else "one", bundles=tuple(bundles), blank=blank, doubles=doubles, rulings=tuple(rulings))


def header(text: str) -> Header:
    """What stands at the top of a page, or at its foot, of whose and which page it is."""
    top = text[:HEADER]
    name, mrn, born = _NAME.search(top), _MRN.search(top), _BORN.search(top)
    foot = max(0, len(text) - FOOTER)
    page = _PAGE.search(top[:300]) or _PAGE.search(text, foot) or _PAGE.search(top)
    said = _STOP.sub("", name[1]).strip(" ,.-") if name else ""
    number, of = (_figure(page[1] or page[3]), _figure(page[2] or page[4])) if page else (0, 0)
    if not 0 < number <= of:
        number = of = 0
    found = [m.span(1) for m in (mrn, born) if m] + ([(name.start(1), name.start(1) + len(said))] if name and said else []) + ([page.span()] if page and number else [])
    return Header(name=said, mrn=_plain(mrn[1]) if mrn else "", born=_day(born[1]) if born else "", page=number, of=of, spans=tuple(sorted(found)))


def is_blank(text: str) -> bool:
    """Whether nothing is read on a page, or only that it was left blank intentionally."""
    return sum(c.isalnum() for c in text) <= BLANK or bool(re.fullmatch(r"(?i)\W*(?:this )?page (?:is |was )?(?:intentionally )?(?:left )?blank\W*", text))


def ordered(group: Sequence[Scanned], heads: dict[int, Header]) -> tuple[tuple[int, ...], tuple[int, ...], str]:
    """The pages of one patient in order, the printed numbers that are missing, and what was done ("": they lay in order).

    Pages whose printed "Page 3 of 7" agree in the 7 are put in order of the 3, each document of a scan for itself; a page without a number
    stays behind the one that it followed, unless a single gap in the numbers can only be its."""
    runs = _runs(group, heads)
    order: list[int] = []
    missing: list[int] = []
    for run in runs:
        numbered = sorted((p for p in run if heads[p.number].page), key=lambda p: heads[p.number].page)
        there = {heads[p.number].page for p in numbered}
        gaps = [n for n in range(1, (heads[numbered[0].number].of if numbered else 0) + 1) if n not in there]
        others = [p for p in run if not heads[p.number].page]
        placed: dict[float, Scanned] = {float(heads[p.number].page): p for p in numbered}
        if len(gaps) == len(others) == 1:
            placed[float(gaps[0])] = others[0]
            gaps, others = [], []
        for other in others:
            placed[_behind(other, run, heads, placed)] = other
        order += [p.number for _, p in sorted(placed.items(), key=lambda e: e[0])]
        missing += gaps
    lay = [p.number for p in group]
    note = "" if order == lay else "the pages lay out of order and were put in the order of their printed numbers"
    return tuple(order), tuple(missing), note


def _behind(page: Scanned, run: Sequence[Scanned], heads: dict[int, Header], placed: dict[float, Scanned]) -> float:
    """A place just behind the page that it followed in the scan."""
    before = [float(heads[p.number].page) for p in run if p.number < page.number and heads[p.number].page]
    at = (before[-1] if before else 0.0) + 0.001 * (page.number + 1)
    while at in placed:
        at += 0.0001
    return at


def _runs(group: Sequence[Scanned], heads: dict[int, Header]) -> list[list[Scanned]]:
    """The documents of a scan: pages with the same "of", no number twice; pages that say nothing go with what they follow."""
    runs: list[list[Scanned]] = []
    for page in group:
        head = heads[page.number]
        if not head.page:
            if not runs:
                runs.append([])
            runs[-1].append(page)
            continue
        home = next((r for r in runs if all(heads[p.number].of in (0, head.of) and heads[p.number].page != head.page for p in r)), None)
        if home is None:
            runs.append([page])
        else:
            home.append(page)
    return runs


def _doubles(pages: Sequence[Scanned]) -> tuple[tuple[int, int], ...]:
    """Pages that repeat an earlier one: the same words but for the errors of reading. Pages whose figures differ are two pages (two days'
    laboratory tables look alike)."""
    kept: list[tuple[Scanned, list[str], frozenset[str]]] = []
    out: list[tuple[int, int]] = []
    for page in pages:
        words = page.text.split()
        letters = frozenset(words)
        for other, theirs, theirs_set in kept:
            most = max(len(letters), len(theirs_set), 1)
            if len(letters & theirs_set) > 0.6 * most and _same(page, words, other, theirs):
                out.append((page.number, other.number))
                break
        else:
            kept.append((page, words, letters))
    return tuple(out)


def _same(page: Scanned, words: list[str], other: Scanned, theirs: list[str]) -> bool:
    if min(len(page.text), len(other.text)) < SAME_SHORT:
        return page.text.split() == other.text.split()
    alike = SequenceMatcher(None, words, theirs, autojunk=False)
    if alike.quick_ratio() < SAME * 0.85:
        return False
    return alike.ratio() >= SAME * 0.85 and not _figures_differ(words, theirs, alike)


def _figures_differ(words: list[str], theirs: list[str], alike: SequenceMatcher[str]) -> bool:
    """Whether a figure stands against another that OCR would not take for it: 0 and O are one, 12 and 14 are not."""
    for tag, i, k, j, m in alike.get_opcodes():
        a, b = "".join(words[i:k]), "".join(theirs[j:m])
        if tag == "replace" and any(c.isdigit() for c in a + b) and _plain(a) != _plain(b) and re.sub(r"\D", "", _plain(a)) != re.sub(r"\D", "", _plain(b)):
            return True
    return False


def _patients(pages: Sequence[Scanned], heads: dict[int, Header]) -> tuple[list[list[Scanned]], str]:
    """The pages of each patient, or why that cannot be said surely. Sure is: each page says whose it is by two of name, number and birth
    date, or goes with its numbered document; and no two patients are alike in one and different in another."""
    groups: list[list[Scanned]] = []
    who: list[Header] = []
    silent: list[Scanned] = []
    for page in pages:
        head = heads[page.number]
        if not _says(head):
            silent.append(page)
            continue
        alike = [n for n, w in enumerate(who) if _like(w, head) == "same"]
        unsure = [n for n, w in enumerate(who) if _like(w, head) == "unsure"]
        if unsure or len(alike) > 1:
            return [], f"page {page.number} names a patient who is like another page's in part only"
        if alike:
            groups[alike[0]].append(page)
            who[alike[0]] = _more(who[alike[0]], head)
        else:
            groups.append([page])
            who.append(head)
    if len(groups) <= 1:
        return [list(pages)] if pages else [], ""
    return _with_silent(groups, who, silent, pages, heads)


def _with_silent(groups: list[list[Scanned]], who: list[Header], silent: list[Scanned], pages: Sequence[Scanned],
                 heads: dict[int, Header]) -> tuple[list[list[Scanned]], str]:
    thin = next((n for n, w in enumerate(who) if sum(map(bool, (w.name, w.mrn, w.born))) < 2), None)
    if thin is not None:
        return [], f"the scan seems to hold two patients, but page {groups[thin][0].number} tells one by a single mark"
    home = {p.number: n for n, group in enumerate(groups) for p in group}
    numbers = [p.number for p in pages]
    for page in silent:
        at, head = numbers.index(page.number), heads[page.number]
        beside = {home.get(n) for n in numbers[max(0, at - 1) : at] + numbers[at + 1 : at + 2]} - {None}
        fits = [n for n in beside if n is not None and head.page and all(heads[p.number].of == head.of and heads[p.number].page != head.page for p in groups[n])]
        inner = len(beside) == 1 and 0 < at < len(numbers) - 1
        if not (len(fits) == 1 or inner):
            return [], f"the scan holds two patients, and page {page.number} does not say whose it is"
        chosen = fits[0] if len(fits) == 1 else next(n for n in beside if n is not None)
        groups[chosen] = sorted((*groups[chosen], page), key=lambda p: p.number)
        home[page.number] = chosen
    return groups, ""


def _says(head: Header) -> bool:
    return bool(head.mrn or head.born or head.name)


def _like(a: Header, b: Header) -> Literal["same", "different", "unsure"]:
    """Whether two headers are of one patient."""
    marks = [_alike(a.mrn, b.mrn), _alike(a.born, b.born), _alike_names(a.name, b.name)]
    same, different = marks.count(True), marks.count(False)
    if not same and not different:
        return "unsure"
    if not different:
        return "same"
    return "different" if not same else ("same" if same == 2 else "unsure")


def _alike(a: str, b: str) -> bool | None:
    """One character may be misread in a number of six or more."""
    if not a or not b:
        return None
    if a == b:
        return True
    return len(a) == len(b) >= 6 and sum(x != y for x, y in zip(a, b, strict=True)) == 1 and not (a.isdigit() and b.isdigit())


def _alike_names(a: str, b: str) -> bool | None:
    if not a or not b:
        return None
    one, two = (sorted(w for w in re.split(r"[^\w]+", n.lower()) if len(w) > 1) for n in (a, b))
    if set(one) <= set(two) or set(two) <= set(one):
        return True
    return SequenceMatcher(None, " ".join(one), " ".join(two), autojunk=False).ratio() >= 0.85


def _more(a: Header, b: Header) -> Header:
    return Header(name=a.name or b.name, mrn=a.mrn or b.mrn, born=a.born or b.born)


def _plain(number: str) -> str:
    """A number as it reads when letters that look like figures are taken for them, without hyphens."""
    return number.translate(_LOOKS).replace("-", "").strip(".,;:()").upper()


def _figure(text: str | None) -> int:
    plain = _plain(text or "")
    return int(plain) if plain.isdigit() else 0


def _day(text: str) -> str:
    """A birth date in one form: the figures of it, the year last when it comes first."""
    if text[0].isalpha() and not re.match(r"[OolI|]", text):
        return re.sub(r"\W+", " ", text).lower().strip()
    parts = [_plain(p) for p in re.split(r"[/.-]", text)]
    parts = [*parts[1:], parts[0]] if len(parts[0]) == 4 else parts
    return "/".join(p.lstrip("0") for p in parts)


def _spans(pages: Sequence[Scanned], heads: dict[int, Header], document: str) -> tuple[Span, ...]:
    out = []
    for page in pages:
        for start, end in heads[page.number].spans:
            if page.text[start:end].strip():
                out.append(Span(document=document, start=page.start + start, end=page.start + end, text=page.text[start:end]))
    return tuple(out)


def _told(rule: str, verdict: Literal["applied", "warning"], message: str, page: int, spans: tuple[Span, ...] = ()) -> Ruling:
    return Ruling(rule=rule, verdict=verdict, message=message, citation="intake: order and identity of scanned pages", subject=f"page {page}" if page else "scan", spans=spans)
