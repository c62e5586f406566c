"""The one place where things are wired: which adapters stand behind the ports, and where data lies on disk."""
from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from functools import lru_cache
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

from charthouse.settings import data_folder, database

if TYPE_CHECKING:
    from charthouse.adapters.engines.msdrg import MsdrgEngine
    from charthouse.adapters.storage.backup import Taken
    from charthouse.adapters.storage.codebook import SqliteCodeBook
    from charthouse.adapters.storage.examine import Check
    from charthouse.adapters.storage.layout import Layout
    from charthouse.adapters.storage.learned import Learned
    from charthouse.adapters.storage.site import Site
    from charthouse.flow.desk import Desk
    from charthouse.flow.steps import Kit
    from charthouse.record.access import Actor, Purpose
    from charthouse.rooms.abstraction.read import Reader
    from charthouse.rooms.coding import HintTables, Tables, Weights
    from charthouse.rooms.privacy import Rule

Progress = Callable[[str, int, int], None]


def _quiet(label: str, done: int, total: int) -> None: ...


def book_path() -> Path:
    """Where the compiled code book lies."""
    return data_folder() / "books" / "codebook.sqlite"


def codebook(progress: Progress = _quiet) -> SqliteCodeBook:
    """The code book; compiled on first use, and anew when a source of it has changed."""
    from charthouse.adapters.books import stamp
    from charthouse.adapters.books.added import Added
    from charthouse.adapters.storage.codebook import SqliteCodeBook

    if not stamp.is_current(book_path(), Added.folder(book_path().parent / "added")):
        build_books(progress)
    return SqliteCodeBook(book_path())


def build_books(progress: Progress = _quiet) -> Path:
    """Compile the code book from the packages, the added files and the lexicon."""
    from charthouse.adapters.books.added import Added
    from charthouse.adapters.books.compile import compile_book

    compile_book(book_path(), added=Added.folder(book_path().parent / "added"), progress=progress)
    return book_path()


def add_book_files(paths: Iterable[Path], progress: Progress = _quiet) -> tuple[str, ...]:
    """Check official files, keep them and compile the book anew; their names. A bad file changes nothing."""
    from charthouse.adapters.books.importers import add_files

    return add_files(book_path(), tuple(paths), progress)


@lru_cache(maxsize=1)
def reader() -> Reader:
    """What reading needs: the dictionary of book and lexicon, attributes, triggers, headings and drugs."""
    from charthouse.adapters.books import tables
    from charthouse.lexicon.phrases import dictionary_rows
    from charthouse.lexicon.specificity import Attributes
    from charthouse.lexicon.words import fold, words
    from charthouse.rooms.abstraction.assertion import Triggers
    from charthouse.rooms.abstraction.dictionary import Dictionary
    from charthouse.rooms.abstraction.layout import Headings
    from charthouse.rooms.abstraction.read import Reader

    lasting = dict(tables.expanded("status_of_drug"))
    drugs = ((name, lasting.get(name, ""), "lexicon") for name in dict.fromkeys((*lasting, *(name for name, _ in tables.expanded("hint_drugs")))))
    quiet = ((phrase, "", "quiet") for phrase in tables.quiet_phrases())
    allergens = ((name, code, "lexicon") for name, code in tables.expanded("allergens"))
    expansions = {fold(word): tuple(w for w, _, _ in words(said)) for word, said in tables.rows("expansions", 2)}
    book = codebook()
    plain = (word for (word,) in tables.rows("plain", 1))
    return Reader(
        dictionary=Dictionary(chain(dictionary_rows(quiet), book.dictionary()), plain, book.slips), attributes=Attributes(tables.four("attributes")),
        triggers=Triggers(tables.four("triggers")), headings=Headings(dict(tables.two("headings"))),
        drugs=Dictionary(dictionary_rows(drugs)), allergens=Dictionary(dictionary_rows(allergens)), expansions=expansions,
        chronic=tuple(code for code, _ in tables.rows("chronic", 2)),
    )


def coding_tables() -> Tables:
    """The tables of the coding room: history codes, integral signs, combination codes."""
    from charthouse.adapters.books import tables
    from charthouse.rooms.coding import Tables

    return Tables(
        history={prefix: (own, family) for prefix, own, family in tables.rows("history", 3)},
        integral=tuple((sign, tuple(diagnoses.split()), citation) for sign, diagnoses, citation in tables.rows("integral", 3)),
        combinations=tuple((tuple(a.split()), tuple(b.split()), result, keeps, why) for a, b, result, keeps, why in tables.rows("combinations", 5)),
    )


def hint_tables() -> HintTables:
    """What a chart may leave open (`lexicon/hint_*.tsv`)."""
    from charthouse.adapters.books import tables
    from charthouse.lexicon.words import term_key
    from charthouse.rooms.coding import HintTables, limit, limits

    values = ((limit(name, test, value, believed), int(times), tuple(beside.split()), tuple(codes.split()))
              for name, test, value, times, believed, beside, codes in tables.rows("hint_values", 7))
    return HintTables(
        drugs={term_key(drug): tuple(codes.split()) for drug, codes in tables.expanded("hint_drugs")}, values=tuple(values),
        indicators=tuple((tuple(a.split()), limits(values), tuple(signs.split())) for a, values, signs in tables.rows("hint_indicators", 3)),
        pairs=tuple((tuple(a.split()), tuple(b.split()), tuple(c.split()), what, why) for a, b, c, what, why in tables.rows("hint_pairs", 5)),
    )


def weights(name: str) -> Weights:
    """The trained model `name` ("claims" or "mentions") that ships with Charthouse."""
    import json
    from importlib.resources import files

    from charthouse.rooms.coding import Weights

    card = json.loads((files("charthouse") / "weights" / f"{name}.json").read_text(encoding="utf-8"))
    return Weights(version=card["version"], bias=card["bias"], weights=card["weights"], auto=card["auto"], review=card["review"])


def made_of() -> str:
    """The version of the program and the digest of its small tables: a change of either may change results."""
    from importlib.metadata import version

    from charthouse.adapters.books import tables

    return f"{version('charthouse')}+{tables.digest()}"


def learned() -> Learned:
    """What this site has taught the program."""
    from charthouse.adapters.storage.learned import Learned

    return Learned(data_folder() / "learned")


def gold() -> list[dict[str, Any]]:
    """The gold charts that ship: notes that the project wrote, as items of the contract with their `codes`."""
    import json
    from importlib.resources import files

    found = sorted((p for p in (files("charthouse") / "gold").iterdir() if p.name.endswith(".ndjson")), key=lambda p: p.name)
    return [json.loads(line) for path in found for line in path.read_text(encoding="utf-8").splitlines()]


@lru_cache(maxsize=1)
def kit() -> Kit:
    """Everything that the steps need, made once a process, with the site's own changes in force."""
    from hashlib import sha256

    from charthouse.flow.learning import with_changes

    changes = learned().applied()
    if not changes:
        return shipped_kit()
    made = sha256(repr([c.as_dict() for c in changes]).encode()).hexdigest()[:8]
    whole = with_changes(shipped_kit(), changes)
    return replace(whole, engine=f"{whole.engine}+site.{made}")


@lru_cache(maxsize=1)
def shipped_kit() -> Kit:
    """The kit as it ships."""
    from charthouse.adapters.engines.msdrg import MsdrgEngine
    from charthouse.flow.steps import Kit
    from charthouse.rooms.coding import Specifier

    engine = MsdrgEngine()
    read, book = reader(), codebook()
    return Kit(
        book=book, reader=read, specifier=Specifier.over(book, read.attributes), tables=coding_tables(), hints=hint_tables(), claims=weights("claims"),
        mentions=weights("mentions"), grouper=engine, editor=engine, engine=made_of(),
    )


def write_index(rows: list[dict[str, object]], path: Path) -> None:
    """The HTML page that leads to all results of a run."""
    from charthouse.adapters.paper.report import render_index

    path.write_text(render_index(rows), encoding="utf-8")


def write_report(result: dict[str, object], path: Path) -> None:
    """The HTML page of one result."""
    from charthouse.adapters.paper.report import render

    path.write_text(render(result), encoding="utf-8")


def book_is_current() -> bool:
    """Whether the compiled book on disk is made of the sources, added files and lexicon as they are now."""
    from charthouse.adapters.books import stamp
    from charthouse.adapters.books.added import Added

    return stamp.is_current(book_path(), Added.folder(book_path().parent / "added"))


def grouping_kit() -> tuple[MsdrgEngine, SqliteCodeBook]:
    """The grouper and the book, without what reading needs."""
    from charthouse.adapters.engines.msdrg import MsdrgEngine

    return MsdrgEngine(), codebook()


# -- the record ---------------------------------------------------------------------------------------------------------


def layout() -> Layout:
    """Where the record of this site lies."""
    from charthouse.adapters.storage.layout import Layout

    return Layout(data_folder(), database())


@lru_cache(maxsize=1)
def access_rules() -> tuple[Rule, ...]:
    """Who may do what (`rooms/privacy/access.tsv`)."""
    from importlib.resources import files

    from charthouse.rooms.privacy import rules

    text = (files("charthouse") / "rooms" / "privacy" / "access.tsv").read_text(encoding="utf-8")
    return rules((a, b, c) for a, b, c in (line.split("\t") for line in text.splitlines() if line and not line.startswith("#")))


def operator() -> Actor:
    """Who runs a command of administration: the user of this machine, who can read the key."""
    from getpass import getuser

    from charthouse.record.access import Actor

    return Actor(id=f"os:{getuser()}", roles=frozenset({"administrator"}), origin="command line")


def sign_in(site: Site, actor: Actor, purpose: Purpose) -> Desk:
    """The one way to a chart."""
    from charthouse.flow.desk import sign_in as at_desk

    return at_desk(site, access_rules(), actor, purpose, lambda: datetime.now(UTC))


@contextmanager
def opened(*, migrated: bool = True) -> Iterator[Site]:
    """The record, open."""
    from charthouse.adapters.storage.site import opened as open_site

    site = open_site(layout(), migrated=migrated)
    try:
        yield site
    finally:
        site.close()


def initialise() -> Site:
    """A new record, its first event told."""
    from charthouse.adapters.storage.site import initialise as new

    site = new(layout())
    sign_in(site, operator(), "administration").act("site.init")
    return site


def migrate() -> tuple[str, str]:
    """The version of the tables before and after."""
    from charthouse.adapters.storage.site import migrate as bring

    with opened(migrated=False) as site:
        done = bring(site)
        sign_in(site, operator(), "administration").act("site.migrate", done[1])
        return done


def state() -> dict[str, Any]:
    """What `status` shows."""
    from charthouse.adapters.storage.examine import state as of

    with opened() as site:
        return of(site)


def examined() -> Iterator[Check]:
    """What `doctor` checks, each as it is done."""
    from charthouse.adapters.storage.examine import Check
    from charthouse.adapters.storage.examine import examined as checks

    yield from checks(layout())
    yield Check("code book", True, str(book_path()) if book_is_current() else "will be compiled at its next use")


def rotate_key() -> int:
    """How many keys of blobs the new key wraps."""
    from charthouse.adapters.storage.rotation import rotate

    with opened() as site:
        site.lock.alone()  # nothing is told of a rotation that cannot begin
        sign_in(site, operator(), "administration").act("key.rotate", site.keys.id)
    return rotate(layout())


def prove(seq: int) -> dict[str, object] | None:
    """An entry of the ledger with what proves it."""
    with opened() as site:
        sign_in(site, operator(), "administration").act("ledger.read", str(seq))
        return site.prove(seq)


def back_up(file: Path, *, recipient: str = "", passphrase: str = "") -> Taken:
    """The whole site into one encrypted file."""
    from charthouse.adapters.storage.backup import take

    with opened() as site:
        sign_in(site, operator(), "administration").act("backup.write")
        return take(site, file, recipient=recipient, passphrase=passphrase)


def put_back(file: Path, *, identity: str = "", passphrase: str = "") -> dict[str, Any]:
    """The site of a backup, where there is nothing; its state."""
    from charthouse.adapters.storage.restore import put_back as restored

    site = restored(layout(), file, identity=identity, passphrase=passphrase)
    try:
        sign_in(site, operator(), "administration").act("backup.restore")
    finally:
        site.close()
    return state()
