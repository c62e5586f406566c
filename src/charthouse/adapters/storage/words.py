"""The words of documents as SQLite (FTS5) and PostgreSQL (tsvector) keep and find them.

Both are given folded words (`lexicon/words.py`), never a text, and queries are put together from quoted words only, so nothing that a person types is
syntax, and both find the same. No text is kept: with FTS5 what was put in must be said again to be taken out.
"""
from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, ClassVar, Protocol

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import TSQUERY, TSVECTOR
from sqlalchemy.ext.compiler import compiles

from charthouse.adapters.storage.schema import search_entry
from charthouse.lexicon.words import words as words_of
from charthouse.record.finding import Clause, Phrase

LONGEST = 100  # characters of a word: what is longer is no word
_LAST_PLACE, _PLACES, _MOST = 16_383, 255, 1_000_000  # of PostgreSQL: the last place that is told apart, places of one word, bytes of all words of a text


def folded(text: str) -> list[str]:
    """The words of a text, in order."""
    return [word.strip("_") for word, _, _ in words_of(text) if len(word) <= LONGEST]


class Words(Protocol):
    """`ranked` is how many of the documents that were found are put in order; `match` the condition that a document says all that is wanted and nothing
    unwanted; `score` how well it does, more is better."""

    ranked: ClassVar[int]

    def put(self, n: int, words: Sequence[str]) -> None: ...

    def remove(self, n: int, words: Sequence[str]) -> None: ...

    def clear(self) -> None: ...

    def source(self) -> sa.FromClause: ...

    def number(self) -> sa.ColumnElement[int]: ...

    def match(self, clauses: Iterable[Clause]) -> sa.ColumnElement[bool]: ...

    def score(self, clauses: Iterable[Clause]) -> sa.ColumnElement[float]: ...


def words_in(connection: sa.Connection) -> Words:
    return ServerWords(connection) if connection.dialect.name == "postgresql" else FileWords(connection)


class _InOrder(sa.Join):
    """A join whose first table is walked first: SQLite's planner cannot know how few documents say a word, and would walk all entries."""

    inherit_cache = True


@compiles(_InOrder, "sqlite")
def _in_order(join: _InOrder, compiler: Any, **more: Any) -> str:
    left, right, on = (compiler.process(part, **(more | flags)) for part, flags in ((join.left, {"asfrom": True}), (join.right, {"asfrom": True}), (join.onclause, {})))
    return f"{left} CROSS JOIN {right} ON {on}"


class FileWords:
    """FTS5. The table's rowid is the entry's number; a lower bm25 is better."""

    ranked: ClassVar[int] = 10_000
    _table = sa.table("search_text", sa.column("rowid"))

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def put(self, n: int, words: Sequence[str]) -> None:
        self._run("INSERT INTO search_text (rowid, words) VALUES (?, ?)", (n, " ".join(words)))

    def remove(self, n: int, words: Sequence[str]) -> None:
        self._run("INSERT INTO search_text (search_text, rowid, words) VALUES ('delete', ?, ?)", (n, " ".join(words)))

    def clear(self) -> None:
        self._run("INSERT INTO search_text (search_text) VALUES ('delete-all')", ())

    def source(self) -> sa.FromClause:
        return _InOrder(self._table, search_entry, search_entry.c.n == self._table.c.rowid)

    def number(self) -> sa.ColumnElement[int]:
        return self._table.c.rowid

    def match(self, clauses: Iterable[Clause]) -> sa.ColumnElement[bool]:
        wanted = " AND ".join(f"({_file_clause(c)})" for c in clauses if not c.unwanted)
        unwanted = " OR ".join(f"({_file_clause(c)})" for c in clauses if c.unwanted)
        if not wanted:
            return search_entry.c.n.not_in(sa.select(self._table.c.rowid).where(_MATCH(unwanted)))
        return _MATCH(f"({wanted}) NOT ({unwanted})" if unwanted else wanted)

    def score(self, clauses: Iterable[Clause]) -> sa.ColumnElement[float]:
        return -sa.literal_column("bm25(search_text)", sa.Float)

    def _run(self, statement: str, values: tuple[object, ...]) -> None:
        self._connection.exec_driver_sql(statement, values)


_MATCH = sa.literal_column("search_text", sa.Text).bool_op("MATCH")


def _file_clause(clause: Clause) -> str:
    return " OR ".join("(" + " AND ".join(_file_phrase(p) for p in way) + ")" for way in clause.ways)


def _file_phrase(phrase: Phrase) -> str:
    return '"' + " ".join(w.replace('"', "") for w in phrase.words) + ('"*' if phrase.prefix else '"')


class ServerWords:
    """A tsvector with a GIN index. Its server does not rank from the index, so fewer are put in order."""

    ranked: ClassVar[int] = 1_000
    _table = sa.table("search_text", sa.column("n"), sa.column("words", TSVECTOR))

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def put(self, n: int, words: Sequence[str]) -> None:
        self._connection.execute(sa.text("INSERT INTO search_text (n, words) VALUES (:n, CAST(:words AS tsvector))"), {"n": n, "words": _vector(words)})

    def remove(self, n: int, words: Sequence[str]) -> None:
        self._connection.execute(sa.text("DELETE FROM search_text WHERE n = :n"), {"n": n})

    def clear(self) -> None:
        self._connection.execute(sa.text("DELETE FROM search_text"))

    def source(self) -> sa.FromClause:
        return self._table.join(search_entry, search_entry.c.n == self._table.c.n)

    def number(self) -> sa.ColumnElement[int]:
        return self._table.c.n

    def match(self, clauses: Iterable[Clause]) -> sa.ColumnElement[bool]:
        return self._table.c.words.bool_op("@@")(_query(clauses))

    def score(self, clauses: Iterable[Clause]) -> sa.ColumnElement[float]:
        return sa.func.ts_rank_cd(self._table.c.words, _query(clauses), type_=sa.Float)


def _query(clauses: Iterable[Clause]) -> sa.ColumnElement[str]:
    asked = " & ".join(f"!({_server_clause(c)})" if c.unwanted else f"({_server_clause(c)})" for c in clauses)
    return sa.cast(sa.literal(asked), TSQUERY)


def _vector(words: Sequence[str]) -> str:
    places: dict[str, list[int]] = {}
    size = 0
    for place, word in enumerate(words, 1):
        at = places.setdefault(word, [])
        size += 2 if at else len(word.encode()) + 8
        if size > _MOST:
            break
        if len(at) < _PLACES and (place <= _LAST_PLACE or not at):
            at.append(min(place, _LAST_PLACE))
    return " ".join(f"{_quoted(word)}:{','.join(map(str, at))}" for word, at in places.items() if at)


def _server_clause(clause: Clause) -> str:
    return " | ".join("(" + " & ".join(_server_phrase(p) for p in way) + ")" for way in clause.ways)


def _server_phrase(phrase: Phrase) -> str:
    return "(" + " <-> ".join(_quoted(w) for w in phrase.words) + (":*)" if phrase.prefix else ")")


def _quoted(word: str) -> str:
    return "'" + word.replace("\\", "\\\\").replace("'", "''") + "'"
