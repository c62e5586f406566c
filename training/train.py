"""Train the two small models that say how sure we are, and write their cards to `src/charthouse/weights/`.

    python training/train.py claims                       # from the gold notes, which the project wrote itself
    python training/train.py mentions --codiesp FOLDER    # from the train split of CodiEsp (CC BY 4.0), fetched by you

Needs the extra `train` (scikit-learn). The same data gives the same weights: the solver has no chance in it.
Figures on a card are from cross-validation by note, never from the notes that trained the fold.
"""
from __future__ import annotations

import argparse
import json
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from charthouse import bootstrap
from charthouse.flow.run import run
from charthouse.flow.steps import Received, Work
from charthouse.record.chart import Encounter, Setting
from charthouse.record.document import Patient
from charthouse.rooms.coding.candidate import Candidate
from charthouse.rooms.coding.code import candidates
from charthouse.rooms.coding.rank import features

HERE = Path(__file__).parent
CARDS = HERE.parent / "src" / "charthouse" / "weights"
FOLDS = 10
AUTO_PRECISION = 0.90
FLAT = 0.01  # the top of the F1 curve is flat and noisy: within this, the strictest threshold is taken
SEEN_OFTEN = 6  # a concept met this often in CodiEsp gets a weight of its own

Row = tuple[str, str, dict[str, float], bool]  # note, code, features, right


def candidates_of(id: str, text: str, setting: Setting, on: date, patient: Patient) -> tuple[Candidate, ...]:
    encounter = Encounter(id=id, setting=setting, on=on, patient=patient)
    kit = bootstrap.kit()
    done = run(Work(encounter=encounter, received=(Received(id="note", content=text),)), kit, until="abstraction")
    assert done.chart is not None
    return candidates(done.chart, done.facts, kit.specifier, kit.tables)[0]


def claim_rows() -> tuple[list[Row], Counter[str]]:
    """Rows of the project's notes, and how many gold codes each note has."""
    rows, gold = [], Counter[str]()
    for note in bootstrap.gold():
        patient = Patient(sex=note["patient"]["sex"], age=note["patient"]["age"])
        kept = [c for c in candidates_of(note["id"], note["text"], note["setting"], date.fromisoformat(note["date"]), patient) if not c.off]
        gold[note["id"]] = len(set(note["codes"]))
        rows += [(note["id"], c.code, features(c, kept), c.code in note["codes"]) for c in kept]
    return rows, gold


def mention_rows(folder: Path) -> tuple[list[Row], Counter[str]]:
    """Rows of CodiEsp's train split: every candidate of every case."""
    split = folder.name
    answers: dict[str, set[str]] = defaultdict(set)
    for line in (folder / f"{split}D.tsv").read_text(encoding="utf-8").splitlines():
        key, code = line.split()[:2]
        answers[key].add(code.upper())
    rows, gold = [], Counter[str]()
    for key in sorted(answers):
        text = (folder / "text_files_en" / f"{key}.txt").read_text(encoding="utf-8")
        gold[key] = len(answers[key])
        rows += [(key, c.code, features(c, (c,)), c.code in answers[key]) for c in candidates_of(key, text, "mention", date(2026, 3, 2), Patient())]
    return rows, gold


def often(rows: list[Row]) -> list[Row]:
    """Without the weights of concepts that are too rare to learn from."""
    seen = Counter(k for _, _, f, _ in rows for k in f if k.startswith("concept "))
    return [(n, c, {k: v for k, v in f.items() if not k.startswith("concept ") or seen[k] >= SEEN_OFTEN}, y) for n, c, f, y in rows]


def fit(rows: list[Row], strength: float) -> Any:
    from sklearn.feature_extraction import DictVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline

    model = make_pipeline(DictVectorizer(), LogisticRegression(C=strength, max_iter=5000))
    model.fit([f for _, _, f, _ in rows], [y for *_, y in rows])
    return model


def cross_validated(rows: list[Row], strength: float) -> list[float]:
    """For each row the probability from a model that did not see its note."""
    notes = sorted({n for n, *_ in rows})
    fold = {n: i % FOLDS for i, n in enumerate(notes)}
    out = [0.0] * len(rows)
    for k in range(FOLDS):
        model = fit([r for r in rows if fold[r[0]] != k], strength)
        held = [i for i, r in enumerate(rows) if fold[r[0]] == k]
        for i, p in zip(held, model.predict_proba([rows[i][2] for i in held])[:, 1], strict=True):
            out[i] = float(p)
    return out


def curve(rows: list[Row], sure: list[float], gold: int) -> Iterator[dict[str, float]]:
    for step in range(1, 20):
        kept = [y for p, (*_, y) in zip(sure, rows, strict=True) if p >= step / 20]
        hits = sum(kept)
        precision, recall = hits / max(1, len(kept)), hits / gold
        yield {"threshold": step / 20, "precision": round(precision, 4), "recall": round(recall, 4),
               "f1": round(2 * precision * recall / max(1e-9, precision + recall), 4)}


def calibration_error(rows: list[Row], sure: list[float]) -> float:
    total = 0.0
    for b in range(10):
        inside = [(p, y) for p, (*_, y) in zip(sure, rows, strict=True) if min(int(p * 10), 9) == b]
        total += abs(sum(p for p, _ in inside) - sum(y for _, y in inside))
    return total / len(rows)


def write(name: str, rows: list[Row], gold: Counter[str], strength: float, source: str) -> None:
    sure = cross_validated(rows, strength)
    points = list(curve(rows, sure, sum(gold.values())))
    top = max(p["f1"] for p in points)
    best = max((p for p in points if p["f1"] >= top - FLAT), key=lambda p: p["threshold"])
    auto = next((p for p in points if p["precision"] >= AUTO_PRECISION and p["threshold"] >= best["threshold"]), points[-1])
    model = fit(rows, strength)
    names, linear = model[0].get_feature_names_out(), model[1]
    card = {
        "model": name, "version": f"{name}-1", "what": "logistic regression: does this candidate belong on the answer?", "trained on": source,
        "notes": len(gold), "gold codes": sum(gold.values()), "candidates": len(rows), "candidates right": sum(y for *_, y in rows),
        "strength (C)": strength, "cross-validated": {"best f1": best, "calibration error": round(calibration_error(rows, sure), 4), "curve": points},
        "not for": "ranking by payment; deciding alone without the gate", "review": best["threshold"], "auto": auto["threshold"],
        "bias": round(float(linear.intercept_[0]), 4),
        "weights": {n: round(float(w), 4) for n, w in sorted(zip(names, linear.coef_[0], strict=True)) if abs(w) >= 0.005},
    }
    CARDS.mkdir(exist_ok=True)
    (CARDS / f"{name}.json").write_text(json.dumps(card, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    print(f"{name}: {len(gold)} notes, {len(rows)} candidates, best F1 {best['f1']} at {best['threshold']}, auto from {auto['threshold']} "
          f"(precision {auto['precision']}, recall {auto['recall']}), calibration error {card['cross-validated']['calibration error']}")  # type: ignore[index]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", choices=("claims", "mentions"))
    parser.add_argument("--codiesp", type=Path, help="the train folder of CodiEsp, for mentions")
    a = parser.parse_args()
    if a.model == "claims":
        write("claims", *claim_rows(), 1.0, "src/charthouse/gold/: notes that the project wrote itself (Apache-2.0)")
    else:
        rows, gold = mention_rows(a.codiesp)
        write("mentions", often(rows), gold, 1.0, "CodiEsp, train split, English (Miranda-Escalada et al. 2020, doi:10.5281/zenodo.3837305, CC BY 4.0)")


if __name__ == "__main__":
    main()
