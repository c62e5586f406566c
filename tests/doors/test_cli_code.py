"""`charthouse code` over standard input and output, as CONTRACT has it."""
from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from charthouse import code_note
from charthouse.adapters.storage.codebook import SqliteCodeBook
from charthouse.record.errors import EmptyNote, NoEdition

Asked = Callable[..., tuple[list[dict[str, Any]], Result]]
Charthouse = Callable[..., Result]

NOTE = "Assessment:\n1. Community acquired pneumonia.\n2. Type 2 diabetes mellitus.\nNo chest pain. Mother has asthma."
SECRET = "Zebulon Quartermain"


def item(id: object = "1", text: object = NOTE, **more: object) -> dict[str, object]:
    return {"id": id, "text": text, "date": "2026-03-02", "setting": "outpatient", "patient": {"sex": "F", "age": 61}} | more


def standing(answer: dict[str, Any]) -> set[str]:
    return {c["code"] for c in answer["codes"] if c["status"] != "suppressed"}


def test_answers_come_in_order_with_their_ids(asked: Asked) -> None:
    ids = ["b", "a", 7, None, "b"]
    answers, result = asked("code", [item(id) for id in ids])
    assert [a["id"] for a in answers][:2] == ["b", "a"]
    assert [str(a["id"]) for a in answers][4] == "b"
    assert len(answers) == len(ids)
    assert result.exit_code == 0
    assert result.stderr == ""


@pytest.mark.parametrize("id", ["b", 7, None, "", "ünï 😀"])
def test_an_id_comes_back_as_it_was_sent(asked: Asked, id: object) -> None:
    (answer,), _ = asked("code", [item(id)])
    assert answer["id"] == id


def test_a_visit_is_answered_with_its_level_and_services(asked: Asked) -> None:
    (answer,), _ = asked("code", [item(text="PLAN: Toradol 30 mg IM given.\nASSESSMENT\n1. Hypertension. Stable.", visit="established")])
    (line,) = [c for c in answer["codes"] if c["system"] == "HCPCS"]
    assert (line["code"], line["units"], line["status"]) == ("J1885", 2, "review")
    (level,) = answer["evaluation"]
    assert (level["category"], level["document"]) == ("office established", "note")
    assert {e["element"] for e in level["elements"]} <= {"problems", "data", "risk"}


def test_a_visit_of_an_unknown_sort_is_refused(asked: Asked) -> None:
    (answer,), result = asked("code", [item(visit="walk-in")])
    assert answer["error"]["code"] == "CH-0205"
    assert result.exit_code == 4


def test_an_answer_has_the_fields_of_the_contract(asked: Asked) -> None:
    (answer,), _ = asked("code", [item()])
    assert {"E11.9", "J18.9"} <= standing(answer)
    for code in answer["codes"]:
        assert code["system"] in {"ICD-10-CM", "ICD-10-PCS", "CPT", "HCPCS"}
        assert code["status"] in {"auto", "review", "suppressed"}
        assert 0 <= code["confidence"] <= 1
        assert isinstance(code["poa"], str)
        assert code["role"]
        assert code["reasons"]
        assert all(reason["rule"] and reason["message"] and "citation" in reason for reason in code["reasons"])
    assert "grouping" not in answer


@pytest.mark.parametrize("text", [NOTE, "😀 Señora, 70:\r\n\tPneumonia e\u0301 today.\r\nHTN", "Diagnoses:\n" + "Essential hypertension " * 40])
def test_evidence_quotes_the_text(asked: Asked, text: str) -> None:
    (answer,), _ = asked("code", [item(text=text)])
    evidence = [e for code in answer["codes"] for e in code["evidence"]]
    assert evidence
    assert all(text[e["start"]:e["end"]] == e["text"] and 0 < len(e["text"]) <= 300 and e["document"] for e in evidence)


def test_what_is_denied_or_of_somebody_else_does_not_stand(asked: Asked) -> None:
    (answer,), _ = asked("code", [item()])
    assert not {code for code in standing(answer) if code.startswith(("R07", "J45"))}


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_line_ends_do_not_change_the_codes(asked: Asked, end: str) -> None:
    (answer,), _ = asked("code", [item(text=NOTE.replace("\n", end))])
    assert {"E11.9", "J18.9"} <= standing(answer)


BAD = [
    ("not json", "CH-0205", None), ("[1, 2]", "CH-0205", None), ("3", "CH-0205", None), ({"id": "x"}, "CH-0205", "x"), (item("x", text=""), "CH-0201", "x"),
    (item("x", text=" \n\t "), "CH-0201", "x"), (item("x", date="soon"), "CH-0204", "x"), (item("x", date="2026-02-30"), "CH-0204", "x"),
    (item("x", date=None), "CH-0205", "x"), (item("x", setting="ward"), "CH-0205", "x"), (item("x", text=["a"]), "CH-0205", "x"),
    (item("x", text="a\x00b"), "CH-0203", "x"), (item("x", documents=[]), "CH-0205", "x"), (item("x", documents=[{"id": "a"}]), "CH-0205", "x"),
    (item("x", patient={"age": -1}), "CH-0205", "x"), (item("x", patient={"age": "old"}), "CH-0205", "x"), (item("x", date="2031-01-01"), "CH-0101", "x"),
    (item("x", date="1999-01-01"), "CH-0101", "x"), (item("x", text="fever " * 800_000), "CH-0202", "x"),
]  # fmt: skip


@pytest.mark.parametrize(("bad", "code", "id"), BAD, ids=[f"{n}-{code}" for n, (_, code, _) in enumerate(BAD)])
def test_an_item_that_cannot_be_done_says_why_and_the_run_goes_on(asked: Asked, bad: object, code: str, id: object) -> None:
    answers, result = asked("code", [item("first"), bad, item("last")])
    assert [a["id"] for a in answers] == ["first", id, "last"]
    assert answers[1]["error"]["code"] == code
    assert answers[1]["error"]["message"]
    assert "error" not in answers[0]
    assert "error" not in answers[2]
    assert result.exit_code == 4


def test_a_date_past_the_books_names_the_editions(asked: Asked) -> None:
    (answer,), _ = asked("code", [item(date="2031-01-01")])
    assert "ICD-10-CM" in answer["error"]["message"]
    assert "2026" in answer["error"]["message"]
    assert "books add" in answer["error"]["message"]


@pytest.mark.parametrize("more", [{"date": "soon"}, {"setting": SECRET}, {"date": "2031-01-01"}, {"patient": {"age": SECRET}}, {"text": f"{SECRET} \x00"}, {"documents": SECRET}])
def test_no_error_tells_what_the_note_says(asked: Asked, more: dict[str, object]) -> None:
    answers, result = asked("code", [item(text=f"{SECRET} has syphilis.") | more, f'{{"text": "{SECRET} has syphilis'])
    told = json.dumps([a["error"] for a in answers if "error" in a]) + result.stderr
    assert len([a for a in answers if "error" in a]) == 2
    assert "syphilis" not in told
    assert SECRET not in told or more == {"setting": SECRET}  # a setting is no text of a note


def test_documents_are_read_as_one_encounter(asked: Asked) -> None:
    documents = [{"id": "ed", "kind": "emergency_note", "text": "Impression: pneumonia."}, {"id": "clinic", "kind": "note", "text": "Assessment: essential hypertension."}]
    (answer,), _ = asked("code", [{"id": "1", "date": "2026-03-02", "documents": documents}])
    texts = {d["id"]: d["text"] for d in documents}
    evidence = [e for code in answer["codes"] for e in code["evidence"]]
    assert {e["document"] for e in evidence} == {"ed", "clinic"}
    assert all(texts[e["document"]][e["start"]:e["end"]] == e["text"] for e in evidence)
    assert {"J18.9", "I10"} <= standing(answer)


def test_one_empty_document_of_two_is_named_and_the_other_read(asked: Asked) -> None:
    documents = [{"id": "blank", "text": " "}, {"id": "note", "text": "Assessment: pneumonia."}]
    (answer,), result = asked("code", [{"id": "1", "date": "2026-03-02", "documents": documents}])
    assert [r["subject"] for r in answer["unread"]] == ["blank"]
    assert "J18.9" in standing(answer)
    assert result.exit_code == 0


def test_an_inpatient_is_grouped_and_edited(asked: Asked) -> None:
    (answer,), _ = asked("code", [item(setting="inpatient", text="Discharge diagnosis:\n1. Pneumonia\n2. Acute kidney injury\n3. Essential hypertension")])
    assert answer["grouping"]["drg"].isdigit()
    assert answer["grouping"]["path"]
    assert answer["edits"]
    assert next(c["role"] for c in answer["codes"] if c["status"] != "suppressed") == "principal"


def test_a_mention_lists_findings_by_option_or_field(asked: Asked) -> None:
    text = "Cough and pneumonia. Essential hypertension."
    (by_field,), _ = asked("code", [item(text=text, setting="mention")])
    (by_option,), _ = asked("code", [{k: v for k, v in item(text=text).items() if k != "setting"}], "--setting", "mention")
    assert by_field["codes"] == by_option["codes"]
    assert {"J18.9", "I10"} <= standing(by_field)
    assert {c["role"] for c in by_field["codes"]} <= {"mention"}


def test_empty_lines_are_passed_over_and_no_input_is_no_error(asked: Asked) -> None:
    answers, result = asked("code", ["", item(), "   ", ""])
    assert len(answers) == 1
    assert result.exit_code == 0
    assert asked("code", [])[0] == []


def test_the_same_note_twice_has_the_same_codes(asked: Asked) -> None:
    (first, second), _ = asked("code", [item(), item()])
    assert first == second


# -- a file, a folder, a person at the terminal ------------------------------------------------------------------------


def test_a_file_is_shown_with_codes_and_quotations(charthouse: Charthouse, tmp_path: Path) -> None:
    (tmp_path / "note.txt").write_text(NOTE, encoding="utf-8")
    result = charthouse("code", tmp_path / "note.txt", "--date", "2026-03-02")
    assert result.exit_code == 0
    assert "J18.9" in result.stdout


def test_json_for_a_file_holds_everything(charthouse: Charthouse, tmp_path: Path) -> None:
    (tmp_path / "note.txt").write_text(NOTE, encoding="utf-8")
    data = json.loads(charthouse("code", tmp_path / "note.txt", "--date", "2026-03-02", "--json").stdout)
    assert data["documents"][0]["text"] == NOTE
    assert data["facts"]


@pytest.mark.parametrize(
    ("arguments", "status", "code"),
    [(["nothing.txt"], 4, "CH-0205"), (["empty"], 2, "CH-0207"), (["blank.txt"], 4, "CH-0201"), (["note.txt", "--date", "soon"], 4, "CH-0204"),
     (["note.txt", "--setting", "ward"], 4, "CH-0205"), (["note.txt", "--date", "2031-01-01"], 3, "CH-0101"), (["image.txt"], 4, "CH-0203")],
)  # fmt: skip
def test_errors_of_a_file_are_one_line(charthouse: Charthouse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], status: int, code: str) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "blank.txt").write_text("  \n", encoding="utf-8")
    (tmp_path / "note.txt").write_text(NOTE, encoding="utf-8")
    (tmp_path / "image.txt").write_bytes(b"\x00\x01\x02 no picture")
    monkeypatch.chdir(tmp_path)
    result = charthouse("code", *arguments)
    assert result.exit_code == status
    assert code in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1
    assert "Traceback" not in result.output


# -- from Python -----------------------------------------------------------------------------------------------------


def test_code_note_from_python(book: SqliteCodeBook) -> None:
    codes = code_note(NOTE, on=date(2026, 3, 2), sex="F", age=61)
    assert {"E11.9", "J18.9"} <= {c.code for c in codes if c.status != "suppressed"}
    assert all(NOTE[span.start:span.end] == span.text for c in codes for span in c.evidence)


@pytest.mark.parametrize(("text", "on", "error"), [(" ", date(2026, 3, 2), EmptyNote), (NOTE, date(2031, 1, 1), NoEdition)])
def test_code_note_raises_our_errors(book: SqliteCodeBook, text: str, on: date, error: type[Exception]) -> None:
    with pytest.raises(error):
        code_note(text, on=on)
