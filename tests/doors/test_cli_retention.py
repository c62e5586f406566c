"""`charthouse retention`: two users of the machine, a hold, the certificate."""
from __future__ import annotations

import json
import os
import re
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import pytest
from click.testing import Result

from charthouse.bootstrap import record
from charthouse.record.filing import Filing, Registration, Visit

Charthouse = Callable[..., Result]
STATE = '[retention]\ncitation = "State Code 1-2"\nyears = 7\nmajority = 18\nyears_after_majority = 3\n'


@pytest.fixture
def visit(charthouse: Charthouse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A record of 2010, in a data folder of its own, at a facility with a state's rule."""
    monkeypatch.setenv("CHARTHOUSE_DATA", str(tmp_path))
    monkeypatch.setenv("CHARTHOUSE_FACILITY", "north")
    for name in ("CHARTHOUSE_DATABASE", "CHARTHOUSE_KEY"):
        monkeypatch.delenv(name, raising=False)
    assert charthouse("init").exit_code == 0
    (tmp_path / "chart.toml").write_text(STATE)
    with record.opened() as site:
        desk = record.sign_in(site, record.person("him_manager", "north"), "operations")
        patient = desk.register(Registration(facility="north", family="Example", birth_date=date(1950, 1, 1)))
        made = desk.admit(Visit(patient=patient, facility="north", setting="outpatient", admitted=datetime(2010, 3, 2)))
        desk.file(Filing(encounter=made, content=b"gout", text="gout", kind="clinic_note"))
    return made


def test_from_due_to_certificate(visit: str, charthouse: Charthouse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert f"over  {visit}" in charthouse("retention", "due").stdout
    proposed = charthouse("retention", "propose", visit)
    assert proposed.exit_code == 0
    (id,) = re.findall(r"retention sign (\S+)", proposed.stdout)
    assert "CH-0415" in charthouse("retention", "certificate", id).stderr
    same = charthouse("retention", "sign", id)
    assert same.exit_code == 8
    assert "second person" in same.stderr
    proposer = os.getuid()
    monkeypatch.setattr(os, "getuid", lambda: 1 if proposer != 1 else 2)
    signed = charthouse("retention", "sign", id)
    assert signed.exit_code == 0
    said = json.loads(signed.stdout)
    assert (said["certificate"], said["records"][0]["encounter"], said["records"][0]["contents_destroyed"]) == (id, visit, 1)
    assert said["proposed_by"] != said["signed_by"]
    assert json.loads(charthouse("retention", "certificate", id).stdout) == said
    assert list((tmp_path / "blobs").glob("??/*")) == []
    page = tmp_path / "certificate.html"
    assert charthouse("retention", "certificate", id, "--html", page).exit_code == 0
    assert "State Code 1-2" in page.read_text()
    assert "CH-0522" in charthouse("retention", "certificate", id, "--html", tmp_path / "none" / "x.html").stderr
    gone = charthouse("chart", "deficiencies", visit)
    assert gone.exit_code == 2
    assert "CH-0670" in gone.stderr
    assert charthouse("doctor").exit_code in (0, 6)  # the code book is compiled elsewhere; the record itself is sound
    assert "✗ blobs" not in charthouse("doctor").stdout
    assert charthouse("ledger", "verify").exit_code == 0


def test_a_hold_by_its_commands(visit: str, charthouse: Charthouse) -> None:
    held = charthouse("retention", "hold", "--encounter", visit, "--reason", "audit")
    (id,) = re.findall(r"Hold (\S+)", held.stdout)
    assert "CH-0672" in charthouse("retention", "propose", visit).stderr
    told = json.loads(charthouse("retention", "due", "--json").stdout)
    assert [(r["over"], r["ruling"]["rule"]) for r in told["records"]] == [(False, "retention/legal-hold")]
    assert [h["hold"] for h in told["holds"]] == [id]
    assert f"hold  {id}" in charthouse("retention", "due").stdout
    assert charthouse("retention", "lift", id, "--reason", "over").exit_code == 0
    assert "CH-0674" in charthouse("retention", "lift", id, "--reason", "over").stderr
    assert charthouse("retention", "propose", visit).exit_code == 0
    assert "CH-0205" in charthouse("retention", "hold", "--reason", "audit").stderr


@pytest.mark.parametrize(("text", "code"), [("", "CH-0673"), (STATE.replace("7", '"seven"'), "CH-0671"), (STATE.replace("State Code 1-2", " "), "CH-0671"), (STATE + 'from = "birth"\n', "CH-0671"),
                                            (STATE + "colour = 1\n", "CH-0671")])
def test_without_a_good_state_rule_nothing_is_proposed(visit: str, charthouse: Charthouse, tmp_path: Path, text: str, code: str) -> None:
    (tmp_path / "chart.toml").write_text(text)
    done = charthouse("retention", "propose", visit)
    assert done.exit_code == 2
    assert done.stderr.startswith(code)
