"""`charthouse gate` as a site uses it: learn, see, set, report; and what it does to `charthouse code`."""
from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from charthouse import bootstrap
from charthouse.adapters.storage.gate import SqliteGate
from charthouse.flow import gate as flow_gate

Charthouse = Callable[..., Result]
Asked = Callable[..., tuple[list[dict[str, Any]], Result]]
NOTES = {"J18.9": "Assessment:\n1. Community acquired pneumonia.", "I10": "Assessment:\n1. Essential hypertension.", "E11.9": "Assessment:\n1. Type 2 diabetes mellitus."}
SECRET = "Zebulon Quartermain"


@pytest.fixture
def memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SqliteGate:
    """A site without a gate; the code book stays where it is."""
    store = SqliteGate(tmp_path / "gate" / "gate.sqlite")
    monkeypatch.setattr(bootstrap, "gate_memory", lambda: store)
    return store


def charts(n: int, wrong: int = 0, setting: str = "outpatient") -> str:
    """Charts that the coder gets right, but for the first so many."""
    lines = []
    for i in range(n):
        code, text = list(NOTES.items())[i % len(NOTES)]
        lines.append({"id": f"c{i}", "text": f"{text}\nSeen in room {i}.", "date": "2026-03-02", "setting": setting, "validated": ["Z00.00"] if i < wrong else [code.replace(".", "")]})
    return "\n".join(json.dumps(x) for x in lines)


def state(charthouse: Charthouse, setting: str = "outpatient") -> dict[str, Any]:
    return dict(json.loads(charthouse("gate", "status", "--json").stdout)["settings"][setting])


def test_a_site_without_charts_is_told_how_many_it_needs(memory: SqliteGate, charthouse: Charthouse, asked: Asked) -> None:
    assert state(charthouse)["needs"] == 59
    assert "gate learn" in charthouse("gate", "status").stdout
    (answer,), _ = asked("code", [{"id": "1", "text": NOTES["I10"], "date": "2026-03-02"}])
    assert (answer["gate"]["state"], answer["gate"]["finished"]) == ("closed", False)
    assert "59" in answer["gate"]["held"][0]["message"]
    assert not memory.path.exists()


def test_enough_right_charts_open_the_gate_and_few_do_not(memory: SqliteGate, charthouse: Charthouse, asked: Asked) -> None:
    assert charthouse("gate", "learn", "-", stdin=charts(40)).exit_code == 0
    closed = state(charthouse)
    assert closed["state"] == "closed"
    assert {g["needs"] for g in closed["groups"]} == {19}
    assert charthouse("gate", "learn", "-", stdin=charts(62)).exit_code == 0
    opened = state(charthouse)
    assert (opened["state"], opened["charts"]) == ("open", 62)
    answers, _ = asked("code", [{"id": code, "text": text, "date": "2026-03-02"} for code, text in NOTES.items()])
    assert [(a["gate"]["finished"], a["codes"][0]["status"]) for a in answers if a["codes"][0]["score"] > 0.85] == [(True, "auto")] * 3
    (inpatient,), _ = asked("code", [{"id": "1", "text": NOTES["I10"], "date": "2026-03-02", "setting": "inpatient"}])
    assert inpatient["gate"]["held"][0]["rule"] == "gate/no-charts"


def test_a_stricter_promise_closes_it_again(memory: SqliteGate, charthouse: Charthouse) -> None:
    charthouse("gate", "learn", "-", stdin=charts(62))
    assert charthouse("gate", "set", "--error", "0.01", "--confidence", "0.99").exit_code == 0
    assert memory.promise() == (0.01, 0.99)
    assert state(charthouse)["state"] == "closed"
    charthouse("gate", "set")
    assert state(charthouse)["state"] == "open"


def test_charts_that_are_wrong_keep_it_closed(memory: SqliteGate, charthouse: Charthouse, asked: Asked) -> None:
    charthouse("gate", "learn", "-", stdin=charts(62, wrong=40))
    assert state(charthouse)["state"] == "closed"
    (answer,), _ = asked("code", [{"id": "1", "text": NOTES["I10"], "date": "2026-03-02"}])
    assert {c["status"] for c in answer["codes"]} <= {"review", "suppressed"}
    assert answer["gate"]["held"][0]["rule"] == "gate/not-proved"


def test_another_engine_closes_it_and_says_so(memory: SqliteGate, charthouse: Charthouse, asked: Asked, monkeypatch: pytest.MonkeyPatch) -> None:
    charthouse("gate", "learn", "-", stdin=charts(62))
    monkeypatch.setattr(bootstrap, "_answering", lambda kit: "another engine")
    (answer,), _ = asked("code", [{"id": "1", "text": NOTES["I10"], "date": "2026-03-02"}])
    assert [r["rule"] for r in answer["gate"]["held"]] == ["gate/engine"]
    assert {c["status"] for c in answer["codes"]} <= {"review", "suppressed"}
    charthouse("gate", "set")
    assert state(charthouse)["state"] == "closed"
    charthouse("gate", "learn", "-", stdin=charts(62))
    assert state(charthouse)["state"] == "open"
    assert len(memory.charts()) == 62


def test_another_mix_shuts_it_and_learning_anew_opens_it(memory: SqliteGate, charthouse: Charthouse, asked: Asked, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(flow_gate, "EVERY", 30)
    charthouse("gate", "learn", "-", stdin=charts(62))
    strange = [{"id": str(i), "text": f"Assessment:\n1. Right ankle sprain.\n2. Acute cystitis.\n3. Migraine.\n4. Asthma.\nRoom {i}.", "date": "2026-03-02"} for i in range(70)]
    answers, _ = asked("code", strange)
    assert [a["gate"]["state"] for a in answers[:30]] == ["open"] * 30
    assert answers[-1]["gate"]["state"] == "drifted"
    assert {c["status"] for c in answers[-1]["codes"]} <= {"review", "suppressed"}
    assert state(charthouse)["state"] == "drifted"
    charthouse("gate", "learn", "-", stdin=charts(63))
    assert state(charthouse)["state"] == "open"


def test_the_same_mix_keeps_it_open(memory: SqliteGate, charthouse: Charthouse, asked: Asked) -> None:
    charthouse("gate", "learn", "-", stdin=charts(62))
    asked("code", [json.loads(line) for line in charts(90).splitlines()])
    assert len(memory.late("outpatient")) == 90
    assert state(charthouse)["state"] == "open"


@pytest.mark.parametrize("bad", ["not json", "[1]", json.dumps({"text": "x", "date": "2026-03-02"}), json.dumps({"text": "x", "date": "2026-03-02", "validated": "I10"}),
                                 json.dumps({"text": "x", "date": "2026-03-02", "validated": {"ICD-9": ["1"]}}), json.dumps({"text": f"{SECRET} \x00", "date": "2026-03-02", "validated": ["I10"]})])  # fmt: skip
def test_a_bad_line_is_told_and_the_others_are_read(memory: SqliteGate, charthouse: Charthouse, bad: str) -> None:
    result = charthouse("gate", "learn", "-", stdin=f"{bad}\n\n{charts(2)}")
    assert result.exit_code == 4
    assert len(memory.charts()) == 2
    assert re.match(r"line 1: CH-0\d\d\d: ", result.stderr)
    assert SECRET not in result.output


@pytest.mark.parametrize("wrong", [["--error", "0"], ["--error", "0.9"], ["--confidence", "1"], ["--confidence", "0.2"]])
def test_a_promise_out_of_range_is_refused(memory: SqliteGate, charthouse: Charthouse, wrong: list[str]) -> None:
    result = charthouse("gate", "set", *wrong)
    assert (result.exit_code, memory.promise()) == (4, None)
    assert "CH-0205" in result.stderr


def test_no_text_of_a_chart_is_kept(memory: SqliteGate, charthouse: Charthouse) -> None:
    line = json.loads(charts(1)) | {"id": SECRET, "text": f"{SECRET}, hypertension."}
    charthouse("gate", "learn", "-", stdin=json.dumps(line))
    stored = memory.path.read_bytes()
    assert b"I10" in stored
    assert not [word for word in (*SECRET.split(), "hypertension") if word.encode() in stored]


def test_the_report_has_page_data_and_tables(memory: SqliteGate, charthouse: Charthouse, tmp_path: Path) -> None:
    charthouse("gate", "learn", "-", stdin=charts(62, wrong=3))
    result = charthouse("gate", "report", "--out", tmp_path / "out")
    assert result.exit_code == 0
    data = json.loads((tmp_path / "out" / "gate.json").read_text())["settings"]["outpatient"]
    assert (data["charts"], data["charts_right"], data["missed"]) == (62, 59, 3)
    assert data["code_curve"][-1]["coverage"] == pytest.approx(59 / 62)
    page = (tmp_path / "out" / "index.html").read_text(encoding="utf-8")
    assert page.count("<svg") == 3
    assert "gate/not-proved" in page
    assert "59 of 62" in result.stdout
    assert json.loads(charthouse("gate", "report", "--out", tmp_path / "out", "--json").stdout)["error"] == 0.05


def test_the_report_of_a_site_without_charts_says_what_to_do(memory: SqliteGate, charthouse: Charthouse, tmp_path: Path) -> None:
    assert charthouse("gate", "report", "--out", tmp_path).exit_code == 0
    assert "gate learn" in (tmp_path / "index.html").read_text(encoding="utf-8")
