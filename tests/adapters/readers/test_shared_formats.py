"""Every HL7 v2 and C-CDA file of the public collections is taken in or refused with a reason; none crashes or hangs.

The collections are not part of this repository: they lie in the folder that CHARTHOUSE_SHARED names, else in `../shared` beside it.
"""
from __future__ import annotations

import os
from collections import Counter
from pathlib import Path

import pytest

from charthouse.adapters.readers.ccda import CcdaReader
from charthouse.adapters.readers.hl7v2 import Hl7Reader
from charthouse.record.errors import NotAClinicalDocument

ROOT = Path(__file__).parents[3]
SHARED = next((p for p in (Path(os.environ.get("CHARTHOUSE_SHARED", ROOT.parent / "shared")) / "data" / "dev" / "formats",) if p.is_dir()), None)
pytestmark = pytest.mark.skipif(SHARED is None, reason="the public collections of messages are not here (CHARTHOUSE_SHARED)")


def files(*suffixes: str) -> list[Path]:
    assert SHARED is not None
    return [p for p in sorted(SHARED.rglob("*")) if p.suffix.lower() in suffixes and p.is_file()]


def test_every_hl7_v2_file_is_taken_in() -> None:
    there = files(".hl7")
    assert len(there) >= 139
    for path in there:
        content = path.read_bytes()
        assert Hl7Reader().knows(content, path.name)
        assert not CcdaReader().knows(content, path.name)
        arrivals = list(Hl7Reader().read(content, path.name))
        assert [a for a in arrivals if a.patient is None] == [], path.name
        assert all(a.happening or a.notes for a in arrivals)


def test_every_clinical_document_is_taken_in_or_refused_with_a_reason() -> None:
    there = files(".xml", ".ccda")
    assert len(there) >= 460
    result: Counter[str] = Counter()
    for path in there:
        content = path.read_bytes()
        try:
            arrivals = list(CcdaReader().read(content, path.name))
        except NotAClinicalDocument:
            result["whole, refused" if b"<ClinicalDocument" in content else "piece, refused"] += 1
            continue
        result["whole" if b"<ClinicalDocument" in content else "piece"] += 1
        assert all(d.text.strip() or d.content for a in arrivals for d in a.documents)
    assert result["whole"] >= 32
    assert result["whole, refused"] <= 13  # header or entries without a body, or a body that lies elsewhere
    assert result["piece"] >= 190
