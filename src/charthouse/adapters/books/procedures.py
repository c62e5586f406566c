"""The tables of procedures (`lexicon/procedures/*.tsv`): written out, checked line by line, and put into the code book.

Rarer anatomical terms come from the Body Part Key of ICD-10-PCS, which the packaged index holds ("Pinna: use External
Ear"); the lexicon's own words win.
"""
from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from importlib.resources import files
from pathlib import Path

from charthouse.adapters.books import tables
from charthouse.adapters.books.lexicon import expand
from charthouse.lexicon.pcs import parse, without_side
from charthouse.lexicon.words import term_key
from charthouse.record.errors import BadLexicon

OTHERS = frozenset({"parts", "regions", "hints", "triggers", "reported", "everyday"})
Row = tuple[str, str, str, str, str]  # key, target, source, flags, phrase: as the dictionary takes them


def paths() -> tuple[Path, ...]:
    """The tables, in the order of their names."""
    return tuple(sorted((Path(str(files("charthouse"))) / "lexicon" / "procedures").glob("*.tsv")))


def names() -> tuple[str, ...]:
    """The tables that hold names and actions."""
    return tuple(p.stem for p in paths() if p.stem not in OTHERS)


def load(book: sqlite3.Connection) -> None:
    """Write the words of procedures; the tables and the index of ICD-10-PCS stand in the book already."""
    book.executemany("INSERT INTO procedure_term VALUES (?,?,?,?,?)", rows(_body_part_key(book)))


def _body_part_key(book: sqlite3.Connection) -> Iterator[tuple[str, str]]:
    """(anatomical term, body part without its side)."""
    labels = {without_side(label)[0] for (label,) in book.execute("SELECT DISTINCT label FROM pcs_value WHERE position = 4 AND axis LIKE '0%' AND label <> ''")}
    for term, see in book.execute("SELECT path, see FROM index_entry WHERE system = 'ICD-10-PCS' AND see LIKE 'use %' ORDER BY id"):
        label = without_side(str(see).split("\n")[0].removeprefix("use ").strip())[0]
        if label in labels:
            yield term, label


def rows(key_of_parts: Iterable[tuple[str, str]] = ()) -> list[Row]:
    """Names, actions and body parts. Raises `BadLexicon` for a malformed line or one phrase that leads to two patterns."""
    seen: dict[str, tuple[str, str]] = {}
    out = [row for name in names() for row in _named(name, seen)]
    parts = [(term_key(phrase), labels, "lexicon", "part", phrase) for term, labels in tables.rows("procedures/parts", 2) for phrase in expand(term)]
    known = {row[0] for row in (*out, *parts)}
    rare = [(key, label, "index", "part", term) for term, label in key_of_parts if (key := term_key(term)) and key not in known]
    return [*out, *(p for p in parts if p[0] not in seen), *rare]


def _named(name: str, seen: dict[str, tuple[str, str]]) -> Iterator[Row]:
    flags = "action" if name == "actions" else "name"
    for term, pattern in tables.rows(f"procedures/{name}", 2):
        _check(term, pattern, name)
        for phrase in expand(term, file=f"{name}.tsv"):
            key = term_key(phrase)
            if key in seen and seen[key][0] != pattern:
                raise BadLexicon(file=f"{name}.tsv", why=f"{phrase!r} leads to {pattern}, but to {seen[key][0]} in {seen[key][1]}")
            if key and key not in seen:
                seen[key] = (pattern, f"{name}.tsv")
                yield key, pattern, "lexicon", flags, phrase


def _check(term: str, pattern: str, name: str) -> None:
    try:
        for part in pattern.split(" + "):
            parse(part)
    except ValueError as error:
        raise BadLexicon(file=f"{name}.tsv", why=f"{term!r}: {error}") from None


def hints() -> list[tuple[str, str, str, str]]:
    """What the words around a procedure say: (phrase, axis, value, "")."""
    return [(phrase, axis, value, "") for term, axis, value in tables.rows("procedures/hints", 3) for phrase in expand(term)]
