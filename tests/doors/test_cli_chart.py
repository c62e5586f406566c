"""`charthouse chart`, as a person calls it."""
from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import pytest
from click.testing import Result

from charthouse.adapters.storage import schema
from charthouse.bootstrap import record
from charthouse.record.filing import Filing, Registration, Visit

Charthouse = Callable[..., Result]
SAMPLES = Path(__file__).parents[2] / "samples"


@pytest.fixture
def folder(charthouse: Charthouse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder of its own, at a facility."""
    monkeypatch.setenv("CHARTHOUSE_DATA", str(tmp_path))
    monkeypatch.setenv("CHARTHOUSE_FACILITY", "north")
    for name in ("CHARTHOUSE_DATABASE", "CHARTHOUSE_KEY"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


def test_check_reads_a_folder_as_run_does(folder: Path, charthouse: Charthouse) -> None:
    done = charthouse("chart", "check", SAMPLES)
    assert done.exit_code == 0
    assert "01-diabetes-family-medicine: complete" in done.stdout
    assert "42 CFR 482.52(b)(2)" in done.stdout
    lines = [json.loads(line) for line in charthouse("chart", "check", SAMPLES / "11-knee-replacement-inpatient", "--json").stdout.splitlines()]
    assert next((d["kind"], d["ruling"]["rule"]) for d in lines[0]["deficiencies"]) == ("missing", "chart/consent")
    assert any(r["rule"] == "chart/element/estimated-blood-loss" and r["spans"] for r in lines[0]["said"])


def test_one_chart_that_cannot_be_read_stops_no_other(folder: Path, charthouse: Charthouse) -> None:
    for name, text in (("a", b"\x00\x01"), ("b", b"Cough for a week. Viral.\nA. Miller MD")):
        (folder / "in" / name).mkdir(parents=True)
        (folder / "in" / name / "note.txt").write_bytes(text)
    done = charthouse("chart", "check", folder / "in")
    assert done.exit_code == 4
    assert "a: CH-0203" in done.stderr
    assert "b: complete" in done.stdout


def test_the_sites_own_rules_act_when_they_are_named(folder: Path, charthouse: Charthouse) -> None:
    stroke = SAMPLES / "12-stroke-inpatient"
    assert "progress note for each full day" not in charthouse("chart", "check", stroke).stdout
    (folder / "chart.toml").write_text('site_rules = ["site/progress-note-daily"]\n')
    assert "progress note for each full day" in charthouse("chart", "check", stroke).stdout


@pytest.mark.parametrize("text", ["site_rules = [", 'site_rules = ["site/none"]', "[completion]\nwithin_days = 45", "[completion]\nwithin_days = true_ish", "[deficiencies]\nx = 1", "completion = 3"])
def test_a_bad_site_file_is_told_and_not_passed_over(folder: Path, charthouse: Charthouse, text: str) -> None:
    (folder / "chart.toml").write_text(text)
    done = charthouse("chart", "check", SAMPLES)
    assert done.exit_code == 2
    assert done.stderr.startswith("CH-0671")
    assert done.stdout == ""


def test_charts_on_record(folder: Path, charthouse: Charthouse) -> None:
    assert charthouse("init").exit_code == 0
    with record.opened() as site:
        desk = record.sign_in(site, record.person("him_manager", "north"), "operations")
        patient = desk.register(Registration(facility="north", family="Example"))
        visit = desk.admit(Visit(patient=patient, facility="north", setting="inpatient", admitted=datetime(2026, 3, 2), discharged=datetime(2026, 3, 4), attending="Dr. Miller"))
        desk.file(Filing(encounter=visit, content=b"H&P", text="History and physical.\nCough.\nA. Miller MD", kind="history_and_physical", service_date=date(2026, 3, 2)))
    done = charthouse("chart", "deficiencies", visit)
    assert done.exit_code == 0
    assert "482.24(c)(4)(vii)" in done.stdout
    late = json.loads(charthouse("chart", "delinquent", "--json").stdout)
    assert [(d["owner"], d["encounter"]) for d in late["delinquent"]] == [("Dr. Miller", visit)]
    assert late["suspension"][0]["owner"] == "Dr. Miller"
    assert "Suspension list: Dr. Miller, 1 chart" in charthouse("chart", "delinquent").stdout
    assert charthouse("chart", "delinquent", "--facility", "south").stdout == "No chart of a discharged patient lacks anything.\n"
    assert "CH-0414" in charthouse("chart", "deficiencies", visit, "--facility", "south").stderr
    assert "CH-0415" in charthouse("chart", "deficiencies", "nobody").stderr


def test_a_damaged_chart_hides_no_other(folder: Path, charthouse: Charthouse) -> None:
    assert charthouse("init").exit_code == 0
    with record.opened() as site:
        desk = record.sign_in(site, record.person("him_manager", "north"), "operations")
        patient = desk.register(Registration(facility="north", family="Example"))
        visits = [desk.admit(Visit(patient=patient, facility="north", setting="inpatient", number=n, admitted=datetime(2026, 3, 2), discharged=datetime(2026, 3, 4))) for n in "12"]
        desk.file(Filing(encounter=visits[0], content=b"x", text="x", kind="progress_note"))
        with site._writing.begin() as connection:
            connection.execute(schema.small_blob.update().values(sealed=b"damaged"))
    done = charthouse("chart", "delinquent")
    assert done.exit_code == 4
    assert f"{visits[0]}: CH-0412" in done.stderr
    assert visits[1] in done.stdout


def test_without_a_facility_it_is_asked_for(folder: Path, charthouse: Charthouse, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CHARTHOUSE_FACILITY")
    assert "CHARTHOUSE_FACILITY" in charthouse("chart", "delinquent").stderr


def test_the_person_is_the_systems_not_the_environments(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOGNAME", "somebody-else")
    monkeypatch.setenv("USER", "somebody-else")
    assert record.person("him_manager", "north").id != "os:somebody-else"
