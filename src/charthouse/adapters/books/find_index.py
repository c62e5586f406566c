"""What `find` searches: titles, inclusion terms, index entries and lexicon terms in one full-text table, and spelling.

The vocabulary holds every word of these texts; the misspelling table leads from each word with one letter left out
to the word, so that one typing error (a letter too many, too few, changed or two swapped) is found by equality.
"""
from __future__ import annotations

import re
import sqlite3
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator

WORD = re.compile(r"[a-z0-9]+")
MIN_LETTERS = 4  # shorter words are taken as they are


def words_of(text: str) -> list[str]:
    """Lower-case words without accents: "Ménière's disease" -> ["meniere", "s", "disease"]."""
    plain = unicodedata.normalize("NFKD", text.lower())
    return WORD.findall("".join(c for c in plain if not unicodedata.combining(c)))


def shortened(word: str) -> Iterator[str]:
    """The word itself and each form with one letter left out."""
    yield word
    yield from {word[:i] + word[i + 1 :] for i in range(len(word))}


def load(book: sqlite3.Connection) -> None:
    uses: Counter[str] = Counter()
    _write(book, _texts(book), uses)
    rows = [(word, count) for word, count in uses.items() if len(word) >= MIN_LETTERS and word.isalpha()]
    book.executemany("INSERT INTO vocabulary (word,uses) VALUES (?,?)", rows)
    forms = ((form, number) for number, word in book.execute("SELECT id, word FROM vocabulary").fetchall() for form in shortened(word))
    book.executemany("INSERT OR IGNORE INTO misspelling VALUES (?,?)", forms)
    for table in ("search_cm", "search_other"):
        book.execute(f"INSERT INTO {table} ({table}) VALUES ('optimize')")


def table_of(system: str) -> str:
    """The full-text table that holds a system's texts."""
    return "search_cm" if system == "ICD-10-CM" else "search_other"


def _texts(book: sqlite3.Connection) -> Iterator[tuple[str, str, str, str]]:
    """(text, target, source, system) of everything that can be found."""
    yield from book.execute("SELECT phrase, target, 'lexicon', 'ICD-10-CM' FROM phrase WHERE source LIKE 'lexicon%'")
    yield from book.execute("SELECT title, code, 'title', system FROM entry WHERE title_loaded AND listed AND base = ''")
    yield from book.execute("SELECT n.text, n.at, 'inclusion', 'ICD-10-CM' FROM note n JOIN entry e ON e.code = n.at WHERE kind = 'inclusion_term'")
    yield from book.execute("SELECT path, code, 'index', system FROM index_entry WHERE code <> ''")


def _write(book: sqlite3.Connection, texts: Iterable[tuple[str, str, str, str]], uses: Counter[str]) -> None:
    rows: dict[str, list[tuple[str, str, str, str, int]]] = {"search_cm": [], "search_other": []}
    for text, target, source, system in texts:
        words = words_of(text)
        uses.update(words)
        rows[table_of(system)].append((text, target, source, system, len(words)))
    for table, lines in rows.items():
        lines.sort(key=lambda line: line[4])  # shortest first, so that a search can stop early
        book.executemany(f"INSERT INTO {table} (text,code,source,system) VALUES (?,?,?,?)", (line[:4] for line in lines))
