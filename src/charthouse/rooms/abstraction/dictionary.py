"""Finding the terms of book and lexicon in a row of words: longest first, in any order, refined by attributes.

A term is a bag of words (`lexicon.words.key`): "fracture of left distal radius" and "left distal radius fracture" meet the
same entry. A window of words is looked up whole; where that fails, without its attribute words (side, acuity, stage).
"""
from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from charthouse.lexicon.specificity import Phrase
from charthouse.lexicon.words import STOP
from charthouse.record.fact import Target
from charthouse.rooms.abstraction.row import Row

LONGEST = 8  # words of a window
HELD = 20_000  # stretches whose terms are kept
Slips = Callable[[Sequence[str]], Iterable[tuple[str, str]]]
Mark = tuple[int, int, Phrase]  # words [start, end) that say an attribute


@dataclass(frozen=True, slots=True)
class Term:
    """An entry of the dictionary. `spelled` holds exact spellings, for terms where only those count."""

    key: str
    targets: tuple[Target, ...]
    source: str
    flags: frozenset[str]
    spelled: frozenset[str] = frozenset()


class Hit(NamedTuple):
    """A term found: `tokens` are indexes into the row; `attributes` stood inside the window."""

    term: Term
    tokens: tuple[int, ...]
    attributes: tuple[Phrase, ...]


_DENYING = frozenset({"without", "not", "no", "in"})  # "without psychotic features", "in remission": no finding of their own
PART_OF_A_SITE = frozenset({"level"})  # "distal", "upper": never dropped from a term's words, they name another bone
RANK = {"site": -2, "quiet": -1, "lexicon": 0, "index": 1, "title": 2, "inclusion": 3}


def parse_targets(target: str) -> tuple[Target, ...]:
    """`E11.22 + N18=N18.9` -> two targets; "" for a phrase that names nothing."""
    if not target:
        return ()
    out = []
    for part in target.split(" + "):
        family, _, default = part.partition("=")
        out.append(Target(family=family, default=default))
    return tuple(out)


class Dictionary:
    """All terms, by key. Rows are (key, target, source, flags, phrase); of two for one key the lexicon's wins.

    `plain` are folded everyday words that are never taken for a misspelt term; `slips` gives the (form, word) pairs of
    the known long words that become one of the forms by losing a letter."""

    def __init__(self, rows: Iterable[tuple[str, str, str, str, str]], plain: Iterable[str] = (), slips: Slips = lambda forms: ()) -> None:
        self._slips = slips
        self.plain = frozenset(plain)
        self._mended: dict[str, str] = {}
        self._rows: dict[str, tuple[str, str, str, str]] = {}
        self._cased: dict[str, list[tuple[str, str, str, str]]] = {}
        self._terms: dict[str, Term] = {}
        self._held: dict[tuple[object, ...], tuple[tuple[int, int, Term, tuple[Phrase, ...]], ...]] = {}
        self.vocabulary: set[str] = set()
        self._sums: set[int] = set()
        rows_by_key, vocabulary, sums = self._rows, self.vocabulary, self._sums
        for key, target, source, flags, phrase in rows:
            said = key.split()
            vocabulary.update(said)
            sums.add(sum(map(hash, said)))
            if flags and "case" in flags:
                self._cased.setdefault(key, []).append((target, source, flags, phrase))
                continue
            old = rows_by_key.get(key)
            if old is None or RANK.get(source, 9) < RANK.get(old[1], 9):
                rows_by_key[key] = (target, source, flags, phrase)

    def extended(self, rows: Iterable[tuple[str, str, str, str, str]]) -> Dictionary:
        """The dictionary with further rows, and this one as it was."""
        more = Dictionary(rows, self.plain, self._slips)
        for key, row in self._rows.items():
            if key not in more._rows or RANK.get(row[1], 9) < RANK.get(more._rows[key][1], 9):
                more._rows[key] = row
        for key, spelled in self._cased.items():
            more._cased.setdefault(key, []).extend(spelled)
        more.vocabulary |= self.vocabulary
        more._sums |= self._sums
        return more

    def __len__(self) -> int:
        return len(self._rows) + sum(map(len, self._cased.values()))

    def term(self, key: str, spelled: str = "") -> Term | None:
        for target, source, flags, phrase in self._cased.get(key, ()) if spelled else ():
            if phrase == spelled:
                return Term(key, parse_targets(target), source, frozenset(flags.split(",")), frozenset({phrase}))
        term = self._terms.get(key)
        if term is None:
            row = self._rows.get(key)
            if row is None:
                return None
            term = self._terms[key] = Term(key, parse_targets(row[0]), row[1], frozenset(row[2].split(",")) - {""})
        return term

    def _as_written(self, key: str, spelled: str) -> bool:
        """An abbreviation is written in capitals, or all small where that is no everyday word: "Mr" is not MR."""
        row = self._rows.get(key)
        if row is None or not (row[3].isupper() and len(row[3]) <= 5):
            return True
        if spelled.isupper():  # CRP is not CRPS, though words are folded to the singular
            return not (row[3].endswith("S") and spelled == row[3][:-1])
        return spelled.islower() and spelled == row[3].lower() and len(spelled) > 2 and spelled not in self.plain

    # -- typing errors -------------------------------------------------------------------------------------------
    def mended(self, word: str) -> str:
        """The one known word a long unknown word is a single slip away from, or ""."""
        if len(word) < 7 or not word.isalpha() or word in self.plain:
            return ""
        known = self._mended.get(word)
        if known is None:
            known = self._mended[word] = self._mend(word)
        return known

    def _mend(self, word: str) -> str:
        if word.endswith("it") and word + "is" in self.vocabulary:  # "appendicits", whose s was taken for a plural
            return word + "is"
        shorter = [word[:i] + word[i + 1:] for i in range(1, len(word))]
        near = {less for less in shorter if len(less) >= 7 and less in self.vocabulary}
        for form, known in self._slips((word, *shorter)):
            if form == word or _one_slip(word, known):
                near.add(known)
        near = {w for w in near if w[0] == word[0] and abs(len(w) - len(word)) <= 1}
        return near.pop() if len(near) == 1 else ""

    # -- windows ---------------------------------------------------------------------------------------------------
    def hits(self, row: Row, said: Sequence[Mark]) -> list[Hit]:
        """The terms in a row, left to right, not overlapping, longest first within each stretch of words.

        `said` are the attribute phrases of the row, as `Attributes.read` gives them.
        """
        if self.vocabulary.isdisjoint(row.folded):
            return []
        found: list[Hit] = []
        marked = {i: phrase for start, end, phrase in said for i in range(start, end)}
        for stretch in self._stretches(row, marked):
            self._search(row, stretch, marked, found)
        found.sort(key=lambda h: h.tokens[0])
        for start, end, _ in said:
            if end - start > 1 and row.folded[start] in _DENYING:
                found = [h for h in found if h.tokens[0] < start or h.tokens[-1] >= end]
        return [self._extended(hit, row, marked) for hit in found] if said else found

    def _extended(self, hit: Hit, row: Row, marked: dict[int, Phrase]) -> Hit:
        """A term with the attributes that follow it after a comma, where that is a term of its own: "MDD, recurrent"."""
        last = hit.tokens[-1]
        if last + 1 >= len(row.folded) or row.breaks[last + 1] != "," or last + 1 not in marked:
            return hit
        tail = [last + 1]
        while tail[-1] + 1 in marked and not row.breaks[tail[-1] + 1] and marked[tail[-1] + 1] is marked[last + 1]:
            tail.append(tail[-1] + 1)
        longer = self._look(row, [*hit.tokens, *tail], {})
        return longer or hit

    def _stretches(self, row: Row, marked: dict[int, Phrase]) -> Iterable[list[int]]:
        stretch: list[int] = []
        vocabulary = self.vocabulary
        for i, word in enumerate(row.folded):
            if row.breaks[i] and stretch:
                yield stretch
                stretch = []
            if word in vocabulary or i in marked:
                if word not in STOP or i in marked or (word in self._cased and row.spelled[i].isupper()):
                    stretch.append(i)
            elif word not in STOP and stretch:
                yield stretch
                stretch = []
        if stretch:
            yield stretch

    def _search(self, row: Row, stretch: list[int], marked: dict[int, Phrase], found: list[Hit]) -> None:
        """What a stretch holds depends on its words and their spelling alone; notes say the same things over and over, so it is kept."""
        first, last = stretch[0], stretch[-1] + 1
        folded = row.folded
        places = () if last - first == len(stretch) else tuple([i - first for i in stretch])
        said = (tuple([folded[i] for i in stretch]), tuple(row.spelled[first:last]), places, tuple([marked.get(i) for i in stretch]) if marked else ())
        held = self._held.get(said)
        if held is None:
            if len(self._held) >= HELD:
                self._held.clear()
            held = self._held[said] = self._not_overlapping(row, stretch, marked)
        for at, length, term, attributes in held:
            found.append(Hit(term, tuple(stretch[at:at + length]), attributes))

    def _not_overlapping(self, row: Row, stretch: list[int], marked: dict[int, Phrase]) -> tuple[tuple[int, int, Term, tuple[Phrase, ...]], ...]:
        """The terms of a stretch: where each begins in it, its number of words, the term, the attributes inside."""
        taken = [False] * len(stretch)
        kept = []
        for at, hit in self._ranked(row, stretch, marked):
            length = len(hit.tokens)
            if not any(taken[at:at + length]):
                kept.append((at, length, hit.term, hit.attributes))
                taken[at:at + length] = [True] * length
        return tuple(kept)

    def _ranked(self, row: Row, stretch: list[int], marked: dict[int, Phrase]) -> list[tuple[int, Hit]]:
        """The terms of all windows: those of more words of their own first, then those with more attributes in them.

        Most windows are no term. The sum of the hashes of its words tells that of a bag of words without making its key."""
        hits, folded, sums, n = [], row.folded, self._sums, len(stretch)
        for at in range(n):
            begin = stretch[at:at + LONGEST]
            whole = sideless = core = 0
            if not marked:  # then the bag of all words is the only key
                for size, i in enumerate(begin, 1):
                    word = folded[i]
                    if word not in STOP or len(begin) == 1:
                        whole += hash(word)
                    if whole and whole not in sums:
                        continue
                    window = begin[:size]
                    hit = self._first(row, window, marked, _keys(folded, window, marked, alone=len(begin) == 1))
                    if hit:
                        hits.append((at, hit))
                continue
            for size, i in enumerate(begin, 1):
                phrase, worth = marked.get(i), hash(folded[i])
                if folded[i] not in STOP or len(begin) == 1:
                    whole += worth
                if phrase is None or phrase.axis != "side":
                    sideless += worth
                if phrase is None or phrase.axis in PART_OF_A_SITE:
                    core += worth
                if not (whole in sums or sideless in sums or core in sums or not whole):
                    continue
                window = begin[:size]
                hit = self._first(row, window, marked, _keys(folded, window, marked, alone=len(begin) == 1))
                inside = at + size < n and i in marked  # an attribute at the edge may belong to the next term
                if hit and not (inside and len(hit.term.key.split()) < size):
                    hits.append((at, hit))
        hits.sort(key=lambda h: (-len(h[1].term.key.split()), -len(h[1].tokens), h[0]))
        return hits

    def _look(self, row: Row, window: list[int], marked: dict[int, Phrase]) -> Hit | None:
        return self._first(row, window, marked, _keys(row.folded, window, marked, alone=len(window) == 1))

    def _first(self, row: Row, window: list[int], marked: dict[int, Phrase], keys: tuple[str, ...]) -> Hit | None:
        """The term of the first key that is one: the whole window, then without its sides, then without all attributes."""
        for place, key in enumerate(keys):
            if key not in self._rows and (place or key not in self._cased):
                continue
            spelled = " ".join(row.spelled[window[0]:window[-1] + 1]) if not place and key in self._cased else ""
            term = self.term(key, spelled)
            if term and (len(window) > 1 or self._as_written(key, row.spelled[window[0]])):
                return Hit(term, tuple(window), tuple(dict.fromkeys(marked[i] for i in window if i in marked)))
        return None


def _keys(folded: list[str], window: list[int], marked: dict[int, Phrase], *, alone: bool) -> tuple[str, ...]:
    """The keys of a window: all words; without sides; without attributes. A word of no content counts only where it stands alone."""
    whole, sideless, core = [], [], []
    for i in window:
        word, phrase = folded[i], marked.get(i)
        if word not in STOP or alone:
            whole.append(word)
        if phrase is None or phrase.axis != "side":
            sideless.append(word)
        if phrase is None or phrase.axis in PART_OF_A_SITE:
            core.append(word)
    keys = [" ".join(sorted(whole)) if whole else folded[window[-1]]]
    if core and len(sideless) < len(window):
        keys.append(" ".join(sorted(sideless)))
    if core and len(core) < len(sideless):
        keys.append(" ".join(sorted(core)))
    return tuple(keys)


def _one_slip(a: str, b: str) -> bool:
    """Whether two words of one length differ in one letter, or in two neighbours that changed places."""
    if len(a) != len(b):
        return False
    differ = [i for i, (x, y) in enumerate(zip(a, b, strict=True)) if x != y]
    return len(differ) == 1 or (len(differ) == 2 and differ[1] == differ[0] + 1
                                and a[differ[0]] == b[differ[1]] and a[differ[1]] == b[differ[0]])
