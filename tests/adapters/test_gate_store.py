"""What the gate remembers on disk: whole or not at all, each chart once, the latest of late."""
from __future__ import annotations

from pathlib import Path

import pytest

from charthouse.adapters.storage import gate
from charthouse.adapters.storage.gate import SqliteGate


def test_reading_before_the_first_write_finds_nothing_and_makes_no_file(tmp_path: Path) -> None:
    store = SqliteGate(tmp_path / "gate" / "gate.sqlite")
    assert (store.charts(), store.late("outpatient"), store.promise(), store.learned()) == ([], [], None, {})
    assert not store.path.parent.exists()


def test_a_chart_is_kept_once_and_replaced(tmp_path: Path) -> None:
    store = SqliteGate(tmp_path / "gate.sqlite")
    store.put_charts([{"id": "b", "n": 1}, {"id": "a", "n": 2}])
    store.put_charts([{"id": "b", "n": 3}])
    assert store.charts() == [{"id": "a", "n": 2}, {"id": "b", "n": 3}]


def test_only_the_latest_charts_of_a_setting_stay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gate, "KEPT", 3)
    store = SqliteGate(tmp_path / "gate.sqlite")
    store.put_late("inpatient", [("x", {"n": 0})])
    store.put_late("outpatient", [(f"c{n}", {"n": n}) for n in range(5)])
    store.put_late("outpatient", [("c3", {"n": 33})])
    assert [c["n"] for c in store.late("outpatient")] == [2, 4, 33]
    assert store.late("inpatient") == [{"n": 0}]


def test_learning_anew_forgets_the_mix_of_late(tmp_path: Path) -> None:
    store = SqliteGate(tmp_path / "gate.sqlite")
    store.put_learned({"outpatient": {"n": 1}, "inpatient": {"n": 1}}, anew=True)
    store.put_late("outpatient", [("c", {})])
    store.put_learned({"outpatient": {"n": 2}}, anew=False)
    assert (store.learned(), store.late("outpatient")) == ({"outpatient": {"n": 2}, "inpatient": {"n": 1}}, [{}])
    store.put_learned({"outpatient": {"n": 3}}, anew=True)
    assert (store.learned(), store.late("outpatient")) == ({"outpatient": {"n": 3}}, [])


def test_a_write_that_fails_leaves_what_was_there(tmp_path: Path) -> None:
    store = SqliteGate(tmp_path / "gate.sqlite")
    store.put_charts([{"id": "a"}])
    with pytest.raises(TypeError):
        store.put_charts(c for c in ({"id": "b"}, {"id": "c", "bad": object()}))
    with pytest.raises(KeyError):
        store.put_charts([{"id": "b"}, {}])
    assert store.charts() == [{"id": "a"}]


def test_the_promise_is_kept(tmp_path: Path) -> None:
    store = SqliteGate(tmp_path / "gate.sqlite")
    store.put_promise(0.1, 0.9)
    store.put_promise(0.02, 0.99)
    assert store.promise() == (0.02, 0.99)
