"""The one place where things are wired: which adapters stand behind the ports, and where data lies on disk."""
from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import lru_cache
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

from charthouse import settings
from charthouse.record.errors import SecondReaderOff
from charthouse.settings import data_folder

if TYPE_CHECKING:
    from charthouse.adapters.engines.msdrg import MsdrgEngine
    from charthouse.adapters.engines.second_reader import OpenAIReader
    from charthouse.adapters.storage.codebook import SqliteCodeBook
    from charthouse.flow.steps import Kit
    from charthouse.ports.batch import Batch, Done
    from charthouse.rooms.abstraction.read import Reader
    from charthouse.rooms.coding import Tables, Weights

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

    drugs = ((name, code, "lexicon") for name, code in tables.expanded("status_of_drug"))
    quiet = ((phrase, "", "quiet") for phrase in tables.quiet_phrases())
    allergens = ((name, code, "lexicon") for name, code in tables.expanded("allergens"))
    expansions = {fold(word): tuple(w for w, _, _ in words(said)) for word, said in tables.rows("expansions", 2)}
    book = codebook()
    plain = (word for (word,) in tables.rows("plain", 1))
    return Reader(
        dictionary=Dictionary(chain(dictionary_rows(quiet), book.dictionary()), plain, book.slips), attributes=Attributes(tables.four("attributes")),
        triggers=Triggers(tables.four("triggers")), headings=Headings(dict(tables.two("headings"))),
        drugs=Dictionary(dictionary_rows(drugs)), allergens=Dictionary(dictionary_rows(allergens)), expansions=expansions,
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


def kit_with(*, second_reader_too: bool) -> Kit:
    """The kit, with the second reader in it if that is asked for."""
    return replace(kit(), second_reader=second_reader()) if second_reader_too else kit()


@lru_cache(maxsize=1)
def kit() -> Kit:
    """Everything that the steps need, made once a process."""
    from charthouse.adapters.engines.msdrg import MsdrgEngine
    from charthouse.flow.steps import Kit
    from charthouse.rooms.coding import Specifier

    engine = MsdrgEngine()
    read, book = reader(), codebook()
    return Kit(
        book=book, reader=read, specifier=Specifier.over(book, read.attributes), tables=coding_tables(), claims=weights("claims"),
        mentions=weights("mentions"), grouper=engine, editor=engine, engine=made_of(),
    )


def made_by() -> str:
    """The program, its models and its books as one digest: the same digest, the same codes."""
    from hashlib import sha256

    parts = (made_of(), weights("claims").version, weights("mentions").version, *(e.sha256 for e in codebook().editions()))
    return sha256("\n".join(parts).encode()).hexdigest()[:16]


def work_in_parts(source: Path, out: Path, function: Callable[[Any], Any], *, engine: str, workers: int = 0, rows: int | None = None,
                  options: dict[str, str] | None = None) -> Iterator[Done]:
    """Do `function`, from record batch to record batch, over the input, into the folder; parts that are there already come first.
    `engine` is "local" or "ray". Raises `OtherBatch` where the folder was begun with other input, options or books, `CannotWrite`."""
    from charthouse.adapters.batch import read
    from charthouse.adapters.batch.folder import OutFolder, PartWork, digest
    from charthouse.adapters.batch.local import LocalBatch
    from charthouse.adapters.batch.ray import RayBatch

    batch: Batch = RayBatch(workers) if engine == "ray" else LocalBatch()
    rows = rows or read.PART_ROWS
    folder = OutFolder(out)
    folder.begin({"input": digest(read.files(source)), "rows of a part": rows, "books and models": made_by(), **(options or {})})
    there = {done.number: done for done in folder.there()}
    yield from there.values()
    yield from batch.run(PartWork(folder, function), (p for p in read.parts(source, rows=rows) if p.number not in there))


def second_reader() -> OpenAIReader:
    """The language model that a site has set up. Raises `SecondReaderOff` where there is none, `SecondReaderRefused`."""
    from charthouse.adapters.engines.second_reader import OpenAIReader

    endpoint = settings.second_reader()
    if endpoint is None:
        raise SecondReaderOff()
    return OpenAIReader(endpoint)


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
