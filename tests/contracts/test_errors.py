"""Errors are part of the interface: stable codes, statuses, messages with their fields, and raised with just those."""
from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest

import charthouse
from charthouse.record import errors
from charthouse.record.errors import CharthouseError

SOURCE = Path(charthouse.__file__).parent


def below(cls: type[CharthouseError]) -> Iterator[type[CharthouseError]]:
    for sub in cls.__subclasses__():
        yield sub
        yield from below(sub)


CLASSES = sorted((c for c in below(CharthouseError) if c.__module__ == errors.__name__), key=lambda c: c.code)
BY_NAME = {c.__name__: c for c in CLASSES}


def fields(cls: type[CharthouseError]) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(cls.template) if name}


def raised() -> Iterator[tuple[str, str, set[str]]]:
    """(where, class, fields) of every place of the source that makes one of the errors."""
    for path in sorted(SOURCE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in BY_NAME:
                assert not node.args, f"{path.name}:{node.lineno}: fields are given by name"
                yield f"{path.relative_to(SOURCE)}:{node.lineno}", node.func.id, {k.arg or "**" for k in node.keywords}


@pytest.mark.parametrize("cls", CLASSES, ids=lambda c: c.__name__)
def test_an_error_has_code_statuses_and_a_message(cls: type[CharthouseError]) -> None:
    assert re.fullmatch(r"CH-\d{4}", cls.code)
    assert cls.code != CharthouseError.code
    assert 1 <= cls.exit_status <= 125
    assert 400 <= cls.http_status <= 599
    message = str(cls(**{name: f"<{name}>" for name in fields(cls)}))
    assert all(f"<{name}>" in message for name in fields(cls))
    assert cls(**dict.fromkeys(fields(cls), "x")).as_dict()["code"] == cls.code
    assert message.endswith(".")


def test_codes_are_unique() -> None:
    assert [code for code, n in Counter(c.code for c in CLASSES).items() if n > 1] == []


def test_all_errors_stand_in_one_place() -> None:
    defined = [path.name for path in SOURCE.rglob("*.py") if path.name != "errors.py" and re.search(r"class \w+\(\w*Error\)", path.read_text(encoding="utf-8"))]
    assert defined == []


def test_every_raise_gives_exactly_the_fields_of_its_message() -> None:
    places = list(raised())
    assert len(places) > 20
    assert [(where, name, given ^ fields(BY_NAME[name])) for where, name, given in places if given != fields(BY_NAME[name])] == []


def test_every_error_is_raised_somewhere() -> None:
    assert set(BY_NAME) - {name for _, name, _ in raised()} == set()


def test_the_root_asks_for_a_report() -> None:
    assert "report" in str(CharthouseError())
