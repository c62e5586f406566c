"""Train the model that says how sure we are of a procedure in an index of mentions; writes its card to `src/charthouse/weights/procedures.json`.

    python training/procedures.py --codiesp FOLDER    # the train split of CodiEsp (CC BY 4.0), fetched by you

A candidate is right when its first four characters are among the gold codes of its case: section, body system, root
operation and body part. Needs the extra `train` (scikit-learn); the same data gives the same weights. Figures on the card
are from cross-validation by case.
"""
from __future__ import annotations

import argparse
from collections import Counter, defaultdict
from datetime import date
from pathlib import Path

from train import Row, calibration_error, cross_validated, curve, fit, keep, linear, often

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
        rows += [Row(note=key, code=start, features=mention_features(p), right=start in gold[key]) for start, p in best.items()]
    return rows, Counter({key: len(codes) for key, codes in gold.items()})


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--codiesp", type=Path, required=True, help="the train folder of CodiEsp")
    rows, gold = rows_of(parser.parse_args().codiesp)
    rows = often(rows, BY_NAME, SEEN_OFTEN)
    scored = cross_validated(rows, STRENGTH)
    points = list(curve(scored, sum(gold.values())))
    best = max(points, key=lambda p: (p["f1"], p["threshold"]))
    auto = next((p for p in points if p["precision"] >= 0.90 and p["threshold"] >= best["threshold"]), points[-1])
    model = fit(rows, STRENGTH)
    card = {
        "model": "procedures", "version": "procedures-1", "what": "logistic regression: is this procedure among the codes of the case, at four characters?",
        "trained on": "CodiEsp, train split, English: Miranda-Escalada et al. 2020, doi:10.5281/zenodo.3837305 (CC BY 4.0)", "notes": len(gold), "gold codes": sum(gold.values()),
        "candidates": len(rows), "candidates right": sum(y for _, y in scored), "strength (C)": STRENGTH,
        "cross-validated": {"best f1": best, "calibration error": round(calibration_error(scored), 4), "curve": points},
        "not for": "inpatient claims: it has seen case reports only", "review": best["threshold"], "auto": auto["threshold"],
    } | linear(model)
    keep("procedures", card)
    print(f"procedures: {len(gold)} cases, {len(rows)} candidates, best F1 {best['f1']} at {best['threshold']}, auto from {auto['threshold']} (precision {auto['precision']})")


if __name__ == "__main__":
    main()
