"""`charthouse identity`, through the door."""
from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import pytest
from typer.testing import CliRunner, Result

from charthouse.bootstrap import record
from charthouse.doors.cli.main import app
from charthouse.flow.identity import find_or_register
from charthouse.flow.weighing import weighing
from charthouse.record.access import Actor
from charthouse.record.filing import Registration

ERIN = Registration(facility="north", identifiers=(("mrn", "1"),), family="Example", given="Erin", birth_date=date(1961, 3, 2), sex="F", address="12 Oak Street", postcode="01234")
WIRE = Actor(id="wire", roles=frozenset({"interface"}), facilities=frozenset({"north"}), origin="test")


@pytest.fixture
def two(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[str, str]:
    """Twins, registered."""
    monkeypatch.setenv("CHARTHOUSE_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("CHARTHOUSE_FACILITY", "north")
    monkeypatch.delenv("CHARTHOUSE_DATABASE", raising=False)
    site = record.initialise()
    desk = record.sign_in(site, WIRE, "treatment")
    made = find_or_register(desk, ERIN, weighing())[0], find_or_register(desk, replace(ERIN, given="Lucy", identifiers=(("mrn", "2"),)), weighing())[0]
    site.close()
    return made


def charthouse(*arguments: str) -> Result:
    return CliRunner().invoke(app(), ["identity", *arguments])


def by_another(*arguments: str) -> Result:
    """As another user of this machine would."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("pwd.getpwuid", lambda uid: SimpleNamespace(pw_name="second"))
        return charthouse(*arguments)


def test_a_possible_duplicate_is_listed_shown_and_decided(two: tuple[str, str]) -> None:
    listed = json.loads(charthouse("list", "--json").stdout)
    assert [{one["a"], one["b"]} for one in listed] == [set(two)]
    told = charthouse("list").stdout
    assert "identity/twins" in told
    assert not any(name in told for name in ("Erin", "Lucy", "Example"))
    shown = charthouse("show", listed[0]["id"]).stdout
    assert "Erin" in shown
    assert "Lucy" in shown
    assert "identity/twins: The same family name and birth date" in shown
    assert charthouse("decide", listed[0]["id"], "same", "--reason", "one person").stdout.startswith(f"Proposed: {listed[0]['id']}\nNext, somebody else:")
    again = charthouse("decide", listed[0]["id"], "same", "--reason", "sure")
    assert (again.exit_code, again.stderr[:7]) == (2, "CH-0664")
    assert "proposed by os:" in charthouse("list").stdout
    assert "stays" in charthouse("show", listed[0]["id"]).stdout
    decided = by_another("decide", listed[0]["id"], "same", "--reason", "one person, two names")
    merge = re.fullmatch(r"Merged: (\S+)\n", decided.stdout)
    assert merge
    assert charthouse("list").stdout == "No possible duplicates wait.\n"
    again = charthouse("decide", listed[0]["id"], "different", "--reason", "no")
    assert (again.exit_code, again.stderr[:7]) == (2, "CH-0663")
    assert json.loads(charthouse("show", two[1], "--json").stdout)["given"] == "Erin"
    assert charthouse("unmerge", merge.group(1), "--reason", "twins after all").stdout == "Taken apart.\n"
    after = json.loads(charthouse("show", two[1], "--json").stdout)
    assert after["given"] == "Lucy"
    assert "taken apart" in after["merges"][0]
    assert charthouse("unmerge", merge.group(1), "--reason", "again").stderr.startswith("CH-0662")


def test_different_people_stay_two(two: tuple[str, str]) -> None:
    pair = json.loads(charthouse("list", "--json").stdout)[0]["id"]
    assert "Two people" in charthouse("decide", pair, "different", "--reason", "twins").stdout
    assert json.loads(charthouse("show", two[0], "--json").stdout)["merges"] == []


def test_merging_says_what_went_wrong(two: tuple[str, str]) -> None:
    assert charthouse("merge", *two, "--reason", "one person").stdout.startswith("Proposed: ")
    assert by_another("merge", *two, "--reason", "one person").stdout.startswith("Merged: ")
    assert charthouse("merge", *two, "--reason", "again").stderr.startswith("CH-0661")
    assert charthouse("merge", two[0], "nobody", "--reason", "x").stderr.startswith("CH-0")
    assert charthouse("show", "nobody").exit_code != 0
    assert charthouse("merge", *two, "--reason", " ").exit_code == 4
    assert charthouse("merge", *two).exit_code == 2  # no reason


def test_another_facilitys_records_are_not_touched(two: tuple[str, str]) -> None:
    refused = charthouse("merge", *two, "--reason", "one person", "--facility", "south")
    assert refused.exit_code != 0
    assert "another facility" in refused.stderr
    assert charthouse("merge", *two, "--reason", "one person", "--facility", "south,north").exit_code == 0
