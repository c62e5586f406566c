"""The command line as a person calls it, in this process."""
from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from click.testing import Result
from typer.testing import CliRunner

from charthouse.adapters.storage.codebook import SqliteCodeBook
from charthouse.doors.cli.main import app

Answers = tuple[list[dict[str, Any]], Result]


@pytest.fixture(scope="session")
def charthouse(book: SqliteCodeBook) -> Callable[..., Result]:
    """`charthouse ARGUMENTS`, with text or bytes on standard input."""
    runner, whole = CliRunner(), app()
    return lambda *arguments, stdin="": runner.invoke(whole, [str(a) for a in arguments], input=stdin)


@pytest.fixture(scope="session")
def asked(charthouse: Callable[..., Result]) -> Callable[..., Answers]:
    """`charthouse COMMAND - --ndjson` over items (or raw lines): the answers, and the result."""

    def ask(command: str, items: list[Any], *arguments: str) -> Answers:
        lines = "\n".join(item if isinstance(item, str) else json.dumps(item) for item in items)
        result = charthouse(command, "-", "--ndjson", *arguments, stdin=lines + "\n")
        return [json.loads(line) for line in result.stdout.splitlines()], result

    return ask
