"""The phrases of the book: lexicon terms, titles, inclusion terms and index entries, each with its target.

Titles stand at the level before the seventh character only (the target is then a family). Titles and inclusion terms
of more than `MAX_WORDS` words are left out: nobody writes them so.
"""
from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from datetime import date
from hashlib import sha256
from pathlib import Path

from charthouse.adapters.books import lexicon
from charthouse.lexicon.phrases import dictionary_rows
from charthouse.rulebook.editions import Edition

MAX_WORDS = 12
LONG = 7  # letters: shorter words are one slip away from too many others


def load(book: sqlite3.Connection, tables: tuple[Path, ...]) -> int:
    """Write the phrase table and the dictionary made of it; the number of lexicon phrases."""
    terms = list(lexicon.phrases(tables))
    _write(book, terms)
    _write(book, _short(book.execute("SELECT title, code, 'title' FROM entry WHERE system='ICD-10-CM' AND base='' AND title_loaded AND listed ORDER BY id")))
    _write(book, _short(book.execute("SELECT n.text, n.at, 'inclusion' FROM note n JOIN entry e ON e.code = n.at WHERE n.kind='inclusion_term' ORDER BY n.id")))
    _write(book, _short(book.execute("SELECT path, code, 'index' FROM index_entry WHERE system='ICD-10-CM' AND code <> '' ORDER BY id")))
    rows = book.execute("SELECT phrase, target, source FROM phrase ORDER BY id").fetchall()
    book.executemany("INSERT INTO term VALUES (?,?,?,?,?)", dictionary_rows(rows))
    long = {word for (key,) in book.execute("SELECT key FROM term") for word in key.split() if len(word) >= LONG and word.isalpha()}
    book.executemany("INSERT OR IGNORE INTO slip VALUES (?,?)", ((word[:i] + word[i + 1:], word) for word in sorted(long) for i in range(1, len(word))))
    return len(terms)


def lexicon_edition(tables: tuple[Path, ...], rows: int) -> Edition:
    """The manifest row of the lexicon: words have no edition of law, so it is in force always."""
    digest = sha256(b"".join(p.read_bytes() for p in tables)).hexdigest()
    return Edition(
        book="lexicon", edition=digest[:8], authority="Charthouse", effective_from=date(2015, 10, 1), verified_through=date(9999, 12, 31),
        date_basis="discharge", source=f"charthouse: {len(tables)} tables", sha256=digest, licence="as Charthouse", rows=rows,
        note="How clinicians say it; our own work.",
    )  # fmt: skip


def _short(rows: Iterable[tuple[str, str, str]]) -> list[tuple[str, str, str]]:
    return [row for row in rows if len(row[0].split()) <= MAX_WORDS]


def _write(book: sqlite3.Connection, rows: Iterable[tuple[str, str, str]]) -> None:
    book.executemany("INSERT INTO phrase (phrase,target,source,words) VALUES (?,?,?,?)", ((*r, len(r[0].split())) for r in rows))
