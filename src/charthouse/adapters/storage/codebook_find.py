"""Search in the compiled code book: spelling put right, full text, then ranked by how much of each phrase is said.

A score runs from 0 to about 2: 1 for the share of the asked words found and of the phrase's own words asked for, more
for a phrase that says just this, for the lexicon's (a clinician's) phrase, and for the code of the plain case.
"""
from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from charthouse.adapters.books.find_index import MIN_LETTERS, shortened, table_of, words_of
from charthouse.rulebook.codebook import Found

CODE_LIKE = re.compile(r"[A-Z][0-9A][0-9A-Z](?:\.[0-9A-Z]{0,4})?|[0-9A-HJ-NP-Z]{3,7}", re.IGNORECASE)
CANDIDATES = 300
FEW = 5
MANY_WORDS = 8
STOP = frozenset(["a", "an", "and", "at", "by", "due", "for", "from", "in", "of", "on", "or", "the", "to", "with"])
SOURCE_BONUS = {"lexicon": 0.25, "inclusion": 0.1, "index": 0.15, "title": 0.1}
LEAVES_SHOWN = 5
LONGEST_ABBREVIATION = 6
BRACKETED = re.compile(r"\([^)]*\)|\[[^\]]*\]")
ENDINGS = ("ations", "ation", "ies", "ing", "ed", "es", "s", "ic", "y")
SPELLED = """SELECT e.title FROM phrase p JOIN entry e ON e.code = CASE WHEN instr(p.target, '=') > 0 THEN substr(p.target, 1, instr(p.target, '=') - 1)
             ELSE p.target END WHERE p.phrase = ? COLLATE NOCASE AND p.source LIKE 'lexicon%'"""


@dataclass(frozen=True, slots=True)
class Hit:
    target: str
    text: str
    score: float


def find(book: sqlite3.Connection, words: str, *, system: str, limit: int) -> tuple[Found, ...]:
    """The best `limit` answers; words that no phrase holds are corrected, then left out."""
    by_code = _codes_under(book, words.strip(), system, limit)
    if by_code:
        return by_code
    asked = [_corrected(book, w) for w in words_of(words)]
    content = [w for w in asked if w not in STOP] or asked
    if not content:
        return ()
    hits = _hits(book, content, asked, system)
    spelled = _spelled_out(book, asked) if system == "ICD-10-CM" else asked
    if spelled != asked:
        hits += [Hit(h.target, h.text, 0.95 * h.score) for h in _hits(book, [w for w in spelled if w not in STOP], spelled, system)]
    return _as_found(book, hits, limit)


def _codes_under(book: sqlite3.Connection, words: str, system: str, limit: int) -> tuple[Found, ...]:
    if not CODE_LIKE.fullmatch(words):
        return ()
    prefix = words.upper().rstrip(".")
    if system == "ICD-10-CM" and len(prefix) > 3 and "." not in prefix:
        prefix = f"{prefix[:3]}.{prefix[3:]}"
    query = "SELECT code, title FROM entry WHERE system = ? AND code >= ? AND code < ? AND listed ORDER BY id LIMIT ?"
    rows = book.execute(query, (system, prefix, prefix + "~", limit)).fetchall()
    return tuple(Found(code=code, title=title, score=1.0, matched=code) for code, title in rows)


def _corrected(book: sqlite3.Connection, word: str) -> str:
    """The word, or for one that no text of the book holds the most used word one or two typing errors away."""
    if len(word) < MIN_LETTERS or not word.isalpha() or book.execute("SELECT 1 FROM vocabulary WHERE word = ?", (word,)).fetchone():
        return word
    forms = list(shortened(word))
    marks = ",".join("?" * len(forms))
    query = f"SELECT DISTINCT v.word, v.uses FROM misspelling m JOIN vocabulary v ON v.id = m.word WHERE m.form IN ({marks})"
    near = [(edits(word, other), -uses, other) for other, uses in book.execute(query, forms)]
    return min(near)[2] if near else word


def edits(a: str, b: str) -> int:
    """Letters to put in, take out, change or swap with the neighbour (optimal string alignment)."""
    before: list[int] = []
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        last, before2, before = row, before, row
        row = [i]
        for j, y in enumerate(b, 1):
            cost = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (x != y))
            if i > 1 and j > 1 and x == b[j - 2] and a[i - 2] == y:
                cost = min(cost, before2[j - 2] + 1)
            row.append(cost)
    return row[-1]


def _hits(book: sqlite3.Connection, content: list[str], asked: list[str], system: str) -> list[Hit]:
    """Phrases with all the words; where they are few, also those with all but one, and then with any of the rarest."""
    rows = _match(book, " AND ".join(f'"{w}"' for w in content), system)
    if len(rows) < FEW and 2 < len(content) <= MANY_WORDS:
        for left_out in content:
            rows += _match(book, " AND ".join(f'"{w}"' for w in content if w != left_out), system, limit=CANDIDATES // 3)
    if len(rows) < FEW and len(content) > 1:
        rows += _match(book, " OR ".join(f'"{w}"' for w in _rarest(book, content)), system, limit=CANDIDATES // 3)
    return [_scored(content, asked, *row) for row in rows]


def _rarest(book: sqlite3.Connection, content: list[str]) -> list[str]:
    """The two least used of the asked words."""
    marks = ",".join("?" * len(content))
    uses: dict[str, int] = dict(book.execute(f"SELECT word, uses FROM vocabulary WHERE word IN ({marks})", content).fetchall())
    return sorted(content, key=lambda w: uses.get(w, 0))[:2]


def _spelled_out(book: sqlite3.Connection, asked: list[str]) -> list[str]:
    """The asked words with each abbreviation of the lexicon replaced by the title of what it stands for."""
    out: list[str] = []
    for word in asked:
        row = book.execute(SPELLED, (word,)).fetchone() if len(word) <= LONGEST_ABBREVIATION else None
        out += words_of(BRACKETED.sub(" ", row[0])) if row else [word]
    return list(dict.fromkeys(out))


def _match(book: sqlite3.Connection, query: str, system: str, *, limit: int = CANDIDATES) -> list[tuple[str, str, str]]:
    """Texts that match, the shortest first."""
    sql = f"SELECT text, code, source FROM {table_of(system)} WHERE text MATCH ? AND system = ? ORDER BY rowid LIMIT ?"
    return book.execute(sql, (query, system, limit)).fetchall()


def _scored(content: list[str], asked: list[str], text: str, target: str, source: str) -> Hit:
    return Hit(target, text, max(_score(content, asked, variant, source) for variant in _variants(text)))


def _variants(text: str) -> list[str]:
    """A phrase as printed, without its nonessential parts, and what it abbreviates to: "Diastolic (congestive) ... [HFpEF]"."""
    plain = text.lower().split(", unspecified")[0].removesuffix(" nos").removeprefix("unspecified ")
    return [text, BRACKETED.sub(" ", plain), *re.findall(r"\[([^\]]+)\]", text)] if plain != text else [text]


def _score(content: list[str], asked: list[str], text: str, source: str) -> float:
    own = words_of(text)
    said = [w for w in own if w not in STOP] or own
    stems_asked, stems_said = {_stem(w) for w in content}, {_stem(w) for w in said}
    if not stems_said:
        return 0.0
    both = len(stems_asked & stems_said)
    recall, precision = both / len(stems_asked), both / len(stems_said)
    score = 0.7 * recall + 0.3 * precision + SOURCE_BONUS[source] * recall
    if [_stem(w) for w in own] == [_stem(w) for w in asked]:
        score += 0.5
    elif stems_asked == stems_said:
        score += 0.4
    return score


@lru_cache(maxsize=50_000)
def _stem(word: str) -> str:
    """Only for comparing within the ranking; the full-text table has its own stemmer."""
    for ending in ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) > 3:
            return word[: -len(ending)]
    return word


def _as_found(book: sqlite3.Connection, hits: Iterable[Hit], limit: int) -> tuple[Found, ...]:
    """One answer a code, the best first; of each target only its best phrase is looked at."""
    of_target: dict[str, Hit] = {}
    for hit in sorted(hits, key=lambda h: -h.score):
        of_target.setdefault(hit.target, hit)
    best: dict[str, Found] = {}
    for hit in list(of_target.values())[:limit]:
        for rank, (code, title) in enumerate(_complete(book, hit.target)):
            found = Found(code=code, title=title, score=round(hit.score - rank * 0.01, 4), matched=hit.text)
            if code not in best or best[code].score < found.score:
                best[code] = found
    return tuple(sorted(best.values(), key=lambda f: (-f.score, f.code))[:limit])


def _complete(book: sqlite3.Connection, target: str) -> list[tuple[str, str]]:
    """The codes a target stands for, the plain case first: its default, else the unspecified leaf of its family."""
    family, _, default = target.split(" + ")[0].partition("=")
    start = [default] if default else []
    itself = book.execute("SELECT code, title FROM entry WHERE code = ? AND leaf AND listed", (family,)).fetchall()
    if itself:
        return itself
    rows = book.execute(
        """WITH RECURSIVE below(code) AS (SELECT ? UNION ALL SELECT e.code FROM entry e JOIN below b ON e.above = b.code)
           SELECT code, title FROM entry WHERE code IN (SELECT code FROM below) AND listed AND (leaf OR base <> '') ORDER BY id LIMIT 400""",
        (family,),
    ).fetchall()
    titles = dict(rows)
    ordered = [c for c in start if c in titles] + sorted((c for c, _ in rows if c not in start), key=lambda c: _plainness(titles[c]))
    return [(c, titles[c]) for c in ordered[:LEAVES_SHOWN]]


def _plainness(title: str) -> int:
    words = title.lower()
    return -words.count("unspecified") - words.count("initial encounter for closed fracture") - words.count(", initial encounter")
