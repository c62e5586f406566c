"""`charthouse`: the command line. One file a room. Only the file of the command that is called is loaded, so that each answers at once."""
from __future__ import annotations

import gc
import sys
from collections.abc import Iterable
from importlib import import_module
from typing import NamedTuple

import typer


class Listed(NamedTuple):
    """A command, or a group of them: where it lies (`module:function`, or `module:app` of a group), and its first line of help."""

    name: str
    place: str
    help: str


# THE list of commands. A test compares the help with that of the command itself.
COMMANDS = (
    Listed("run", "run:run", "Read, code, group and edit every encounter of a folder. One that fails is named in the summary and stops nothing."),
    Listed("code", "coding:code", "Read and code a note: each code with its quotation, the rule and the book behind it."),
    Listed("ocr", "ocr:ocr", "Read scans and PDF files: each word with its place, its confidence, and where the two engines differ."),
    Listed("abstract", "abstraction:abstract", "Read a note into facts: findings with assertion, time and experiencer, medications, vital signs, laboratory values."),
    Listed("redact", "redacting:redact", "Take out of a note what tells whose it is. A draft until a person has read and signed it."),
    Listed("group", "grouping:group", "Group stays to MS-DRGs: MDC, surgical or medical, CC and MCC with exclusions, HAC, weight, and what would move it."),
    Listed("why", "why:why", "Why a code is on the answer, left off, or not there: words, rules, books, what spoke against it, what it displaced."),
    Listed("gate", "gate:app", "The autonomy gate: what may be finished alone, proved by your own validated charts."),
    Listed("learn", "learning:app", "Learn from corrections: propose changes, see what they would do, apply and undo them."),
    Listed("second-reader", "second_reading:app", "The second reader: a language model on the site's own network, off unless set up."),
    Listed("books", "books:app", "The official code books: compile, list, show, search, add."),
    Listed("init", "site:init", "Make the record of this site: keys, encrypted database, ledger."),
    Listed("migrate", "site:migrate", "Bring the tables to this program's version."),
    Listed("status", "site:status", "What the record holds, in numbers."),
    Listed("doctor", "site:doctor", "Check that all is in order; exit status 6 when something is not."),
    Listed("intake", "intake:app", "Take in what comes: files, messages, a watched folder; and settle what is held."),
    Listed("link", "linking:link", "Find the records of two files that are of one person, with how probable it is."),
    Listed("identity", "identity:app", "One patient: possible duplicates, and merging what is one person."),
    Listed("chart", "chart:app", "What charts lack, and who owes it."),
    Listed("retention", "retention:app", "How long records are kept, what holds them, and their destruction."),
    Listed("find", "finding:find", "Find documents."),
    Listed("index", "statistics:app", "The indexes of the department, from coded visits."),
    Listed("reports", "reports:app", "The reports of the department: list them, or write them as files."),
    Listed("export", "export:export", "Give a record out whole: data, FHIR, originals, texts, and a PDF."),
    Listed("release", "release:app", "Letters that ask for a record: what they ask, whether and how they may be answered."),
    Listed("reindex", "finding:reindex", "Make the index of what is found anew from the record."),
    Listed("claim", "claims:app", "Claims: built, scrubbed, mended, sent as X12 837, and what payers answer (835, 999, 277CA) posted."),
    Listed("worker", "worker:app", "Do what is due: code charts as they come, in processes of their own."),
    Listed("serve", "serve:serve", "Serve the workbench: worklists, the coding screen, queries, audits and reports in a browser."),
    Listed("users", "users:app", "Accounts of people at the workbench: add, list, roles, disable, reset."),
    Listed("api", "api:api", "Serve the record as FHIR R4 and JSON."),
    Listed("api-key", "api:keys", "Keys of programs that call the API: add, list, revoke."),
    Listed("backup", "site:backup", "The whole record in one encrypted file, verified, while others work."),
    Listed("restore", "site:restore", "Put a backup back, into an empty data folder (and an empty database); it is verified before it counts."),
    Listed("key", "key:app", "The key of the record."),
    Listed("ledger", "ledger:app", "The ledger of who did what: verify it, and prove an entry."),
)


def app(commands: Iterable[Listed] = COMMANDS) -> typer.Typer:
    """The command line with these commands, loaded."""
    made = _empty()
    for name, place, _ in commands:
        module, _, attribute = place.partition(":")
        what = getattr(import_module(f"charthouse.doors.cli.{module}"), attribute)
        if isinstance(what, typer.Typer):
            made.add_typer(what, name=name)
        else:
            made.command(name)(what)
    return made


def _listing() -> typer.Typer:
    """For help, and for a command that there is not: the names alone."""
    made = _empty()
    for listed in COMMANDS:
        made.command(listed.name, help=listed.help)(lambda: None)
    return made


def _empty() -> typer.Typer:
    made = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False,
                       help="Charthouse: the medical records department in software. Start with `charthouse run samples --out out`.")
    made.callback()(lambda: None)
    return made


def main() -> None:
    """The entry point."""
    gc.set_threshold(20_000, 20, 50)  # charts make much garbage and few cycles; looking for those seldomer saves a tenth of the time
    called = [listed for listed in COMMANDS if listed.name == (sys.argv[1:] or [""])[0]]
    (app(called) if called else _listing())()
