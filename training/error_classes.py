"""What kinds of errors stand between the answers and the gold codes of a set of notes: counts by class, for the closing figures.

    charthouse code notes.ndjson --ndjson > answers.ndjson
    python training/error_classes.py answers.ndjson gold.ndjson

`gold.ndjson` holds {"id", "codes"} a line. A missed code and a wrong one of the same category are one error of specificity, not two.
"""
from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

SIGNS = ("R", "M25.4", "M25.5", "M25.6", "M54.2", "M54.5", "M54.9", "M79.6")


def classes(answer: Iterable[dict[str, Any]], gold: frozenset[str]) -> Counter[str]:
    """The errors of one note by class."""
    lines = list(answer)
    stands = {c["code"] for c in lines if c["status"] != "suppressed" and c["system"] == "ICD-10-CM"}
    left_off = {c["code"] for c in lines if c["status"] == "suppressed"}
    missed, wrong, out = gold - stands, stands - gold, Counter[str]()
    for code in sorted(missed):
        twin = next((w for w in sorted(wrong) if w[:3] == code[:3]), None)
        if twin is not None:
            wrong = wrong - {twin}
            out["wrong specificity"] += 1
        else:
            out[_missed(code, wrong, left_off)] += 1
    for code in sorted(wrong):
        out["extra sign" if code.startswith(SIGNS) else "extra status or history" if code[0] == "Z" else "extra external cause" if code[0] in "VWXY"
            else "extra diagnosis"] += 1
    return out


def _missed(code: str, wrong: Iterable[str], left_off: Iterable[str]) -> str:
    if code[0] in "VWXY":
        return "missed external cause"
    if code[0] == "Z":
        return "missed status, history or encounter"
    if code in left_off:
        return "read and left off"
    if not code.startswith(SIGNS) and any(w.startswith(SIGNS) for w in wrong):
        return "sign in place of the diagnosis"
    return "words not known"


def _rows(path: str) -> dict[str, dict[str, Any]]:
    return {row["id"]: row for row in map(json.loads, Path(path).read_text(encoding="utf-8").splitlines())}


def main() -> None:
    answers, gold = _rows(sys.argv[1]), _rows(sys.argv[2])
    total = sum((classes(answers[id].get("codes", ()), frozenset(row["codes"])) for id, row in gold.items()), Counter[str]())
    for name, count in total.most_common():
        print(f"{count:4}  {name}")
    print(f"{sum(total.values()):4}  errors in {len(gold)} notes")


if __name__ == "__main__":
    main()
