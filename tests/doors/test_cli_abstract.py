"""`charthouse abstract`: facts with places, and what the text says of marked words."""
from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

Asked = Callable[..., tuple[list[dict[str, Any]], Result]]

NOTE = "😀 HPI: No fever. Cough since May.\r\nPrior cellulitis. Mother has asthma. BP 142/88, on metformin 500 mg.\r\nPlan: return if dyspnea."
FIELDS = {"start", "end", "text", "kind", "assertion", "temporality", "experiencer", "section", "codes"}
MEANT = [
    ("fever", "absent", "recent", "patient"), ("Cough", "present", "recent", "patient"), ("cellulitis", "present", "historical", "patient"),
    ("asthma", "present", "recent", "other"), ("dyspnea", "hypothetical", "recent", "patient"),
]  # fmt: skip


def place(word: str) -> list[int]:
    return [NOTE.index(word), NOTE.index(word) + len(word)]


def test_facts_have_the_fields_of_the_contract_and_quote_the_text(asked: Asked) -> None:
    (answer,), result = asked("abstract", [{"id": 7, "text": NOTE}])
    assert answer["id"] == 7
    assert result.exit_code == 0
    assert {f["kind"] for f in answer["facts"]} >= {"problem", "vital", "medication"}
    for fact in answer["facts"]:
        assert set(fact) >= FIELDS
        assert NOTE[fact["start"]:fact["end"]] == fact["text"]


@pytest.mark.parametrize(("word", "assertion", "temporality", "experiencer"), MEANT)
def test_what_is_found_is_judged(asked: Asked, word: str, assertion: str, temporality: str, experiencer: str) -> None:
    (answer,), _ = asked("abstract", [{"id": "1", "text": NOTE}])
    fact = next(f for f in answer["facts"] if f["kind"] == "problem" and word in f["text"])
    assert (fact["assertion"], fact["temporality"], fact["experiencer"]) == (assertion, temporality, experiencer)


def test_marked_words_answer_one_each_in_the_order_asked(asked: Asked) -> None:
    words = ["asthma", "fever", "Cough", "fever", "cellulitis", "since May"]
    (answer,), _ = asked("abstract", [{"id": "1", "text": NOTE, "targets": [place(w) for w in words]}])
    assert [f["text"] for f in answer["facts"]] == words
    said = {f["text"]: (f["assertion"], f["temporality"], f["experiencer"]) for f in answer["facts"]}
    assert all(said[word] == tuple(rest) for word, *rest in MEANT if word in said)


def test_no_targets_is_no_facts_and_not_all(asked: Asked) -> None:
    (answer,), _ = asked("abstract", [{"id": "1", "text": NOTE, "targets": []}])
    assert answer["facts"] == []


def test_values_are_told_with_their_names(asked: Asked) -> None:
    (answer,), _ = asked("abstract", [{"id": "1", "text": NOTE}])
    values = {f["value"]["name"]: f["value"] for f in answer["facts"] if "value" in f}
    assert (values["blood pressure"]["value"], values["blood pressure"]["second"]) == (142, 88)


@pytest.mark.parametrize("targets", [[[0, 9999]], [[5, 5]], [[9, 3]], [[-1, 3]], [["a", "b"]], [[1]], [[1.5, 3]], "fever", 3, [None], [[True, 4]], [[1, 2, 3]], [[2, 7], None]])
def test_targets_that_are_none_are_refused(asked: Asked, targets: object) -> None:
    answers, result = asked("abstract", [{"id": "1", "text": NOTE, "targets": targets}, {"id": "2", "text": NOTE}])
    assert answers[0]["error"]["code"] == "CH-0205"
    assert "facts" in answers[1]
    assert result.exit_code == 4


def test_a_blank_target_is_refused(asked: Asked) -> None:
    (answer,), result = asked("abstract", [{"id": "1", "text": "no fever", "targets": [[2, 3]]}])
    assert answer["error"]["code"] == "CH-0205"
    assert result.exit_code == 4


@pytest.mark.parametrize("bad", [{"id": "1"}, {"id": "1", "text": ""}, {"id": "1", "text": None}, "{", {"id": "1", "text": "x" * 4_100_000}])
def test_items_that_cannot_be_read(asked: Asked, bad: object) -> None:
    answers, result = asked("abstract", [bad, {"id": "2", "text": "cough"}])
    assert answers[0]["error"]["code"].startswith("CH-02")
    assert answers[1]["facts"]
    assert result.exit_code == 4


def test_a_note_is_shown_as_a_table(charthouse: Callable[..., Result], tmp_path: Path) -> None:
    (tmp_path / "note.txt").write_text(NOTE, encoding="utf-8")
    result = charthouse("abstract", tmp_path / "note.txt")
    assert result.exit_code == 0
    assert "fever" in result.stdout


def test_a_file_that_is_not_there_is_one_line(charthouse: Callable[..., Result], tmp_path: Path) -> None:
    for arguments in (["nothing.txt"], ["nothing.ndjson", "--ndjson"]):
        result = charthouse("abstract", tmp_path / arguments[0], *arguments[1:])
        assert result.exit_code == 4
        assert result.stderr.startswith("CH-0205")
