"""Every case that ships: its codes are of the book on its day, and each reason can be read."""
from __future__ import annotations

from importlib.resources import files
from pathlib import Path

import pytest

from charthouse import bootstrap
from charthouse.adapters.storage.codebook import SqliteCodeBook
from charthouse.flow import training

ROOT = Path(__file__).parents[2]


def test_the_cases_are_many_and_of_each_kind() -> None:
    cases = bootstrap.training_cases()
    assert len(cases) >= 400
    assert {c.level for c in cases.values()} == {"routine", "combined", "hard"}
    assert sum(c.setting == "inpatient" for c in cases.values()) == 4
    assert all(c.key and sum(k.first for k in c.key) == 1 for c in cases.values())


def test_every_code_is_complete_on_its_day(book: SqliteCodeBook) -> None:
    wrong = [(c.id, k.code) for c in bootstrap.training_cases().values() for k in c.key if k.system in ("ICD-10-CM", "ICD-10-PCS") and not book.valid(k.code, c.on)]
    assert wrong == []


def test_the_sample_charts_are_those_of_the_repository() -> None:
    import importlib.util

    spec = importlib.util.spec_from_file_location("charts", ROOT / "training" / "charts.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert (files("charthouse") / "gold" / "charts.json").read_text(encoding="utf-8") == module.spelled()


@pytest.mark.parametrize("id", ["09-heart-failure-inpatient", "t001", "04-ladder-fall-emergency"])
def test_quotations_stand_in_the_case(id: str, book: SqliteCodeBook) -> None:
    case = bootstrap.training_cases()[id]
    texts = {d.id: d.text for d in case.documents}
    found = training.compared(case, (), bootstrap.kit())
    assert len(found) == len(case.key)
    assert all(texts[s.document][s.start:s.end] == s.text for r in found for s in r.spans)
    assert sum(bool(r.spans) for r in found) >= len(found) // 2
