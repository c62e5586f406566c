"""`charthouse run` over a folder with everything in it that goes wrong: each is named, the others finish."""
from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

Charthouse = Callable[..., Result]

GOOD = "Assessment:\n1. Pneumonia.\n2. Essential hypertension.\n"
ACCENTED = "Señora Núñez, 70.\nAssessment: pneumonia – better."
SECRET = "Zebulon Quartermain has syphilis"
TOML = 'setting = "outpatient"\nservice_date = 2026-03-02\n[patient]\nname = "Zebulon Quartermain"\nsex = "M"\nbirth_date = 1950-03-03\n[[documents]]\nfile = "note.txt"\n'


def encounter(folder: Path, name: str, note: str | bytes | None = GOOD, toml: str = TOML) -> None:
    (folder / name).mkdir(parents=True)
    if note is not None:
        (folder / name / "note.txt").write_bytes(note if isinstance(note, bytes) else note.encode())
    if toml:
        (folder / name / "encounter.toml").write_text(toml, encoding="utf-8")


FAILING: dict[str, tuple[str | bytes | None, str, str]] = {
    "empty": (" \n", TOML, "CH-0201"), "binary": (b"\x00\x01\x02" + SECRET.encode(), TOML, "CH-0203"),
    "toml": (GOOD, f"{SECRET}\n= broken", "CH-0206"), "missing": (None, TOML, "CH-0206"), "outside": (GOOD, TOML.replace("note.txt", "../good/note.txt"), "CH-0206"),
    "future": (GOOD, TOML.replace("2026-03-02", "2031-01-01"), "CH-0101"), "nodate": (GOOD, TOML.replace("2026-03-02", '"soon"'), "CH-0204"),
    "inpatient": (GOOD, 'setting = "inpatient"\n', "CH-0206"), "large": ("fever " * 840_000, TOML, "CH-0202"), "born": (GOOD, TOML.replace("1950-03-03", '"once"'), "CH-0204"),
    "setting": (GOOD, TOML.replace("outpatient", "ward"), "CH-0205"), "notalist": (GOOD, 'documents = ["note.txt"]\n', "CH-0206"),
}  # fmt: skip
FINE: dict[str, str | bytes] = {"good": GOOD, "latin": ACCENTED.encode("cp1252"), "utf16": ACCENTED.encode("utf-16"), "marked": b"\xef\xbb\xbf" + ACCENTED.encode()}


@pytest.fixture(scope="module")
def ran(charthouse: Charthouse, tmp_path_factory: pytest.TempPathFactory) -> tuple[Result, Path]:
    folder = tmp_path_factory.mktemp("ward")
    for name, (note, toml, _) in FAILING.items():
        encounter(folder / "in", name, note, toml)
    for name, content in FINE.items():
        encounter(folder / "in", name, content)
    (folder / "in" / "single.txt").write_text(GOOD, encoding="utf-8")
    (folder / "in" / "ignored.csv").write_text("a,b", encoding="utf-8")
    (folder / "in" / ".hidden").mkdir()
    (folder / "in" / "nothing in it").mkdir()
    return charthouse("run", folder / "in", "--out", folder / "out", "--date", "2026-03-02"), folder / "out"


def rows(out: Path) -> dict[str, dict[str, Any]]:
    return {row["name"]: row for row in json.loads((out / "summary.json").read_text(encoding="utf-8"))}


def test_the_exit_status_tells_that_some_failed(ran: tuple[Result, Path]) -> None:
    assert ran[0].exit_code == 4


def test_the_summary_names_every_encounter(ran: tuple[Result, Path]) -> None:
    assert set(rows(ran[1])) == {*FAILING, *FINE, "single"}


@pytest.mark.parametrize("name", FAILING)
def test_each_failure_is_named_with_its_code(ran: tuple[Result, Path], name: str) -> None:
    result, out = ran
    assert rows(out)[name]["error"]["code"] == FAILING[name][2]
    assert f"{name}: {FAILING[name][2]}" in " ".join(result.stdout.split())
    assert not (out / f"{name}.json").exists()


@pytest.mark.parametrize("name", [*FINE, "single"])
def test_the_others_finish(ran: tuple[Result, Path], name: str) -> None:
    row = rows(ran[1])[name]
    assert "error" not in row
    assert row["first"] == "J18.9"
    result = json.loads((ran[1] / f"{name}.json").read_text(encoding="utf-8"))
    text = result["documents"][0]["text"]
    assert all(text[e["start"]:e["end"]] == e["text"] for c in result["codes"] for e in c["evidence"])
    assert (ran[1] / f"{name}.html").exists()


def test_another_encoding_is_told(ran: tuple[Result, Path]) -> None:
    assert "Windows-1252" in (ran[1] / "latin.json").read_text(encoding="utf-8")
    assert json.loads((ran[1] / "utf16.json").read_text(encoding="utf-8"))["documents"][0]["text"] == ACCENTED


def test_nothing_of_a_note_stands_in_summary_or_terminal(ran: tuple[Result, Path]) -> None:
    result, out = ran
    for words in ("syphilis", "Zebulon", "Quartermain", "Núñez"):
        assert words not in result.output
        assert words not in (out / "summary.json").read_text(encoding="utf-8")


def test_a_second_run_changes_nothing(ran: tuple[Result, Path], charthouse: Charthouse, tmp_path: Path) -> None:
    encounter(tmp_path / "in", "good")
    for out in ("a", "b"):
        assert charthouse("run", tmp_path / "in", "--out", tmp_path / out).exit_code == 0
    assert (tmp_path / "a" / "good.json").read_bytes() == (tmp_path / "b" / "good.json").read_bytes()
    assert json.loads((tmp_path / "a" / "good.json").read_text(encoding="utf-8"))["key"]


def test_age_is_counted_on_the_day_of_the_encounter(charthouse: Charthouse, tmp_path: Path) -> None:
    encounter(tmp_path / "in", "eve")
    encounter(tmp_path / "in", "birthday", toml=TOML.replace("2026-03-02", "2026-03-03"))
    charthouse("run", tmp_path / "in", "--out", tmp_path / "out")
    ages = {name: json.loads((tmp_path / "out" / f"{name}.json").read_text(encoding="utf-8"))["patient"]["age"] for name in ("eve", "birthday")}
    assert ages == {"eve": 75, "birthday": 76}


@pytest.mark.parametrize("what", ["encounter", "file"])
def test_one_encounter_or_one_file(charthouse: Charthouse, tmp_path: Path, what: str) -> None:
    encounter(tmp_path, "one")
    path = tmp_path / "one" if what == "encounter" else tmp_path / "one" / "note.txt"
    assert charthouse("run", path, "--out", tmp_path / "out", "--date", "2026-03-02").exit_code == 0
    assert len(rows(tmp_path / "out")) == 1


@pytest.mark.parametrize(
    ("arguments", "status", "code"),
    [(["empty"], 2, "CH-0207"), (["nothing here"], 2, "CH-0207"), (["good", "--date", "soon"], 4, "CH-0204"), (["good", "--setting", "ward"], 4, "CH-0205")],
)
def test_a_run_that_cannot_begin(charthouse: Charthouse, tmp_path: Path, arguments: list[str], status: int, code: str) -> None:
    (tmp_path / "empty").mkdir()
    encounter(tmp_path / "good", "one", toml="")
    result = charthouse("run", tmp_path / arguments[0], *arguments[1:], "--out", tmp_path / "out")
    assert result.exit_code == status
    assert code in result.output
    assert "Traceback" not in result.output


def test_two_names_that_meet_do_not_overwrite_each_other(charthouse: Charthouse, tmp_path: Path) -> None:
    encounter(tmp_path / "in", "visit")
    (tmp_path / "in" / "visit.txt").write_text("Assessment: gout.", encoding="utf-8")
    charthouse("run", tmp_path / "in", "--out", tmp_path / "out", "--date", "2026-03-02")
    summary = json.loads((tmp_path / "out" / "summary.json").read_text(encoding="utf-8"))
    assert len({row["page"] for row in summary}) == 2
    assert len(list((tmp_path / "out").glob("visit*.json"))) == 2
