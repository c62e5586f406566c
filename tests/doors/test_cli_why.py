"""`charthouse why`: the story of a code, of one left off, of one that is not there; and what goes wrong."""
from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

Charthouse = Callable[..., Result]

NOTE = """HPI: Here for follow-up. Cough since Monday. Her mother had a stroke.
Denies chest pain.

ASSESSMENT
1. Pneumonia of the right lower lobe.
2. Type 2 diabetes mellitus.
3. CKD stage 3b.
4. Possible sleep apnea.
"""


@pytest.fixture(scope="module")
def result(charthouse: Charthouse, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("why")
    (folder / "note.txt").write_text(NOTE, encoding="utf-8")
    made = charthouse("code", folder / "note.txt", "--json", "--date", "2026-03-02")
    (folder / "note.json").write_text(made.stdout, encoding="utf-8")
    return folder / "note.json"


@pytest.fixture(scope="module")
def told(charthouse: Charthouse, result: Path) -> Callable[[str], dict[str, Any]]:
    def tell(code: str) -> dict[str, Any]:
        answer = charthouse("why", result, code, "--json")
        assert answer.exit_code == 0, answer.stderr
        story: dict[str, Any] = json.loads(answer.stdout)
        return story

    return tell


def test_each_quotation_is_told_with_its_line_and_what_reading_made_of_it(told: Callable[[str], dict[str, Any]]) -> None:
    story = told("n18.32")
    said = story["evidence"][0]
    assert (said["text"], said["line"], said["section"], said["assertion"]) == ("CKD stage 3b", 7, "assessment", "present")
    assert story["valid"] is True
    assert story["setting"] == "outpatient"
    assert story["edition"] == "FY2026"


def test_rulings_come_in_the_order_in_which_they_acted(told: Callable[[str], dict[str, Any]]) -> None:
    rules = [r["rule"] for r in told("E11.9")["rulings"]]
    assert rules[0] == "reading/found"
    assert rules[-1] == "ocg/I.C.4.a/complicated"
    assert all(r["citation"] and r["edition"] for r in told("E11.9")["rulings"])


def test_what_a_code_displaced_and_what_displaced_it(told: Callable[[str], dict[str, Any]]) -> None:
    assert "R05.9" in {d["code"] for d in told("J18.9")["displaced"]}
    assert [d["code"] for d in told("R05.9")["displaced_by"]] == ["J18.9"]
    assert [d["code"] for d in told("E11.9")["displaced_by"]] == ["E11.22"]


def test_what_spoke_against_a_code(told: Callable[[str], dict[str, Any]]) -> None:
    denied = told("R07.9")["against"]
    assert any(a["of"] == "reading/absent" for a in denied)
    assert any(a["of"] == "absent" and a["line"] == 2 and "Denies" in a["why"] for a in denied)
    assert any(a["of"] == "ocg/IV.H/uncertain" for a in told("G47.30")["against"])
    assert told("N18.32")["against"] == []


def test_what_weighed_for_and_against_the_confidence(told: Callable[[str], dict[str, Any]]) -> None:
    weights = [w["weight"] for w in told("N18.32")["weighed"]]
    assert weights
    assert max(weights) > 0
    assert 0 < len(weights) <= 8


def test_notes_that_name_a_code_of_the_result(told: Callable[[str], dict[str, Any]]) -> None:
    notes = told("E11.22")["notes"]
    assert any(n["kind"] == "use_additional" and n["concerns"] == ["N18.32"] and n["at"] == "E11.22" for n in notes)
    assert any(n["kind"] == "code_first" and n["concerns"] == ["E11.22"] for n in told("N18.32")["notes"])


def test_the_family_names_what_the_result_holds_first(told: Callable[[str], dict[str, Any]]) -> None:
    family = told("N18.31")["family"]
    assert family[0]["code"] == "N18.32"
    assert family[0]["status"] in ("auto", "review")
    assert {"N18.30"} <= {f["code"] for f in family}


def test_a_code_that_is_not_there_tells_which_of_its_terms_are(told: Callable[[str], dict[str, Any]]) -> None:
    story = told("N18.9")
    assert story["in_result"] is False
    assert any(t["line"] == 7 and "N18.32" in t["read_as"] for t in story["terms"])
    assert story["nearest"][0]["code"] == "N18.32"
    assert "evidence" not in story


def test_a_code_of_which_nothing_is_there(told: Callable[[str], dict[str, Any]]) -> None:
    story = told("S82.65XA")
    assert story["terms"] == []
    assert story["nearest"] == []


def test_a_category_is_no_complete_code(told: Callable[[str], dict[str, Any]]) -> None:
    assert told("N18")["valid"] is False


@pytest.mark.parametrize(("code", "wanted"), [
    ("N18.32", ["Said in the chart", "“CKD stage 3b” (line 7 of note", "Rulings, in order", "reading/found", "I.A.19", "Weighed", "Notes of the book"]),
    ("R05.9", ["found and left off", "What stands in its place", "J18.9", "ocg/I.B.5"]),
    ("R07.9", ['by "Denies"', "reading/absent"]),
    ("N18.9", ["Not in the result", "Nearest in the result", "N18.32"]),
])
def test_the_view_says_it_in_words(charthouse: Charthouse, result: Path, code: str, wanted: list[str]) -> None:
    view = " ".join(charthouse("why", result, code).stdout.split())
    assert [w for w in wanted if w not in view] == []


def test_answers_of_ndjson_by_their_id(charthouse: Charthouse) -> None:
    lines = "\n".join(json.dumps({"id": id, "text": text, "date": "2026-03-02"}) for id, text in (("a", "Assessment: Hypertension."), ("b", "Assessment: Gout.")))
    answers = charthouse("code", "-", "--ndjson", stdin=lines).stdout
    story = json.loads(charthouse("why", "-", "I10", "--id", "a", "--json", stdin=answers).stdout)
    assert story["status"] in ("auto", "review")
    assert story["evidence"][0]["line"] is None
    assert story["valid"] is None
    assert "(at 12 of note)" in charthouse("why", "-", "I10", "--id", "a", stdin=answers).stdout
    other = json.loads(charthouse("why", "-", "I10", "--id", "b", "--json", stdin=answers).stdout)
    assert other["in_result"] is False


@pytest.mark.parametrize(("stdin", "arguments", "code", "words"), [
    ('{"codes": []}', ("ZZZ",), "CH-0105", "not in the code book"),
    ("no json", ("I10",), "CH-0205", "neither JSON nor NDJSON"),
    ("", ("I10",), "CH-0205", "no result"),
    ('{"codes": []}\n{"codes": []}', ("I10",), "CH-0205", "--id"),
    ('{"id": "a", "codes": []}', ("I10", "--id", "b"), "CH-0205", "'b'"),
    ('{"id": "a", "error": {"code": "CH-0201"}}', ("I10",), "CH-0205", "CH-0201"),
    ('{"facts": []}', ("I10",), "CH-0205", "no result of Charthouse"),
    ("[1]", ("I10",), "CH-0205", "no result"),
])
def test_what_goes_wrong_is_said_in_one_line(charthouse: Charthouse, stdin: str, arguments: tuple[str, ...], code: str, words: str) -> None:
    answer = charthouse("why", "-", *arguments, stdin=stdin)
    assert answer.exit_code != 0
    assert answer.stderr.startswith(f"{code}: ")
    assert words in answer.stderr
    assert len(answer.stderr.splitlines()) == 1


def test_a_file_that_is_not_there(charthouse: Charthouse, tmp_path: Path) -> None:
    answer = charthouse("why", tmp_path / "none.json", "I10")
    assert answer.exit_code == 4
    assert "There is no file" in answer.stderr
