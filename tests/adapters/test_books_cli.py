"""`charthouse books` through its door."""
from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

from charthouse.adapters.books.sources import packaged
from charthouse.adapters.storage.codebook import SqliteCodeBook
from charthouse.doors.cli.books import app

pytestmark = pytest.mark.usefixtures("book")
RUN = CliRunner()


def test_show_tells_way_title_state_and_inherited_notes(book: SqliteCodeBook) -> None:
    result = RUN.invoke(app, ["show", "e1122", "--on", "2026-11-01"])
    assert result.exit_code == 0
    for words in ("chapter 4", "E08-E13", "Type 2 diabetes mellitus with diabetic chronic kidney disease", "a complete, valid code",
                  "POA-exempt list not loaded", "at E11", "Excludes1", "N18.1-N18.6"):  # fmt: skip
        assert words in result.stdout


def test_show_as_json_and_by_date() -> None:
    data = json.loads(RUN.invoke(app, ["show", "I42.0", "--on", "2026-10-01", "--json"]).stdout)
    assert data["valid"] is False
    assert [c["code"] for c in data["children"]] == ["I42.00", "I42.01", "I42.09"]
    assert json.loads(RUN.invoke(app, ["show", "I42.0", "--on", "2026-09-30", "--json"]).stdout)["severity"] == "CC"


def test_show_of_a_procedure_names_its_characters() -> None:
    assert "Superior Vena Cava" in RUN.invoke(app, ["show", "02HV33Z"]).stdout


@pytest.mark.parametrize(
    ("arguments", "status", "code"),
    [
        (["show", "Z99.99"], 2, "CH-0105"), (["show", "I10", "--on", "2030-01-01"], 3, "CH-0101"), (["show", "I10", "--on", "soon"], 4, "CH-0204"),
        (["add", "nothing.xml"], 2, "CH-0103"),
    ],
)  # fmt: skip
def test_errors_are_one_line_with_their_code_and_exit_status(arguments: list[str], status: int, code: str) -> None:
    result = RUN.invoke(app, arguments)
    assert result.exit_code == status
    assert result.stderr.startswith(code)
    assert "Traceback" not in result.output


def test_find_prints_the_best_first() -> None:
    found = json.loads(RUN.invoke(app, ["find", "low", "back", "pain", "--limit", "3", "--json"]).stdout)
    assert found[0]["code"] == "M54.50"
    assert len(found) == 3
    assert "M54.50" in RUN.invoke(app, ["find", "low back pain"]).stdout


def test_find_of_nothing_says_what_to_try() -> None:
    result = RUN.invoke(app, ["find", "xqzzv"])
    assert result.exit_code == 1
    assert "Try fewer" in result.stdout


def test_list_says_what_is_old_and_what_is_not_loaded() -> None:
    rows = json.loads(RUN.invoke(app, ["list", "--json"]).stdout)
    state = {row["book"]: row["state"] for row in rows}
    assert state["POA exempt"] == state["ICD-10-CM index"] == "not loaded"
    assert (state["HCPCS"] == "not loaded") is (packaged("hcpcs") is None)
    assert state["Table 5"] == "old"
    assert state["ICD-10-CM"] == "loaded"
    assert all(len(row["sha256"]) == 64 and row["licence"] and row["source"] for row in rows if row["state"] != "not loaded")
    assert "not loaded" in RUN.invoke(app, ["list"]).stdout
