"""`charthouse group`: stays in, DRGs with path and edits out."""
from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

Asked = Callable[..., tuple[list[dict[str, Any]], Result]]


def stay(**more: object) -> dict[str, object]:
    return {"id": "s", "discharge_date": "2026-02-10", "age": 68, "sex": "M", "discharge_status": "01", "principal": {"code": "I50.23", "poa": "Y"},
            "secondary": [{"code": "J96.01", "poa": "Y"}], "procedures": []} | more  # fmt: skip


def test_a_stay_is_grouped_with_its_path(asked: Asked) -> None:
    (answer,), result = asked("group", [stay()])
    assert {"id", "drg", "mdc", "weight", "edition", "path", "edits", "what_if"} <= set(answer)
    assert (answer["id"], answer["drg"], answer["mdc"]) == ("s", "291", "05")
    assert answer["weight"] > 1
    assert result.exit_code == 0


def test_codes_are_taken_without_a_dot_in_small_letters_and_as_plain_text(asked: Asked) -> None:
    answers, _ = asked("group", [stay(), stay(principal={"code": " i50.23 "}), stay(principal={"code": "I5023"}), stay(principal="I50.23", secondary=["J96.01"])])
    assert {a["drg"] for a in answers} == {"291"}


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"principal": None}, "CH-0205"), ({"principal": {}}, "CH-0205"), ({"principal": {"code": " "}}, "CH-0205"), ({"sex": "X"}, "CH-0205"), ({"sex": None}, "CH-0205"),
        ({"age": 125}, "CH-0205"), ({"age": "68"}, "CH-0205"), ({"age": None}, "CH-0205"), ({"discharge_status": "home"}, "CH-0205"), ({"discharge_date": "10.2.2026"}, "CH-0204"),
        ({"discharge_date": "2026-13-01"}, "CH-0204"), ({"discharge_date": "2031-01-01"}, "CH-0101"), ({"discharge_date": ""}, "CH-0205"), ({"secondary": [3]}, "CH-0205"),
        ({"secondary": "J96.01"}, "CH-0205"), ({"procedures": "0SRC0J9"}, "CH-0205"), ({"age": True}, "CH-0205"), ({"secondary": 5}, "CH-0205"),
    ],
)  # fmt: skip
def test_a_stay_that_cannot_be_grouped_says_why_and_the_run_goes_on(asked: Asked, more: dict[str, object], code: str) -> None:
    answers, result = asked("group", [stay(id="a"), stay(id="b", **more), stay(id="c")])
    assert [a["id"] for a in answers] == ["a", "b", "c"]
    assert answers[1]["error"]["code"] == code
    assert {answers[0]["drg"], answers[2]["drg"]} == {"291"}
    assert result.exit_code == 4


def test_an_age_of_nothing_is_an_age(asked: Asked) -> None:
    (answer,), _ = asked("group", [stay(age=0, principal={"code": "Z38.00"}, secondary=[])])
    assert answer["drg"] == "795"


def test_a_date_past_the_books_names_the_editions(asked: Asked) -> None:
    (answer,), _ = asked("group", [stay(discharge_date="2031-01-01")])
    assert "v43" in answer["error"]["message"]


def test_a_weight_that_is_not_loaded_is_null_with_a_ruling(asked: Asked) -> None:
    (answer,), _ = asked("group", [stay(discharge_date="2026-10-01")])
    assert answer["drg"] == "291"
    assert answer["weight"] is None
    assert "not loaded" in [r["verdict"] for r in answer["path"]]


def test_without_what_if(asked: Asked) -> None:
    (answer,), _ = asked("group", [stay()], "--no-what-if")
    assert answer["what_if"] == []


def test_the_view_shows_drg_path_and_edits(charthouse: Callable[..., Result], tmp_path: Path) -> None:
    lines = [json.dumps(stay()), "", "not json", json.dumps(stay(id="fall", principal={"code": "W19.XXXA"}))]
    (tmp_path / "stays.ndjson").write_text("\n".join(lines), encoding="utf-8")
    result = charthouse("group", tmp_path / "stays.ndjson")
    assert "MS-DRG 291" in result.stdout
    assert "external cause cannot be principal" in result.stdout
    assert result.stderr.startswith("line 3: CH-0205")
    assert result.exit_code == 4
