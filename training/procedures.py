"""Train the model that says how sure we are of a procedure in an index of mentions; writes its card to `src/charthouse/weights/procedures.json`.

    python training/procedures.py --codiesp FOLDER    # the train split of CodiEsp (CC BY 4.0), fetched by you

A candidate is right when its first four characters are among the gold codes of its case: section, body system, root
operation and body part. Needs the extra `train` (scikit-learn); the same data gives the same weights. Figures on the card
are from cross-validation by case.
"""
from __future__ import annotations

import argparse
import json
from collections import Counter, defaultdict
from datetime import date
from pathlib import Path

from train import CARDS, Row, calibration_error, cross_validated, curve, fit

from charthouse import bootstrap
from charthouse.flow.run import run
from charthouse.flow.steps import Received, Work
from charthouse.record.chart import Encounter
from charthouse.record.document import Patient
from charthouse.rooms.coding.procedures import found, mention_features
from charthouse.rooms.coding.procedures.build import Builder

ON = date(2026, 3, 2)
STRENGTH = 0.5
SEEN_OFTEN = 4  # a concept, table or start of a code met this often gets a weight of its own
BY_NAME = ("concept ", "start ", "table ")


def rows_of(folder: Path) -> tuple[list[Row], Counter[str]]:
    """Every candidate of every case, and how many four-character codes each case has."""
    split, gold = folder.name, defaultdict(set)
    for line in (folder / f"{split}D.tsv").read_text(encoding="utf-8").splitlines():
        gold[line.split()[0]] |= set()
    for line in (folder / f"{split}P.tsv").read_text(encoding="utf-8").splitlines():
        key, code = line.split()[:2]
        gold[key].add(code.upper()[:4])
    kit, rows = bootstrap.kit(), []
    builder = Builder(kit.book, kit.procedures, ON)
    for key in sorted(gold):
        text = (folder / "text_files_en" / f"{key}.txt").read_text(encoding="utf-8")
        work = Work(encounter=Encounter(id=key, setting="mention", on=ON, patient=Patient()), received=(Received(id="note", content=text),))
        done = run(work, kit, until="abstraction")
        assert done.chart is not None
        best = {p.code[:4]: p for p in reversed(found(done.chart, done.facts, builder, ""))}
        rows += [(key, start, mention_features(p), start in gold[key]) for start, p in best.items()]
    return rows, Counter({key: len(codes) for key, codes in gold.items()})


def often(rows: list[Row]) -> list[Row]:
    """Without the weights of what is too rare to learn from."""
    seen = Counter(k for _, _, f, _ in rows for k in f if k.startswith(BY_NAME))
    return [(n, c, {k: v for k, v in f.items() if not k.startswith(BY_NAME) or seen[k] >= SEEN_OFTEN}, y) for n, c, f, y in rows]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--codiesp", type=Path, required=True, help="the train folder of CodiEsp")
    rows, gold = rows_of(parser.parse_args().codiesp)
    rows = often(rows)
    sure = cross_validated(rows, STRENGTH)
    points = list(curve(rows, sure, sum(gold.values())))
    best = max(points, key=lambda p: (p["f1"], p["threshold"]))
    auto = next((p for p in points if p["precision"] >= 0.90 and p["threshold"] >= best["threshold"]), points[-1])
    model = fit(rows, STRENGTH)
    names, linear = model[0].get_feature_names_out(), model[1]
    card = {
        "model": "procedures", "version": "procedures-1", "what": "logistic regression: is this procedure among the codes of the case, at four characters?",
        "trained on": "CodiEsp, train split, English: Miranda-Escalada et al. 2020, doi:10.5281/zenodo.3837305 (CC BY 4.0)", "notes": len(gold), "gold codes": sum(gold.values()),
        "candidates": len(rows), "candidates right": sum(y for *_, y in rows), "strength (C)": STRENGTH,
        "cross-validated": {"best f1": best, "calibration error": round(calibration_error(rows, sure), 4), "curve": points},
        "not for": "inpatient claims: it has seen case reports only", "review": best["threshold"], "auto": auto["threshold"], "bias": round(float(linear.intercept_[0]), 4),
        "weights": {n: round(float(w), 4) for n, w in sorted(zip(names, linear.coef_[0], strict=True)) if abs(w) >= 0.005},
    }
    (CARDS / "procedures.json").write_text(json.dumps(card, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    print(f"procedures: {len(gold)} cases, {len(rows)} candidates, best F1 {best['f1']} at {best['threshold']}, auto from {auto['threshold']} (precision {auto['precision']})")


if __name__ == "__main__":
    main()
