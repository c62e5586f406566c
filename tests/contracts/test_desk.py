"""There is no way to a chart but the desk: as far as the source can show it."""
from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Iterator
from pathlib import Path

import pytest

import charthouse
from charthouse.adapters.storage.audits import StoredAudits, StoredFindings
from charthouse.adapters.storage.billing import PatientCovers, StoredClaimFiles, StoredClaims, StoredDenials, StoredRemits
from charthouse.adapters.storage.completion import ChartCompletion
from charthouse.adapters.storage.copying import RecordCopying
from charthouse.adapters.storage.deciding import ChartDeciding
from charthouse.adapters.storage.finding import RecordFinding
from charthouse.adapters.storage.holds import LegalHolds
from charthouse.adapters.storage.index import DuplicateList, PatientIndex
from charthouse.adapters.storage.listing import RecordListing
from charthouse.adapters.storage.post import PostRoom
from charthouse.adapters.storage.queries import StoredQueries, StoredQueryMessages
from charthouse.adapters.storage.records import ChartRecords
from charthouse.adapters.storage.reporting import DepartmentReporting
from charthouse.adapters.storage.retention import RecordRetention
from charthouse.adapters.storage.stays import VisitStays
from charthouse.adapters.storage.steps import StepLedger
from charthouse.adapters.storage.training import StoredTraining
from charthouse.adapters.storage.worklists import VisitItems
from charthouse.ports.api import Answers, ApiKeys
from charthouse.ports.audits import AuditFindings, Audits
from charthouse.ports.billing import ClaimFiles, Claims, Covers, Denials, Remits
from charthouse.ports.completion import Completion
from charthouse.ports.copying import Copying
from charthouse.ports.deciding import Deciding
from charthouse.ports.finding import Finding
from charthouse.ports.index import Duplicates, Index
from charthouse.ports.listing import Listing
from charthouse.ports.post import Post
from charthouse.ports.queries import Queries, QueryMessages
from charthouse.ports.reporting import Reporting
from charthouse.ports.retention import Holds, Retention
from charthouse.ports.stays import Stays
from charthouse.ports.steps import Steps
from charthouse.ports.store import Gate, Records
from charthouse.ports.training import Training
from charthouse.ports.worklists import Steering, WorkItems, Worklists
from charthouse.record.access import Access

SOURCE = Path(charthouse.__file__).parent
TABLES = {"patient", "identifier", "encounter", "document"}
PORTS: dict[type, type] = {  # each way to the record, and what carries it out
    Records: ChartRecords, Completion: ChartCompletion, Holds: LegalHolds, Retention: RecordRetention, Index: PatientIndex, Duplicates: DuplicateList, Post: PostRoom, Stays: VisitStays,
    Steps: StepLedger, Listing: RecordListing, Finding: RecordFinding, Copying: RecordCopying, Deciding: ChartDeciding, WorkItems: VisitItems,
    Queries: StoredQueries, QueryMessages: StoredQueryMessages, Reporting: DepartmentReporting, Audits: StoredAudits, AuditFindings: StoredFindings, Training: StoredTraining,
    Covers: PatientCovers, Claims: StoredClaims, ClaimFiles: StoredClaimFiles, Remits: StoredRemits, Denials: StoredDenials}
UNTOLD = {  # they find whether something is there, within a use that tells; and what is lent to a worker opens no chart yet
    (Post, "answered"), (Stays, "visit"), (Stays, "document"), (Stays, "of"), (Steps, "lease"), (Steps, "hold"),
    (Index, "key"), (Duplicates, "suspect"), (Duplicates, "pair"), (Duplicates, "merged"), (Listing, "owner"), (Finding, "coded"),
    # each is part of a use that has told, or tells of the whole list
    (Deciding, "coded"), (Deciding, "proposal"), (Queries, "get"), (Queries, "of"), (Reporting, "acts"), (Audits, "finished"), (Audits, "chart"), (AuditFindings, "put"), (Completion, "settle"), (Reporting, "codes"), (Reporting, "lacks"), (Reporting, "stays"), (AuditFindings, "of"), (AuditFindings, "agreed"), (Reporting, "queries"),
    (WorkItems, "count"), (WorkItems, "stand"), (WorkItems, "places"),
    (Covers, "put"), (Claims, "material"), (Claims, "get"), (ClaimFiles, "begin"), (Remits, "known"), (Remits, "postings"), (Denials, "get"), (Denials, "of")}


def public(of: type) -> set[str]:
    return {name for name, value in vars(of).items() if inspect.isfunction(value) and not name.startswith("_")}


METHODS = [(port, carried, name) for port, carried in PORTS.items() for name in sorted(public(port))]


def trees() -> Iterator[tuple[Path, ast.Module]]:
    for path in sorted(SOURCE.rglob("*.py")):
        yield path, ast.parse(path.read_text(encoding="utf-8"))


def named(path: Path) -> str:
    return str(path.relative_to(SOURCE))


def test_only_the_desk_makes_a_pass() -> None:
    makers = {named(p) for p, tree in trees() for n in ast.walk(tree)
              if isinstance(n, ast.Call) and (n.func.id if isinstance(n.func, ast.Name) else n.func.attr if isinstance(n.func, ast.Attribute) else "") == "Access"}
    assert makers == {"flow/desk.py"}


def test_only_sign_in_makes_a_desk() -> None:
    calls = [(named(p), f.name) for p, tree in trees() for f in ast.walk(tree) if isinstance(f, ast.FunctionDef)
             for n in ast.walk(f) if isinstance(n, ast.Call) and isinstance(n.func, ast.Name) and n.func.id == "Desk"]
    assert calls == [("flow/desk.py", "sign_in")]


def test_only_the_modules_behind_the_ports_touch_the_tables_of_charts() -> None:
    by_name = {named(p) for p, tree in trees() for n in ast.walk(tree) if isinstance(n, ast.ImportFrom) and n.module == "charthouse.adapters.storage.schema"
               for alias in n.names if alias.name in TABLES}
    assert by_name <= {named(Path(inspect.getfile(carried))) for carried in PORTS.values()} | {"adapters/storage/terms.py", "adapters/storage/filters.py", "adapters/storage/people.py"}  # which write conditions for lists and run no query
    by_attribute = {named(p) for p, tree in trees() for n in ast.walk(tree)
                    if isinstance(n, ast.Attribute) and n.attr in TABLES and isinstance(n.value, ast.Name) and n.value.id == "schema"}
    assert by_attribute == {"adapters/storage/examine.py"}  # which counts the rows


def test_only_blobs_unseal() -> None:
    users = {named(p) for p, tree in trees() for n in ast.walk(tree) if isinstance(n, ast.ImportFrom) and n.module == "charthouse.adapters.storage.sealed"}
    assert users == {"adapters/storage/blobs.py"}


@pytest.mark.parametrize(("port", "carried", "name"), METHODS)
def test_every_way_to_the_record_wants_a_pass_and_tells_first(port: type, carried: type, name: str) -> None:
    for of in (port, carried):
        parameters = list(inspect.signature(getattr(of, name), eval_str=True).parameters.values())
        assert parameters[1].annotation is Access or (port in (Index, Duplicates, Listing) and (port, name) in UNTOLD)
    tree = ast.parse(textwrap.dedent(inspect.getsource(getattr(carried, name))))
    calls = [n.func.attr for n in ast.walk(tree) if isinstance(n, ast.Call) and isinstance(n.func, ast.Attribute)]
    assert bool({"tell", "_tell"} & set(calls)) == ((port, name) not in UNTOLD)


@pytest.mark.parametrize(("port", "carried"), PORTS.items())
def test_the_record_offers_nothing_beside_the_port(port: type, carried: type) -> None:
    assert public(carried) == public(port)


@pytest.mark.parametrize("port", [Gate, *PORTS, ApiKeys, Answers, Worklists, Steering])
def test_a_port_has_six_methods_at_most(port: type) -> None:
    assert 0 < len(public(port)) <= 6
