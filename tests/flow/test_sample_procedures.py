"""The inpatient samples: every gold procedure code and DRG, read from the text alone."""
from __future__ import annotations

import tomllib
from datetime import date
from pathlib import Path

import pytest

from charthouse import bootstrap
from charthouse.adapters.storage.codebook import SqliteCodeBook
from charthouse.doors.cli.folder import encounters, work_of
from charthouse.flow.run import run

SAMPLES = Path(__file__).parents[2] / "samples"
STAYS = ["09-heart-failure-inpatient", "10-urosepsis-inpatient", "11-knee-replacement-inpatient", "12-stroke-inpatient"]


@pytest.mark.parametrize("name", STAYS)
def test_procedures_and_drg_of_a_sample_are_read_from_its_text(name: str, book: SqliteCodeBook) -> None:
    gold = tomllib.loads((SAMPLES / name / "gold.toml").read_text(encoding="utf-8"))
    (found,) = [e for e in encounters(SAMPLES) if name in str(e)]
    work = work_of(found, setting="inpatient", on=date(2026, 3, 2))
    assert work.encounter.procedures == ()
    done = run(work, bootstrap.kit())
    assert {c.code for c in done.codes if c.system == "ICD-10-PCS" and c.status != "suppressed"} == {c["code"] for c in gold["codes"] if c["system"] == "ICD-10-PCS"}
    assert done.grouping is not None
    assert done.grouping.drg == gold["drg"]
