"""THE table of steps: what happens to a chart, in order. Read this first.

A step takes a `Work` and gives a `Work` with one more thing in it; it knows nothing of files, queues or screens. The
command line, the worker and the batch engine share this table.
"""
from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from charthouse.flow.kinds import kinds
from charthouse.ports.engines import Editor, Grouper
from charthouse.ports.readers import FileReader
from charthouse.ports.second_reader import SecondReader, Usage
from charthouse.record.chart import Chart, Encounter
from charthouse.record.code import CodeLine
from charthouse.record.document import Document
from charthouse.record.errors import CharthouseError, EmptyNote
from charthouse.record.evaluation import Evaluation
from charthouse.record.fact import Fact
from charthouse.record.grouping import Diagnosis, Grouping, Stay
from charthouse.record.page import Page
from charthouse.record.ruling import Ruling
from charthouse.rooms.abstraction import Reader, abstract, read, read_targets
from charthouse.rooms.chart import assemble
from charthouse.rooms.coding import (
    Decision,
    Gate,
    HintTables,
    ProcedureTables,
    Specifier,
    Tables,
    Visiting,
    Weights,
    answer,
    code,
    decide,
    doubted,
    hints,
    hold,
    procedures,
    visit,
)
from charthouse.rooms.edits import mce, needs_patient, uncoded_procedure
from charthouse.rooms.grouping import group
from charthouse.rooms.intake import from_text, kind_of, receive
from charthouse.rooms.second_reading import heard, questions
from charthouse.rulebook.codebook import CodeBook


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """One document as it came: bytes of a file or text of a message, and what its sender said of it."""

    id: str
    content: bytes | str
    kind: str = ""
    author: str = ""
    service_date: date | None = None
    source: str = ""
    pages: tuple[Page, ...] = ()  # of text that was read from a picture or a PDF
    notes: tuple[str, ...] = ()  # what its reader had to do
    sha256: str = ""  # of the original, where `content` is the text that was read from it


@dataclass(frozen=True, slots=True, kw_only=True)
class SecondReading:
    """Which model was asked, how often it said what, and what it cost."""

    reader: str
    tally: dict[str, int]
    usage: Usage


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """A chart on its way. Each step fills in one field."""

    encounter: Encounter
    received: tuple[Received, ...]
    documents: tuple[Document, ...] = ()
    chart: Chart | None = None
    facts: tuple[Fact, ...] = ()
    codes: tuple[CodeLine, ...] = ()
    hints: tuple[Ruling, ...] = ()  # what the chart leaves open, for a query; never a code
    evaluations: tuple[Evaluation, ...] = ()
    gate: Decision = field(default_factory=Decision)  # with the codes: whether a person need look, and why
    second_reading: SecondReading | None = None  # None: no second reader was asked
    grouping: Grouping | None = None
    edits: tuple[Ruling, ...] = ()
    unread: tuple[Ruling, ...] = ()  # documents that could not be read, while others could


@dataclass(frozen=True, slots=True, kw_only=True)
class Kit:
    """What the steps need that is not in the chart: book, tables, engines. Made once by `bootstrap`."""

    book: CodeBook
    reader: Reader
    specifier: Specifier
    tables: Tables
    hints: HintTables
    visiting: Visiting
    claims: Weights
    mentions: Weights
    procedures: ProcedureTables
    procedure_mentions: Weights
    grouper: Grouper
    editor: Editor
    engine: str  # the program's version and the digest of its tables: what else made the result
    gate: Gate = field(default_factory=Gate)
    second_reader: SecondReader | None = None
    readers: tuple[FileReader, ...] = ()  # of what is no plain text: PDF and pictures


def _intake(work: Work, kit: Kit) -> Work:
    return read_documents(work, kit.readers)


def read_documents(work: Work, readers: Sequence[FileReader]) -> Work:
    """A document that cannot be read stops the chart only when it is the only one."""
    documents, unread = [], []
    for r in work.received:
        try:
            documents.append(_document(r, readers))
        except CharthouseError as error:
            if len(work.received) == 1:
                raise
            unread.append(Ruling(rule=f"intake/{error.code}", verdict="error", message=str(error), citation="intake", subject=r.id))
    if not documents:
        raise EmptyNote()
    return replace(work, documents=tuple(documents), unread=tuple(unread))


def _document(r: Received, readers: Sequence[FileReader] = ()) -> Document:
    r = _with_pages(r, readers)
    if isinstance(r.content, bytes):
        document = receive(r.content, id=r.id, kind=r.kind, author=r.author, service_date=r.service_date, source=r.source)
    else:
        document = from_text(r.content, id=r.id, kind=r.kind, author=r.author, service_date=r.service_date, source=r.source, notes=r.notes, sha256=r.sha256)
        document = replace(document, pages=r.pages)
    return document if document.kind else replace(document, kind=kind_of(document.text, kinds()))


def _with_pages(r: Received, readers: Sequence[FileReader]) -> Received:
    """What has pages (a PDF, a picture) as the text that its reader reads; what no reader knows, as it is."""
    if not isinstance(r.content, bytes):
        return r
    content, name = r.content, r.source or r.id
    reader = next((reader for reader in readers if reader.knows(content, name)), None)
    document = next((d for arrival in reader.read(content, name) for d in arrival.documents), None) if reader else None
    if document is None:
        return r
    return replace(r, content=document.text, pages=document.pages, notes=document.notes, sha256=hashlib.sha256(content).hexdigest())


def _chart(work: Work, kit: Kit) -> Work:
    return replace(work, chart=assemble(work.encounter, work.documents))


def _abstraction(work: Work, kit: Kit) -> Work:
    return replace(work, facts=abstract(_charted(work), kit.reader))


def _coding(work: Work, kit: Kit) -> Work:
    read = code(_charted(work), work.facts, kit.specifier, kit.tables, kit.claims, kit.mentions)
    done = procedures(_charted(work), work.facts, kit.book, kit.procedures, kit.procedure_mentions)
    open_ = hints(read, work.facts, kit.hints, work.encounter.setting)
    levels, services = visit(_charted(work), work.facts, read, kit.visiting, kit.book)
    lines = (*read, *done, *services)
    codes, decision = decide(answer(work.encounter.setting, lines, work.facts, readable=not work.unread), lines, kit.gate)
    return replace(work, codes=codes, gate=decision, hints=open_, evaluations=levels)


def _second_reading(work: Work, kit: Kit) -> Work:
    if kit.second_reader is None:
        return work
    asked = questions(_charted(work), work.codes, work.facts, kit.book)
    replies, usage = kit.second_reader.read(asked)
    codes, tally = heard(work.codes, asked, replies, kit.second_reader.name)
    return replace(work, codes=codes, gate=doubted(work.gate, tally["held"]), second_reading=SecondReading(reader=kit.second_reader.name, tally=tally, usage=usage))


def _grouping(work: Work, kit: Kit) -> Work:
    stay = stay_of(work)
    return work if stay is None else replace(work, grouping=group(stay, kit.grouper, kit.book))


def _edits(work: Work, kit: Kit) -> Work:
    stay = stay_of(work)
    if work.encounter.setting == "inpatient" and work.codes and (work.encounter.patient.age is None or not work.encounter.patient.sex):
        return _edited(work, (needs_patient(),))
    if stay is None or work.grouping is None:
        return work
    return _edited(work, (*mce(stay, kit.editor, work.grouping.edition), *uncoded_procedure(_charted(work), stay)))


def _edited(work: Work, edits: tuple[Ruling, ...]) -> Work:
    """An error of the claim holds the chart for a person too."""
    return replace(work, edits=edits, gate=hold(work.gate, edits))


def _charted(work: Work) -> Chart:
    assert work.chart is not None, "the chart step comes first"
    return work.chart


def stay_of(work: Work) -> Stay | None:
    """What the grouper needs, from the codes that stand; None for an outpatient, for a chart without a
    diagnosis, and where age or sex is not given: nobody is grouped as a newborn by default."""
    standing = [c for c in work.codes if c.status != "suppressed"]
    diagnoses = [Diagnosis(code=c.code, poa=c.poa) for c in standing if c.system == "ICD-10-CM"]
    if work.encounter.setting != "inpatient" or not diagnoses:
        return None
    patient = work.encounter.patient
    if patient.age is None or not patient.sex:
        return None
    return Stay(id=work.encounter.id, discharge_date=work.encounter.on, age=patient.age, sex=patient.sex, discharge_status=work.encounter.discharge_status,
                principal=diagnoses[0], secondary=tuple(diagnoses[1:]), procedures=tuple(c.code for c in standing if c.system == "ICD-10-PCS"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """`name` is the room; `takes` and `gives` are fields of `Work`; `needs` an engine, a person, or nothing."""

    name: str
    takes: str
    gives: str
    run: Callable[[Work, Kit], Work]
    needs: str = ""


STEPS: tuple[Step, ...] = (
    Step(name="intake", takes="received", gives="documents", run=_intake),
    Step(name="chart", takes="documents", gives="chart", run=_chart),
    Step(name="abstraction", takes="chart", gives="facts", run=_abstraction, needs="engine: dictionary"),
    Step(name="coding", takes="facts", gives="codes", run=_coding),
    Step(name="second_reading", takes="codes", gives="second_reading", run=_second_reading, needs="engine: second reader, off unless asked for"),
    Step(name="grouping", takes="codes", gives="grouping", run=_grouping, needs="engine: grouper"),
    Step(name="edits", takes="grouping", gives="edits", run=_edits, needs="engine: editor"),
)


def read_received(received: Received, reader: Reader) -> tuple[Fact, ...]:
    """The facts of one document, without a chart around it."""
    return read(_document(received), reader)


def read_note(text: str, reader: Reader) -> tuple[Fact, ...]:
    """The facts of one text."""
    return read(from_text(text, id="note"), reader)


def read_marked(text: str, targets: Sequence[tuple[int, int]], reader: Reader) -> tuple[Fact, ...]:
    """One fact for each marked [start, end), in order: what the text says of it."""
    return read_targets(from_text(text, id="note"), targets, reader)


def group_stay(stay: Stay, engine: Grouper, book: CodeBook, *, what_if: bool = True) -> Grouping:
    """The grouping of a stay that came ready coded."""
    return group(stay, engine, book, what_if=what_if)


def edit_stay(stay: Stay, editor: Editor, edition: str) -> tuple[Ruling, ...]:
    """The code edits of a stay that came ready coded."""
    return mce(stay, editor, edition)
