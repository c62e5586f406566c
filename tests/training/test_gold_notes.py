"""The notes that the claims model learns from: well formed, with complete codes of their date."""
from __future__ import annotations

import json
import re
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pytest

import charthouse
from charthouse.adapters.storage.codebook import SqliteCodeBook

FILES = sorted((Path(charthouse.__file__).parent / "gold").glob("notes-*.ndjson"))
NOTES: list[dict[str, Any]] = [json.loads(line) for path in FILES for line in path.read_text(encoding="utf-8").splitlines()]
WHY = {"integral symptom", "negated", "family", "uncertain", "history only", "not addressed"}
FIVE_DIGITS = re.compile(r"(?<![\d.,-])\d{4}[\dTU](?![\d,-])")  # what a CPT code looks like


def test_the_numbers_run_through_ten_a_file_each_text_once() -> None:
    assert [note["id"] for note in NOTES] == [f"t{n:03}" for n in range(1, len(NOTES) + 1)]
    assert all(len(path.read_text(encoding="utf-8").splitlines()) == 10 for path in FILES)
    assert max(Counter(note["text"] for note in NOTES).values()) == 1


@pytest.mark.parametrize("note", NOTES, ids=lambda note: note["id"])
def test_a_note_is_as_its_readme_says(note: dict[str, Any], book: SqliteCodeBook) -> None:
    on, codes, rejected = date.fromisoformat(note["date"]), note["codes"], [r["code"] for r in note["rejected"]]
    assert date(2025, 10, 1) <= on <= date(2026, 9, 30)
    assert note["setting"] == "outpatient"
    assert note["patient"]["sex"] in ("F", "M")
    assert 1 <= len(codes) <= 6
    assert not [c for c, times in Counter(codes + rejected).items() if times > 1], "a code stands once, right or rejected"
    assert not [c for c in codes + rejected if not book.valid(c, on)]
    assert {r["why"] for r in note["rejected"]} <= WHY
    assert not FIVE_DIGITS.search(note["text"])
