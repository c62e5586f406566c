"""The compiled code book, read from its SQLite file: implements `rulebook.codebook.CodeBook`.

Opened read-only and only when first asked; answers are kept, because a file never changes once compiled. Can be
pickled: the copy opens the same path anew. One instance serves one thread at a time per connection; each thread of
a process gets a connection of its own.
"""
from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator, Sequence
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from charthouse.adapters.books import manifest
from charthouse.adapters.storage import codebook_find
from charthouse.record.errors import BookNotBuilt
from charthouse.rulebook.codebook import Character, DrgRow, Entry, Found, Note, Place, Severity
from charthouse.rulebook.editions import Edition, choose

CACHED = 65_536
ENTRY = "SELECT system, code, title, above, leaf, title_loaded FROM entry"
# F01 is a category of ICD-10-CM and the start of a table of ICD-10-PCS: what is below it is of its own system.
SAME_SYSTEM = "AND system = COALESCE((SELECT own.system FROM entry own WHERE own.code = ?), system)"


class SqliteCodeBook:
    """The code book at `path`. Raises `BookNotBuilt` at the first question when there is none."""

    def __init__(self, path: Path) -> None:
        self.path = Path(path)
        self._local = threading.local()
        keep: Any = lru_cache(maxsize=CACHED)
        self.entry = keep(self._entry)
        self.children = keep(self._children)
        self.leaves = keep(self._leaves)
        self.notes = keep(self._notes)
        self.path_to = keep(self._path_to)
        self.editions = lru_cache(maxsize=1)(self._editions)
        self._spans = keep(self._read_spans)
        self._levels = keep(self._read_levels)
        self._edition = keep(self._choose)

    def __reduce__(self) -> tuple[type[SqliteCodeBook], tuple[Path]]:
        return type(self), (self.path,)

    def _rows(self, query: str, *values: object) -> list[Any]:
        return self._connection().execute(query, values).fetchall()

    def _connection(self) -> sqlite3.Connection:
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            if not self.path.exists():
                raise BookNotBuilt(path=self.path)
            connection = sqlite3.connect(f"{self.path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)
            connection.execute("PRAGMA mmap_size = 268435456")
            self._local.connection = connection
        return connection

    # -- editions -------------------------------------------------------------------------------------------------

    def _editions(self) -> tuple[Edition, ...]:
        return manifest.read(self._connection())

    def missing(self) -> dict[str, str]:
        """Books that are not loaded, and why."""
        return dict(self._rows("SELECT book, why FROM missing ORDER BY book"))

    def _choose(self, book: str, on: date) -> Edition:
        return choose(self.editions(), book, on)

    # -- ICD-10-CM and ICD-10-PCS ---------------------------------------------------------------------------------

    def _entry(self, code: str) -> Entry | None:
        rows = self._rows(f"{ENTRY} WHERE code = ?", code)
        return _as_entry(rows[0]) if rows else None

    def _children(self, code: str) -> tuple[str, ...]:
        return tuple(row[0] for row in self._rows(f"SELECT code FROM entry WHERE above = ? AND listed {SAME_SYSTEM} ORDER BY id", code, code))

    def _leaves(self, code: str) -> tuple[Entry, ...]:
        below = """WITH RECURSIVE below(code) AS (SELECT ? UNION ALL SELECT e.code FROM entry e JOIN below b ON e.above = b.code)
                   SELECT code FROM below"""
        return tuple(_as_entry(r) for r in self._rows(f"{ENTRY} WHERE code IN ({below}) AND leaf AND listed {SAME_SYSTEM} ORDER BY id", code, code))

    def valid(self, code: str, on: date) -> bool:
        """Whether it is a complete, billable code on that date. Raises `NoEdition` outside the editions."""
        system, spans = self._spans(code)
        self._edition(system, on)
        day = on.year * 10000 + on.month * 100 + on.day
        return any(first <= day <= last for first, last in spans)

    def _read_spans(self, code: str) -> tuple[str, tuple[tuple[int, int], ...]]:
        system = _system_of(code)
        return system, tuple(self._rows("SELECT first, last FROM validity WHERE system = ? AND code = ?", system, code))

    def _path_to(self, code: str) -> tuple[Place, ...]:
        """The places from the chapter down to the code itself: chapter, block, category, ..., code."""
        rows = self._rows("SELECT kind, title, parent FROM place WHERE at = ?", code) or self._rows("SELECT 'code', title, above FROM entry WHERE code = ?", code)
        if not rows:
            return ()
        kind, title, above = rows[0]
        return (*(self.path_to(above) if above else ()), Place(kind=kind, at=code, title=title))

    def _notes(self, code: str) -> tuple[Note, ...]:
        """Its own, then those of what it stands under, up to the chapter: codes share what is above them, so each place is asked for once."""
        path = self.path_to(code)
        if not path:
            return ()
        rows = self._rows("SELECT kind, text, at, codes FROM note WHERE at = ? ORDER BY id", code)
        return (*(Note(kind=k, text=t, at=a, codes=tuple(c.split())) for k, t, a, c in rows), *(self.notes(path[-2].at) if len(path) > 1 else ()))

    def characters(self, code: str) -> tuple[Character, ...]:
        """The characters of an ICD-10-PCS code (or the start of one) with their labels, "" where none is loaded."""
        return tuple(
            Character(position=i + 1, value=value, label=self._label(code[: min(i, 3)], i + 1, value)) for i, value in enumerate(code[:7])
        )

    def _label(self, axis: str, position: int, value: str) -> str:
        rows = self._rows("SELECT label FROM pcs_value WHERE axis = ? AND position = ? AND value = ?", axis, position, value)
        return str(rows[0][0]) if rows else ""

    def pcs_table(self, table: str) -> tuple[Character, ...]:
        """What the table of three characters ("02H") offers for the characters 4 to 7, in order."""
        rows = self._rows("SELECT position, value, label FROM pcs_value WHERE axis = ? AND position > 3 ORDER BY position, value", table)
        return tuple(Character(position=p, value=v, label=label) for p, v, label in rows)

    def pcs_codes(self, table: str) -> tuple[str, ...]:
        """All codes of a table of ICD-10-PCS, of every date, in order."""
        return tuple(row[0] for row in self._rows("SELECT code FROM entry WHERE above = ? AND system = 'ICD-10-PCS' ORDER BY code", table))

    def mapped(self, code: str, *, direction: str = "10>9") -> tuple[tuple[str, str], ...]:
        """(target, flags) of the General Equivalence Mappings, all of them; "9>10" or "10>9"."""
        return tuple(self._rows("SELECT target, flags FROM gem WHERE direction = ? AND source = ? ORDER BY target", direction, code))

    # -- MS-DRG ---------------------------------------------------------------------------------------------------

    def version(self, on: date) -> int:
        """The MS-DRG version of a discharge date as the tables number it: 431 for v43.1. Raises `NoEdition`."""
        name: str = self._edition("MS-DRG", on).edition
        whole, _, part = name.split()[0].removeprefix("v").partition(".")
        return int(whole) * 10 + int(part or 0)

    def severity(self, code: str, on: date) -> Severity:
        """CC or MCC as a secondary diagnosis under the MS-DRG version of that date, before exclusions."""
        version = self.version(on)
        level: Severity
        for first, last, level in self._levels(code):
            if first <= version <= last:
                return level
        return ""

    def _read_levels(self, code: str) -> tuple[tuple[int, int, str], ...]:
        return tuple(self._rows("SELECT first, last, severity FROM severity WHERE code = ?", code))

    def hcc(self, code: str) -> tuple[tuple[int, str], ...]:
        return tuple(self._rows("SELECT category, label FROM hcc WHERE code = ? ORDER BY category", code))

    def pair_edits(self, setting: str, codes: Sequence[str], on: date) -> tuple[tuple[str, str, int], ...] | None:
        """None when no NCCI pairs of that day are loaded."""
        if not any(e.book == f"NCCI {setting}" and e.covers(on) for e in self.editions()):
            return None
        day, marks = int(f"{on:%Y%m%d}"), ",".join("?" * len(codes))
        return tuple((a, b, m) for a, b, m in self._rows(
            f"SELECT first, second, modifier FROM ncci WHERE setting = ? AND first IN ({marks}) AND second IN ({marks}) AND since <= ? AND until >= ?", setting, *codes, *codes, day, day))

    def unit_limits(self, setting: str, codes: Sequence[str], on: date) -> dict[str, tuple[int, int]] | None:
        """None when no medically unlikely edits of that day are loaded."""
        covering = [e for e in self.editions() if e.book == f"MUE {setting}" and e.covers(on)]
        if not covering:
            return None
        marks = ",".join("?" * len(codes))
        return {code: (units, by) for code, units, by in self._rows(f"SELECT code, units, by FROM mue WHERE setting = ? AND edition = ? AND code IN ({marks})", setting, covering[-1].edition, *codes)}

    def poa_exempt(self, code: str, on: date) -> bool | None:
        """Whether the code is exempt from POA reporting; None: the list of that date is not loaded."""
        covering = [e for e in self.editions() if e.book == "POA exempt" and e.covers(on)]
        if not covering:
            return None
        return bool(self._rows("SELECT 1 FROM poa_exempt WHERE code = ? AND edition = ?", code, covering[-1].edition))

    def cc_excluded(self, secondary: str, principal: str, on: date) -> bool | None:
        """Whether Table 6K takes the CC or MCC away beside that principal diagnosis; None: no table of that year."""
        covering = [e for e in self.editions() if e.book == "CC exclusions" and e.covers(on)]
        if not covering:
            return None
        query = """SELECT 1 FROM cc_list l JOIN cc_exclusion x ON x.edition = l.edition AND x.collection = l.collection
                   WHERE l.edition = ? AND l.code = ? AND x.principal = ?"""
        return bool(self._rows(query, covering[-1].edition, secondary, principal))

    def drg(self, drg: str, on: date) -> DrgRow | None:
        """The DRG under the version of that date; weight and stays only where Table 5 of that year is loaded."""
        version = self.version(on)
        titles = self._rows("SELECT title FROM drg_title WHERE drg = ? AND ? BETWEEN first AND last", drg, version)
        if not titles:
            return None
        covering = [e for e in self.editions() if e.book == "Table 5" and e.covers(on)]
        edition = covering[-1].edition if covering else ""
        rows = self._rows("SELECT mdc, kind, weight, gmlos, amlos, post_acute, special_pay FROM drg_row WHERE drg = ? AND edition = ?", drg, edition)
        row: tuple[str, Any, float | None, float | None, float | None, int, int] = rows[0] if rows else ("", "", None, None, None, 0, 0)
        mdc, kind, weight, gmlos, amlos, post_acute, special_pay = row
        return DrgRow(drg=drg, title=titles[0][0], mdc=mdc, kind=kind, weight=weight, gmlos=gmlos, amlos=amlos, edition=edition, post_acute=bool(post_acute), special_pay=bool(special_pay))

    # -- the site's own files ---------------------------------------------------------------------------------------

    def level_code(self, category: str, level: str) -> str:
        """The code that the site has entered for a level of a visit; "" when it has not."""
        rows = self._rows("SELECT code FROM level_code WHERE category = ? AND level = ?", category, level)
        return str(rows[0][0]) if rows else ""

    def titles(self, system: str) -> list[tuple[str, str]]:
        """(code, title) of every complete code of a system that has a title."""
        return self._rows("SELECT code, title FROM entry WHERE system = ? AND leaf AND title_loaded ORDER BY code", system)

    # -- words ----------------------------------------------------------------------------------------------------

    def find(self, words: str, *, system: str = "ICD-10-CM", limit: int = 20) -> tuple[Found, ...]:
        """Search titles, inclusion terms, index entries and lexicon terms, best first; a code lists the codes under it."""
        return codebook_find.find(self._connection(), words, system=system, limit=limit)

    def phrases(self) -> Iterator[tuple[str, str, str]]:
        """(phrase, target, source) of every phrase; lexicon flags follow the source: "lexicon:case,weak"."""
        yield from self._connection().execute("SELECT phrase, target, source FROM phrase ORDER BY id")

    def dictionary(self) -> Iterator[tuple[str, str, str, str, str]]:
        """(key, target, source, flags, phrase) of every way of saying a phrase, as `lexicon.phrases.entries` makes them."""
        yield from self._connection().execute("SELECT key, target, source, flags, phrase FROM term")

    def procedure_words(self) -> Iterator[tuple[str, str, str, str, str]]:
        """(key, pattern or body part, source, "name", "action" or "part", phrase): how procedures are said."""
        yield from self._connection().execute("SELECT key, target, source, flags, phrase FROM procedure_term")

    def slips(self, forms: Sequence[str]) -> list[tuple[str, str]]:
        """(form, word): the long words of the dictionary that become one of the forms by losing a letter."""
        return self._rows(f"SELECT form, word FROM slip WHERE form IN ({','.join('?' * len(forms))})", *forms)


def _system_of(code: str) -> str:
    if len(code) == 7 and "." not in code:
        return "ICD-10-PCS"
    if len(code) == 5 and "." not in code:
        return "CPT" if code[0].isdigit() else "HCPCS"
    return "ICD-10-CM"


def _as_entry(row: tuple[Any, ...]) -> Entry:
    system, code, title, above, leaf, loaded = row
    parent = "" if "-" in above else above
    return Entry(system=system, code=code, title=title, parent=parent, leaf=bool(leaf), title_loaded=bool(loaded))
