"""There is no way to a chart but the desk: as far as the source can show it."""
from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Iterator
from pathlib import Path

import pytest

import charthouse
from charthouse.adapters.storage.copying import RecordCopying
from charthouse.adapters.storage.finding import RecordFinding
from charthouse.adapters.storage.records import ChartRecords
from charthouse.ports.copying import Copying
from charthouse.ports.finding import Finding
from charthouse.ports.store import Gate, Records
from charthouse.record.access import Access

SOURCE = Path(charthouse.__file__).parent
TABLES = {"patient", "identifier", "encounter", "document"}
MODULES = {"adapters/storage/records.py", "adapters/storage/finding.py", "adapters/storage/filters.py", "adapters/storage/copying.py"}  # `filters.py` makes conditions and runs no query
PORTS: tuple[tuple[type, type], ...] = ((Records, ChartRecords), (Finding, RecordFinding), (Copying, RecordCopying))


def methods(port: type) -> list[str]:
    return sorted(name for name, value in vars(port).items() if inspect.isfunction(value) and not name.startswith("_"))


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
    assert by_name == MODULES
    by_attribute = {named(p) for p, tree in trees() for n in ast.walk(tree)
                    if isinstance(n, ast.Attribute) and n.attr in TABLES and isinstance(n.value, ast.Name) and n.value.id == "schema"}
    assert by_attribute == {"adapters/storage/examine.py"}  # which counts the rows


def test_only_blobs_unseal() -> None:
    users = {named(p) for p, tree in trees() for n in ast.walk(tree) if isinstance(n, ast.ImportFrom) and n.module == "charthouse.adapters.storage.sealed"}
    assert users == {"adapters/storage/blobs.py"}


@pytest.mark.parametrize(("port", "store", "name"), [(port, store, name) for port, store in PORTS for name in methods(port)])
def test_every_way_to_the_record_wants_a_pass_and_tells_first(port: type, store: type, name: str) -> None:
    for of in (port, store):
        parameters = list(inspect.signature(getattr(of, name), eval_str=True).parameters.values())
        assert parameters[1].annotation is Access
    tree = ast.parse(textwrap.dedent(inspect.getsource(getattr(store, name))))
    calls = [n.func.attr for n in ast.walk(tree) if isinstance(n, ast.Call) and isinstance(n.func, ast.Attribute)]
    assert "tell" in calls


@pytest.mark.parametrize(("port", "store"), PORTS)
def test_the_record_offers_nothing_beside_the_port(port: type, store: type) -> None:
    offered = {n for n, v in vars(store).items() if inspect.isfunction(v) and not n.startswith("_")}
    assert offered == set(methods(port))


@pytest.mark.parametrize("port", [Gate, *(port for port, _ in PORTS)])
def test_a_port_has_six_methods_at_most(port: type) -> None:
    assert 0 < len(methods(port)) <= 6
