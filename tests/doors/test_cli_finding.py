"""`charthouse find`, `index`, `reindex` and `export`, as a person calls them."""
from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import pytest
from click.testing import Result

from charthouse.adapters.storage.codebook import SqliteCodeBook
from charthouse.bootstrap import finding, record
from charthouse.flow.finding import coded
from charthouse.record.access import Actor
from charthouse.record.filing import Filing, Registration, Visit
from charthouse.record.finding import AssignedCode

Charthouse = Callable[..., Result]
ROLES = frozenset({"him_manager", "engine"})


@pytest.fixture
def patient(charthouse: Charthouse, book: SqliteCodeBook, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A record with one coded visit of one patient."""
    monkeypatch.setenv("CHARTHOUSE_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("CHARTHOUSE_FACILITY", "north")
    monkeypatch.delenv("CHARTHOUSE_DATABASE", raising=False)
    monkeypatch.delenv("CHARTHOUSE_KEY", raising=False)
    (tmp_path / "data" / "books").mkdir(parents=True)
    shutil.copy(book.path, tmp_path / "data" / "books" / book.path.name)
    finding.synonyms.cache_clear()
    assert charthouse("init").exit_code == 0
    with record.opened() as site:
        desk = record.sign_in(site, Actor(id="x", roles=ROLES, facilities=frozenset({"north"})), "operations")
        who = desk.register(Registration(facility="north", identifiers=(("mrn", "4711"),), family="Example", given="=Erin", birth_date=date(1961, 3, 2), sex="F"))
        visit = desk.admit(Visit(patient=who, facility="north", setting="inpatient", admitted=datetime(2026, 3, 2), discharged=datetime(2026, 3, 5), number="=V1", attending="Dr. Ada"))
        desk.file(Filing(encounter=visit, content=b"x", text="He had a myocardial infarction. Ulcer of the foot, diabetic.", kind="discharge_summary"))
        coded(desk, visit, [AssignedCode(system="ICD-10-CM", code="E11.621", role="principal", status="auto"), AssignedCode(system="ICD-10-PCS", code="0Y6M0Z9", role="procedure", status="auto")])
    return who


def test_find_says_how_it_understood_and_where_it_stands(charthouse: Charthouse, patient: str) -> None:
    done = charthouse("find", "heart", "attack", "in", "2026")
    assert done.exit_code == 0
    assert "2026-01-01 to 2026-12-31" in done.stdout
    assert "myocardial infarction" in done.stdout
    assert "1 to 1 of 1" in done.stdout
    assert "Example, =Erin" in done.stdout
    answer = json.loads(charthouse("find", "heart attack", "--json").stdout)
    (hit,) = answer["hits"]
    (start, end), = hit["snippet"]["marks"]
    assert hit["snippet"]["text"][start:end] == "myocardial infarction"
    assert (answer["count"], answer["more"], hit["patient"], hit["number"]) == (1, False, patient, "4711")


def test_filters_of_the_command(charthouse: Charthouse, patient: str) -> None:
    def count(*arguments: str) -> int:
        return int(json.loads(charthouse("find", *arguments, "--json").stdout)["count"])

    assert count("--mrn", "4711", "--name", "exam", "--born", "1961-03-02", "--visit", "=V1", "--kind", "discharge_summary", "--setting", "inpatient", "--patient", patient,
                 "--from", "2026-03-01", "--to", "2026-03-02", "--code", "E11*", "--without-code", "L97*") == 1
    for wrong in (("--mrn", "1"), ("--code", "I10"), ("--without-code", "E11*"), ("--from", "2026-03-03"), ("--unit", "ICU"), ("--author", "Ada"), ("--facility", "south")):
        assert count(*wrong) == 0
    assert count("ulcer without a coded wound stage") == 1
    assert "Nothing was found" in charthouse("find", "zebra").stdout
    assert "no such page" in charthouse("find", "ulcer", "--page", "2").stdout
    assert "CH-0204" in charthouse("find", "--born", "soon").stderr


def test_without_a_facility_nothing_is_shown(charthouse: Charthouse, patient: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CHARTHOUSE_FACILITY")
    for command in (("find", "ulcer"), ("index", "disease", "--from", "2026-01-01", "--to", "2026-12-31"), ("export", patient, "--to", "x.zip")):
        done = charthouse(*command)
        assert done.exit_code == 2
        assert "CH-0700" in done.stderr


def test_the_indexes(charthouse: Charthouse, patient: str, tmp_path: Path) -> None:
    year = ("--from", "2026-01-01", "--to", "2026-12-31")
    assert charthouse("index", "disease", *year, "--code", "E11*", "--csv", tmp_path / "d.csv").exit_code == 0
    (row,) = csv.DictReader((tmp_path / "d.csv").open(encoding="utf-8"))
    assert (row["heading"], row["number"], row["visit"], row["age"], row["stay"], row["principal"], row["codes"]) == ("E11.621", "4711", "'=V1", "65", "3", "yes", "0Y6M0Z9")
    assert "Erin" not in (tmp_path / "d.csv").read_text(encoding="utf-8")
    assert "CH-0522" in charthouse("index", "disease", *year, "--csv", tmp_path / "d.csv").stderr
    assert charthouse("index", "operation", *year, "--csv", tmp_path / "o.csv").stdout.startswith("1 rows")
    assert charthouse("index", "physician", *year, "--name", "ada", "--csv", tmp_path / "p.csv").stdout.startswith("1 rows")
    assert "E11.621" in charthouse("index", "disease", *year).stdout
    assert "No coded visit" in charthouse("index", "disease", "--from", "2025-01-01", "--to", "2025-12-31").stdout
    assert "CH-0204" in charthouse("index", "disease", "--from", "soon", "--to", "2025-12-31").stderr


def test_reindex(charthouse: Charthouse, patient: str) -> None:
    assert "1 documents" in charthouse("reindex").stdout
    assert json.loads(charthouse("find", "ulcer", "--json").stdout)["count"] == 1


def test_export(charthouse: Charthouse, patient: str, tmp_path: Path) -> None:
    assert charthouse("export", patient, "--to", tmp_path / "erin").exit_code == 0
    assert (tmp_path / "erin" / "record.pdf").read_bytes().startswith(b"%PDF-")
    assert charthouse("export", "--all", "--to", tmp_path / "all.zip").stdout.startswith("1 patients")
    assert "CH-0417" in charthouse("export", patient, "--to", tmp_path / "erin").stderr
    assert "CH-0205" in charthouse("export", "--to", tmp_path / "y").stderr
    refused = charthouse("export", patient, "--to", tmp_path / "no", "--facility", "south")
    assert refused.exit_code == 8
    assert "CH-0415" in charthouse("export", "nobody", "--to", tmp_path / "no").stderr
    assert not list(tmp_path.glob("no*"))
