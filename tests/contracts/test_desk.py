"""There is no way to a chart but the desk: as far as the source can show it."""
from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Iterator
from pathlib import Path

import pytest

import charthouse
from charthouse.adapters.storage.listing import RecordListing
from charthouse.adapters.storage.records import ChartRecords
from charthouse.ports.api import Answers, ApiKeys
from charthouse.ports.listing import Listing
from charthouse.ports.steps import Steps
from charthouse.ports.store import Gate, Records
from charthouse.record.access import Access

SOURCE = Path(charthouse.__file__).parent
TABLES = {"patient", "identifier", "encounter", "document"}
METHODS = sorted(name for name, value in vars(Records).items() if inspect.isfunction(value) and not name.startswith("_"))


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


def test_only_one_module_touches_the_tables_of_charts() -> None:
    by_name = {named(p) for p, tree in trees() for n in ast.walk(tree) if isinstance(n, ast.ImportFrom) and n.module == "charthouse.adapters.storage.schema"
               for alias in n.names if alias.name in TABLES}
    assert by_name == {"adapters/storage/records.py", "adapters/storage/listing.py", "adapters/storage/terms.py"}  # the last writes conditions for the second
    by_attribute = {named(p) for p, tree in trees() for n in ast.walk(tree)
                    if isinstance(n, ast.Attribute) and n.attr in TABLES and isinstance(n.value, ast.Name) and n.value.id == "schema"}
    assert by_attribute == {"adapters/storage/examine.py"}  # which counts the rows


def test_only_blobs_unseal() -> None:
    users = {named(p) for p, tree in trees() for n in ast.walk(tree) if isinstance(n, ast.ImportFrom) and n.module == "charthouse.adapters.storage.sealed"}
    assert users == {"adapters/storage/blobs.py"}


@pytest.mark.parametrize("name", METHODS)
def test_every_way_to_the_record_wants_a_pass_and_tells_first(name: str) -> None:
    for of in (Records, ChartRecords):
        parameters = list(inspect.signature(getattr(of, name), eval_str=True).parameters.values())
        assert parameters[1].annotation is Access
    tree = ast.parse(textwrap.dedent(inspect.getsource(getattr(ChartRecords, name))))
    calls = [n.func.attr for n in ast.walk(tree) if isinstance(n, ast.Call) and isinstance(n.func, ast.Attribute)]
    assert "tell" in calls


def test_the_record_offers_nothing_beside_the_port() -> None:
    offered = {n for n, v in vars(ChartRecords).items() if inspect.isfunction(v) and not n.startswith("_")}
    assert offered == set(METHODS)


@pytest.mark.parametrize("name", ["find", "count", "content"])
def test_every_way_to_a_list_wants_a_pass_and_tells_first(name: str) -> None:
    for of in (Listing, RecordListing):
        assert list(inspect.signature(getattr(of, name), eval_str=True).parameters.values())[1].annotation is Access
    tree = ast.parse(textwrap.dedent(inspect.getsource(getattr(RecordListing, name))))
    assert {n.func.attr for n in ast.walk(tree) if isinstance(n, ast.Call) and isinstance(n.func, ast.Attribute)} & {"tell", "_tell"}
    assert {n for n, v in vars(RecordListing).items() if inspect.isfunction(v) and not n.startswith("_")} == {"owner", "find", "count", "content"}


@pytest.mark.parametrize("port", [Gate, Records, Listing, Steps, ApiKeys, Answers])
def test_a_port_has_six_methods_at_most(port: type) -> None:
    assert 0 < len([n for n, v in vars(port).items() if inspect.isfunction(v) and not n.startswith("_")]) <= 6
