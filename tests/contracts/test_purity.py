"""The pure layers open nothing, print nothing, and do not look at the clock."""
from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import charthouse

SOURCE = Path(charthouse.__file__).parent
PURE = ("record", "rulebook", "lexicon", "ports", "rooms")
FILES = sorted(p for layer in PURE for p in (SOURCE / layer).rglob("*.py"))
CALLS = frozenset({"open", "print", "input", "exec", "eval", "breakpoint"})
CLOCK = frozenset({("datetime", "now"), ("datetime", "utcnow"), ("datetime", "today"), ("date", "today")})


def impure(tree: ast.AST) -> Iterator[str]:
    """What a module does that a pure one may not."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in CALLS:
            yield f"line {node.lineno}: {node.func.id}()"
        if isinstance(node, ast.Attribute) and (owner(node.value), node.attr) in CLOCK:
            yield f"line {node.lineno}: the clock"
        if isinstance(node, ast.Import) and any(alias.name == "time" for alias in node.names):
            yield f"line {node.lineno}: import time"
        if isinstance(node, ast.ImportFrom) and node.module == "time":
            yield f"line {node.lineno}: from time import"


def owner(node: ast.expr) -> str:
    """`datetime` of `datetime.now` and of `datetime.datetime.now`."""
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(SOURCE)))
def test_a_pure_module_does_nothing_but_compute(path: Path) -> None:
    assert list(impure(ast.parse(path.read_text(encoding="utf-8")))) == []


@pytest.mark.parametrize(
    "code",
    ["open('x')", "print(1)", "input()", "import time", "from time import sleep", "datetime.now()", "datetime.datetime.now(UTC)", "date.today()",
     "x = date.today", "def f():\n    if x:\n        return datetime.date.today()"],
)  # fmt: skip
def test_what_is_forbidden_is_seen(code: str) -> None:
    assert list(impure(ast.parse(code)))


@pytest.mark.parametrize("code", ["date.fromisoformat(x)", "book.open", "self.print(1)", "datetime(2026, 1, 1)", "from datetime import date"])
def test_what_is_allowed_is_let_through(code: str) -> None:
    assert not list(impure(ast.parse(code)))
