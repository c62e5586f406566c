"""`charthouse learn` as a coder's lead uses it: corrections in, changes seen, applied, undone."""
from __future__ import annotations

import json
import stat
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from charthouse import bootstrap
from charthouse.adapters.storage.learned import Learned

NOTE = "CHIEF COMPLAINT\nWrist pain.\n\nASSESSMENT\nGamer thumb, right wrist.\nHypertension.\n"
MISSED = {"action": "add", "code": "M65.4", "words": "Gamer thumb", "reason": "missed"}


def chart(id: str, *corrections: dict[str, str], text: str = NOTE) -> dict[str, Any]:
    return {"id": id, "text": text, "date": "2026-03-02", "setting": "outpatient", "patient": {"sex": "F", "age": 40}, "corrections": list(corrections)}


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A site of its own, with two gold charts in place of all (the whole set is replayed in the last test)."""
    gold = bootstrap.gold()[:2]
    monkeypatch.setattr(bootstrap, "learned", lambda: Learned(tmp_path / "learned"))
    monkeypatch.setattr(bootstrap, "gold", lambda: gold)
    bootstrap.site_kit.cache_clear()
    yield tmp_path
    bootstrap.site_kit.cache_clear()


@pytest.fixture
def learn(charthouse: Callable[..., Result], site: Path) -> Callable[..., Result]:
    def call(*arguments: object, charts: list[Any] | None = None) -> Result:
        return charthouse("learn", *arguments, stdin="".join((c if isinstance(c, str) else json.dumps(c)) + "\n" for c in charts or ()))

    return call


def codes(charthouse: Callable[..., Result], text: str = NOTE) -> set[str]:
    told = charthouse("code", "-", "--date", "2026-03-02", "--json", stdin=text)
    return {c["code"] for c in json.loads(told.stdout)["codes"] if c["status"] != "suppressed"}


def test_from_correction_to_answer_and_back(learn: Callable[..., Result], charthouse: Callable[..., Result], site: Path) -> None:
    before = codes(charthouse)
    assert "M65.4" not in before
    assert learn("add", "-", charts=[chart("a", MISSED)]).exit_code == 0
    assert codes(charthouse) == before, "a correction alone changes nothing"
    (proposed,) = json.loads(learn("propose", "--json").stdout)
    assert proposed["change"]["phrase"] == "Gamer thumb"
    assert proposed["keeps"]
    assert {"chart": "a", "code": "M65.4", "what": "found", "promised": True} in proposed["effect"]["flips"]
    assert "may be applied" in learn("show").stdout
    engine = bootstrap.kit().engine
    assert learn("apply", 1).exit_code == 0
    assert "M65.4" in codes(charthouse)
    assert bootstrap.kit().engine != engine, "results say that a site's change had a part in them"
    assert "applied" in learn("show", 1).stdout
    assert learn("undo", 1).exit_code == 0
    assert codes(charthouse) == before
    assert bootstrap.kit().engine == engine
    assert stat.S_IMODE((site / "learned" / "cases.ndjson").stat().st_mode) == 0o600


def test_a_change_that_breaks_a_promise_is_not_applied(learn: Callable[..., Result], charthouse: Callable[..., Result]) -> None:
    """One coder says that hypertension is nothing here; another signed it."""
    wrong = {"action": "remove", "code": "I10", "words": "Hypertension", "reason": "not said"}
    learn("add", "-", charts=[chart("a", wrong), chart("b", {"action": "accept", "code": "I10"})])
    (proposed,) = json.loads(learn("propose", "--json").stdout)
    assert not proposed["keeps"]
    refused = learn("apply", 1)
    assert refused.exit_code == 5
    assert "CH-0303" in refused.stderr
    assert "I10" in codes(charthouse)


def test_a_chart_that_is_corrected_again_counts_once(learn: Callable[..., Result]) -> None:
    learn("add", "-", charts=[chart("a", MISSED)])
    told = learn("add", "-", charts=[chart("a", {"action": "accept", "code": "I10"})])
    assert "1 cases in all" in told.stdout
    assert "Nothing to change" in learn("propose").stdout


@pytest.mark.parametrize(("line", "said"), [
    ("{", "not JSON"), ({"text": "x"}, "`id` is missing"), ({"id": "a", "corrections": [1]}, "list of"),
    (chart("a", {"action": "guess", "code": "I10"}), "`action` is one of"), (chart("a", {"action": "accept", "code": "I10", "reason": "mood"}), "`reason` is one of"),
    (chart("a", {"action": "accept", "code": "I11"}), "not a complete"), (chart("a", {"action": "change", "code": "I10", "to": "Q"}), "`to` is not"),
    (chart("a", MISSED | {"words": "tennis elbow"}), "do not stand in the text"), (chart("a", MISSED | {"why": "x"}), "has only"),
])
def test_a_bad_line_is_refused_and_nothing_is_kept(learn: Callable[..., Result], site: Path, line: Any, said: str) -> None:
    told = learn("add", "-", charts=[chart("good", MISSED), line])
    assert told.exit_code == 2
    assert said in told.stderr
    assert "Line 2" in told.stderr
    assert "Gamer" not in told.stderr, "no words of a chart in an error"
    assert not (site / "learned").exists()


def test_what_is_not_there_is_said(learn: Callable[..., Result]) -> None:
    assert "CH-0302" in learn("propose").stderr
    assert "no change 7" in learn("apply", 7).stderr
    assert "no change 7" in learn("show", 7).stderr


def test_the_gold_charts_are_replayed(learn: Callable[..., Result], monkeypatch: pytest.MonkeyPatch) -> None:
    """A word that is right in one chart and wrong in many: the gold charts speak against it."""
    monkeypatch.undo()
    gold = bootstrap.gold()
    assert len(gold) >= 110
    assert all(g["codes"] for g in gold)
