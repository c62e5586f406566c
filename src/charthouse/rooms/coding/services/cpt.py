"""Procedures by the site's own CPT file: codes written in the note or sent with the encounter, and descriptors that a
procedure line matches. No code or descriptor of CPT is in Charthouse itself."""
from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from charthouse.lexicon.words import STOP, words
from charthouse.record.chart import Chart
from charthouse.record.code import CodeLine
from charthouse.record.document import Document, Span, quote
from charthouse.rooms.coding.given import FIVE
from charthouse.rooms.coding.services.tables import CPT, line, ruling
from charthouse.rulebook.codebook import CodeBook

WELL_FORMED = re.compile(r"\d{4}[0-9A-Z]")
_WRITTEN = re.compile(r"\bCPT(?:[- ]?4)?(?: codes?)?\s*[:#]?\s*(\d{4}[0-9A-Z](?:\s*(?:,|and|&|\+)\s*\d{4}[0-9A-Z])*)\b")
_HEADED = re.compile(r"^[ \t]*(?:procedures?(?: performed| note| details)?|operations?(?: performed)?|in-?office procedures?)[ \t]*:[ \t]*(?P<rest>.*)$", re.I | re.M)
_ENDS = re.compile(r"\n[ \t]*(?:\n|[A-Z][A-Za-z /&]{2,40}:)")
_NOT_DONE = re.compile(r"\b(?:no|not|none|deferred|declined|cancelled|aborted|planned|scheduled|will|consider\w*|discuss\w*|refer\w*)\b", re.I)
_ENOUGH, _LEAST, _APART = 0.75, 2, 0.15


@dataclass(frozen=True, slots=True)
class Descriptors:
    """The site's descriptors as bags of content words, and which codes hold a word."""

    bags: Mapping[str, frozenset[str]]
    by_word: Mapping[str, frozenset[str]]

    @classmethod
    def of(cls, titles: Iterable[tuple[str, str]]) -> Descriptors:
        bags = {code: _content(title) for code, title in titles}
        by_word: dict[str, set[str]] = {}
        for code, bag in bags.items():
            for word in bag:
                by_word.setdefault(word, set()).add(code)
        return cls(bags, {word: frozenset(codes) for word, codes in by_word.items()})

    def match(self, text: str) -> tuple[str, float] | None:
        """The one descriptor of which a procedure line says at least three quarters, and clearly more than of any other."""
        said = _content(text)
        near = frozenset[str]().union(*(self.by_word[w] for w in said if w in self.by_word))
        scored = sorted(((len(self.bags[c] & said) / len(self.bags[c]), len(self.bags[c] & said), c) for c in near), reverse=True)
        if not scored or scored[0][0] < _ENOUGH or scored[0][1] < _LEAST:
            return None
        if any(share > scored[0][0] - _APART and count >= scored[0][1] for share, count, _ in scored[1:]):
            return None
        return scored[0][2], scored[0][0]


def _content(text: str) -> frozenset[str]:
    return frozenset(w for w, _, _ in words(text) if w not in STOP and len(w) > 1)


def procedures(chart: Chart, descriptors: Descriptors, book: CodeBook) -> tuple[CodeLine, ...]:
    """Lines for the codes that are written or given, then for those whose descriptor is matched; each code once."""
    found: dict[str, CodeLine] = {}
    for code, span in _codes(chart):
        if code not in found:
            reason = ruling("services/cpt-written", "applied", "The code stands in the note." if span else "Assigned by a person and sent with the encounter.", CPT, subject=code,
                            spans=(span,) if span else ())
            found[code] = line("CPT" if code[0].isdigit() else "HCPCS", code, (span,) if span else (), (reason,), book, chart.encounter.on)
    if descriptors.bags:
        for document in chart.documents:
            for start, end in _lines(document):
                match = descriptors.match(document.text[start:end])
                if match and match[0] not in found:
                    found[match[0]] = _matched(match, quote(document, start, end), chart, book)
    return tuple(found.values())


def _codes(chart: Chart) -> Iterator[tuple[str, Span | None]]:
    yield from ((code, None) for code in chart.encounter.procedures if FIVE.fullmatch(code))
    for document in chart.documents:
        for written in _WRITTEN.finditer(document.text):
            for code in WELL_FORMED.finditer(document.text, written.start(1), written.end(1)):
                yield code.group(), quote(document, code.start(), code.end())


def _lines(document: Document) -> Iterator[tuple[int, int]]:
    """The lines under a heading of procedures, to the next heading or blank line."""
    for head in _HEADED.finditer(document.text):
        begin = head.start("rest") if head["rest"].strip() else head.end() + 1
        end = _ENDS.search(document.text, begin)
        for found in re.finditer(r"[^\n;]+", document.text[begin:end.start() if end else len(document.text)]):
            if found.group().strip() and not _NOT_DONE.search(found.group()):
                left = len(found.group()) - len(found.group().lstrip())
                yield begin + found.start() + left, begin + found.end()


def _matched(match: tuple[str, float], span: Span, chart: Chart, book: CodeBook) -> CodeLine:
    code, share = match
    reason = ruling("services/cpt-matched", "applied", f"The procedure line says {share:.0%} of the descriptor in the site's file, and of no other as much.", CPT, subject=code, spans=(span,))
    return line("CPT", code, (span,), (reason,), book, chart.encounter.on)
