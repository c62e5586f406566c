"""What clinicians write for chapters 1 to 10 (infections to respiratory), as an index of mentions: phrase, then its codes."""
from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from charthouse.flow.run import run
from charthouse.flow.steps import Kit, Received, Work
from charthouse.record.chart import Encounter
from charthouse.record.document import Patient
from charthouse.rooms.coding import candidates

ROWS = [tuple(line.split("\t")) for line in (Path(__file__).parent / "first_chapters.tsv").read_text(encoding="utf-8").splitlines()
        if line and not line.startswith("#")]


@pytest.mark.parametrize(("said", "codes"), ROWS, ids=[row[0] for row in ROWS])
def test_what_a_phrase_is_coded_to(said: str, codes: str, kit: Kit) -> None:
    work = run(Work(encounter=Encounter(id="case", setting="mention", on=date(2026, 10, 1), patient=Patient()),
                    received=(Received(id="note", content=f"{said}."),)), kit, until="abstraction")
    assert work.chart is not None
    found = candidates(work.chart, work.facts, kit.specifier, kit.tables)[0]
    assert {c.code for c in found if not c.off} == set(codes.split())
