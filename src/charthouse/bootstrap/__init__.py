"""The one place where things are wired: which adapters stand behind the ports, and where data lies on disk. Here what codes a chart; each
other concern has a file of its own beside this one (`record.py`: the store and who may sign in)."""
from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
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
    from charthouse.adapters.storage.gate import SqliteGate
    from charthouse.adapters.storage.learned import Learned
    from charthouse.flow.gate import Watch
    from charthouse.flow.steps import Kit
    from charthouse.ports.batch import Batch, Done
    from charthouse.record.training import Case
    from charthouse.rooms.abstraction.procedures import Procedures
    from charthouse.rooms.abstraction.read import Reader
    from charthouse.rooms.coding import Gate, HintTables, ProcedureTables, Tables, Visiting, Weights
    from charthouse.rooms.coding.gate.calibration import Calibration
    from charthouse.rooms.coding.gate.threshold import Promise

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
    from charthouse.adapters.books import tables, visit_tables
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
    visit = visit_tables.phrases()
    plain = chain((word for (word,) in tables.rows("plain", 1)), (w for phrase, *_ in visit for w, _, _ in words(phrase) if len(w) >= 7))
    return Reader(
        dictionary=Dictionary(chain(dictionary_rows(quiet), book.dictionary()), plain, book.slips), attributes=Attributes(tables.four("attributes")),
        triggers=Triggers(tables.four("triggers")), headings=Headings(dict(tables.two("headings"))),
        drugs=Dictionary(dictionary_rows(drugs)), allergens=Dictionary(dictionary_rows(allergens)), expansions=expansions,
        chronic=tuple(code for code, _ in tables.rows("chronic", 2)),
        procedures=procedure_words(book),
        services=Attributes(visit),
    )


def procedure_words(book: SqliteCodeBook) -> Procedures:
    """How procedures are said: names, actions, body parts, and what the words around them say."""
    from charthouse.adapters.books import procedures, tables
    from charthouse.lexicon.specificity import Attributes
    from charthouse.rooms.abstraction.assertion import Triggers
    from charthouse.rooms.abstraction.dictionary import Dictionary
    from charthouse.rooms.abstraction.procedures import Procedures, heads

    rows = list(book.procedure_words())
    everyday = (word for (word,) in tables.rows("procedures/everyday", 1))
    return Procedures(dictionary=Dictionary(rows, everyday), hints=Attributes(procedures.hints()), triggers=Triggers(tables.four("procedures/triggers")), heads=heads(rows))


def procedure_tables() -> ProcedureTables:
    """The tables of procedure coding: regions of imaging, and what an inpatient claim reports."""
    from charthouse.adapters.books import tables
    from charthouse.rooms.coding import ProcedureTables

    regions = {label: tuple(starts) for label, *starts in tables.rows("procedures/regions", 6)}
    return ProcedureTables(regions=regions, reported={start: (yes == "yes", why) for start, yes, why in tables.rows("procedures/reported", 3)})


def coding_tables() -> Tables:
    """The tables of the coding room: history codes, integral signs, combination codes."""
    from charthouse.adapters.books import tables
    from charthouse.rooms.coding import Tables

    return Tables(
        history={prefix: (own, family) for prefix, own, family in tables.rows("history", 3)},
        integral=tuple((tuple(signs.split()), tuple(diagnoses.split()), citation) for signs, diagnoses, citation in tables.rows("integral", 3)),
        combinations=tuple((tuple(a.split()), tuple(b.split()), result, keeps, why) for a, b, result, keeps, why in tables.rows("combinations", 5)),
    )


def hint_tables() -> HintTables:
    """What a chart may leave open (`lexicon/hint_*.tsv`)."""
    from charthouse.adapters.books import tables
    from charthouse.lexicon.words import term_key
    from charthouse.record.limit import limit, limits
    from charthouse.rooms.coding import HintTables

    values = ((limit(name, test, value, believed), int(times), tuple(beside.split()), tuple(codes.split()))
              for name, test, value, times, believed, beside, codes in tables.rows("hint_values", 7))
    return HintTables(
        drugs={term_key(drug): tuple(codes.split()) for drug, codes in tables.expanded("hint_drugs")}, values=tuple(values),
        indicators=tuple((tuple(a.split()), limits(values), tuple(signs.split())) for a, values, signs in tables.rows("hint_indicators", 3)),
        pairs=tuple((tuple(a.split()), tuple(b.split()), tuple(c.split()), what, why) for a, b, c, what, why in tables.rows("hint_pairs", 5)),
    )


def visiting(book: SqliteCodeBook) -> Visiting:
    """The tables of a visit: what is read of it, HCPCS, the framework of levels, and the site's CPT descriptors."""
    from charthouse.adapters.books import tables, visit_tables
    from charthouse.rooms.coding.evaluation import VisitTables
    from charthouse.rooms.coding.services import Drug, Service, ServiceTables
    from charthouse.rooms.coding.services.cpt import Descriptors
    from charthouse.rooms.coding.visit import Visiting

    rows: dict[str, list[Service]] = {}
    for name, code, act, sex, ages, minutes, citation in visit_tables.services():
        rows.setdefault(name, []).append(Service(code=code, act=act, sex=sex, ages=ages, minutes=minutes, citation=citation))
    evaluation = VisitTables(
        natures=visit_tables.natures(), medicines=visit_tables.medicines(), tests=dict(tables.expanded("evaluation_tests")),
        grid=tuple((e, kind, int(least), level, why) for e, kind, least, level, why in tables.rows("evaluation_grid", 5)),  # type: ignore[misc]
        times=tuple((category, level, int(minutes), why) for category, level, minutes, why in tables.rows("evaluation_times", 4)))
    drugs = {name: Drug(code=c, amount=a, measure=m, how=h) for name, (c, a, m, h) in visit_tables.drugs().items()}
    return Visiting(evaluation=evaluation, descriptors=Descriptors.of(book.titles("CPT")),
                    services=ServiceTables(drugs=drugs, services={name: tuple(found) for name, found in rows.items()}))


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


@lru_cache(maxsize=1)
def training_cases() -> dict[str, Case]:
    """The adjudicated charts that ship, for people who learn to code."""
    import json
    from importlib.resources import files

    from charthouse.flow.training import cases_of

    return cases_of(json.loads((files("charthouse") / "gold" / "charts.json").read_text(encoding="utf-8")), gold())


def gold() -> list[dict[str, Any]]:
    """The gold charts that ship: notes that the project wrote, as items of the contract with their `codes`."""
    import json
    from importlib.resources import files

    found = sorted((p for p in (files("charthouse") / "gold").iterdir() if p.name.endswith(".ndjson")), key=lambda p: p.name)
    return [json.loads(line) for path in found for line in path.read_text(encoding="utf-8").splitlines()]


def kit_with(*, second_reader_too: bool) -> Kit:
    """The kit, with the second reader in it if that is asked for."""
    return replace(kit(), second_reader=second_reader()) if second_reader_too else kit()


def kit() -> Kit:
    """Everything that the steps need, made once a process; the gate as it stands now."""
    made = site_kit()
    return replace(made, gate=gate(made))


@lru_cache(maxsize=1)
def site_kit() -> Kit:
    """The kit with the site's own changes in force, and no gate."""
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
    from charthouse.bootstrap import ocr
    from charthouse.flow.steps import Kit
    from charthouse.rooms.coding import Specifier

    engine = MsdrgEngine()
    read, book = reader(), codebook()
    return Kit(
        book=book, reader=read, specifier=Specifier.over(book, read.attributes), tables=coding_tables(), hints=hint_tables(), claims=weights("claims"),
        visiting=visiting(book), mentions=weights("mentions"), procedures=procedure_tables(), procedure_mentions=weights("procedures"), grouper=engine, editor=engine, engine=made_of(), readers=ocr.confined(),
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


def write_report(result: dict[str, object], path: Path, pictures: Mapping[tuple[str, int], bytes] | None = None) -> None:
    """The HTML page of one result; `pictures` (JPEG) of its scanned pages by document and number."""
    from charthouse.adapters.paper.report import render

    path.write_text(render(result, pictures), encoding="utf-8")


def book_is_current() -> bool:
    """Whether the compiled book on disk is made of the sources, added files and lexicon as they are now."""
    from charthouse.adapters.books import stamp
    from charthouse.adapters.books.added import Added

    return stamp.is_current(book_path(), Added.folder(book_path().parent / "added"))


def grouping_kit() -> tuple[MsdrgEngine, SqliteCodeBook]:
    """The grouper and the book, without what reading needs."""
    from charthouse.adapters.engines.msdrg import MsdrgEngine

    return MsdrgEngine(), codebook()


def gate_memory() -> SqliteGate:
    """What the gate remembers of this site: `gate/gate.sqlite` in the data folder."""
    from charthouse.adapters.storage.gate import SqliteGate

    return SqliteGate(data_folder() / "gate" / "gate.sqlite")


def gate(kit: Kit) -> Gate:
    """The site's gate: what it asks for and what was learned. It is read anew when its file has changed."""
    path = gate_memory().path
    status = path.stat() if path.exists() else None
    return _gate(path, (status.st_mtime_ns, status.st_size) if status else (), _answering(kit))


@lru_cache(maxsize=4)
def _gate(path: Path, changed: tuple[int, ...], engine: str) -> Gate:
    from charthouse.adapters.storage.gate import SqliteGate
    from charthouse.flow.gate import settings_of
    from charthouse.rooms.coding import Gate

    claims, mentions = _calibration("claims"), _calibration("mentions")
    return Gate(promise=gate_promise(), settings=settings_of(SqliteGate(path).learned(), engine), engine=engine,
                shipped={"outpatient": claims, "inpatient": claims, "mention": mentions})


def gate_promise() -> Promise:
    """The rate that the site has set, else the default: 5% at 95%."""
    from charthouse.rooms.coding.gate.threshold import Promise

    kept = gate_memory().promise()
    return Promise(error=kept[0], confidence=kept[1]) if kept else Promise()


def _calibration(model: str) -> Calibration:
    """The calibration on a model's card, from the notes that it was cross-validated on."""
    import json
    from importlib.resources import files

    from charthouse.rooms.coding.gate.calibration import Calibration

    card = json.loads((files("charthouse") / "weights" / f"{model}.json").read_text(encoding="utf-8"))
    return Calibration(points=tuple((x, y) for x, y in card.get("calibration", ())))


def _answering(kit: Kit) -> str:
    """What answers: the program with its tables, the weights, the code books. A change of any shuts a learned gate."""
    import hashlib

    from charthouse.rooms.coding.gate.kept import FORM

    books = [e.sha256 for e in kit.book.editions() if e.book.startswith("ICD-10")]
    models = [(m.version, m.bias, m.review, sorted(m.weights.items())) for m in (kit.claims, kit.mentions)]
    return f"{kit.engine} {hashlib.sha256(repr((FORM, books, models)).encode()).hexdigest()[:12]}"


def gate_watch(kit: Kit) -> Watch:
    """Notes the mix of what is coded from now on, where a gate has been learned."""
    from charthouse.flow.gate import Watch

    return Watch(kit, gate_memory(), lambda: gate(kit))


def gate_report() -> dict[str, object]:
    """All that the report of the gate says."""
    from charthouse.flow.gate import remembered
    from charthouse.flow.gate_report import report

    memory, own = gate_memory(), kit().gate
    return report(own, remembered(memory, own.engine), {setting: memory.late(setting) for setting in own.settings})


def write_gate_page(report: dict[str, object], path: Path) -> None:
    """The HTML page of a report of the gate."""
    from charthouse.adapters.paper.gate import render_gate

    path.write_text(render_gate(report), encoding="utf-8")
