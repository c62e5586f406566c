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
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from charthouse import bootstrap
from charthouse.flow.run import run
from charthouse.flow.steps import Received, Work
from charthouse.record.chart import Encounter, Setting
from charthouse.record.document import Patient
from charthouse.rooms.abstraction.layout import segments
from charthouse.rooms.coding.candidate import Candidate
from charthouse.rooms.coding.code import candidates
from charthouse.rooms.coding.rank import ASSESSED, features

CARDS = Path(__file__).parent.parent / "src" / "charthouse" / "weights"
FOLDS = 10
STRENGTH = {"claims": 0.05, "mentions": 1.0}  # C of the logistic regression: few notes, all our own, ask for a strong hand
PLAIN = 4
AUTO_PRECISION = 0.90
SEEN_OFTEN = 3  # a concept met this often in CodiEsp gets a weight of its own


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A candidate of a note. `whole`: of the note as it stands; readings made from it train, and are never measured."""

    note: str
    code: str
    features: dict[str, float]
    right: bool
    whole: bool = True


def candidates_of(id: str, text: str, setting: Setting, on: date, patient: Patient) -> tuple[Candidate, ...]:
    encounter = Encounter(id=id, setting=setting, on=on, patient=patient)
    kit = bootstrap.shipped_kit()
    done = run(Work(encounter=encounter, received=(Received(id="note", content=text),)), kit, until="abstraction")
    assert done.chart is not None
    return candidates(done.chart, done.facts, kit.specifier, kit.tables)[0]


def plain(text: str, *, only: frozenset[str] = frozenset()) -> str:
    """The note, or what stands in `only` some of its sections, as somebody writes it who uses no headings."""
    return " ".join(text[s.start:s.end].rstrip(" .\n") + "." for s in segments(text, bootstrap.reader().headings) if not only or s.section in only)


def readings(n: int, text: str) -> list[str]:
    """A gold note as it is; one in four also without headings, and one in four only what was assessed, in a few sentences."""
    made = plain(text) if n % PLAIN == 0 else plain(text, only=ASSESSED) if n % PLAIN == 2 else ""
    return [text, made] if made else [text]


def claim_rows() -> tuple[list[Row], Counter[str]]:
    """Rows of the project's notes, and how many gold codes each note has."""
    rows, gold = [], Counter[str]()
    for n, note in enumerate(bootstrap.gold()):
        patient = Patient(sex=note["patient"]["sex"], age=note["patient"]["age"])
        gold[note["id"]] = len(set(note["codes"]))
        for text in readings(n, note["text"]):
            kept = [c for c in candidates_of(note["id"], text, note["setting"], date.fromisoformat(note["date"]), patient) if not c.off]
            rows += [Row(note=note["id"], code=c.code, features=features(c, kept), right=c.code in note["codes"], whole=text is note["text"]) for c in kept]
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
        found = candidates_of(key, text, "mention", date(2026, 3, 2), Patient())
        rows += [Row(note=key, code=c.code, features=features(c, (c,)), right=c.code in answers[key]) for c in found]
    return often(rows, ("concept ",), SEEN_OFTEN), gold


def often(rows: Sequence[Row], named: tuple[str, ...], least: int) -> list[Row]:
    """Without the features of these names that are too rare to learn from."""
    seen = Counter(k for r in rows for k in r.features if k.startswith(named))
    return [replace(r, features={k: v for k, v in r.features.items() if not k.startswith(named) or seen[k] >= least}) for r in rows]


def fit(rows: Sequence[Row], strength: float) -> Any:
    from sklearn.feature_extraction import DictVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline

    model = make_pipeline(DictVectorizer(), LogisticRegression(C=strength, max_iter=5000))
    model.fit([r.features for r in rows], [r.right for r in rows])
    return model


Scored = list[tuple[float, bool]]


def cross_validated(rows: Sequence[Row], strength: float) -> Scored:
    """For each candidate of a whole note: the probability from a model that did not see its note, and whether it is right."""
    notes = sorted({r.note for r in rows})
    fold = {n: i % FOLDS for i, n in enumerate(notes)}
    out = []
    for k in range(FOLDS):
        model = fit([r for r in rows if fold[r.note] != k], strength)
        held = [r for r in rows if fold[r.note] == k and r.whole]
        out += [(float(p), r.right) for r, p in zip(held, model.predict_proba([r.features for r in held])[:, 1], strict=True)]
    return out


def curve(scored: Sequence[tuple[float, bool]], gold: int) -> Iterator[dict[str, float]]:
    for step in range(1, 20):
        kept = [right for p, right in scored if p >= step / 20]
        hits = sum(kept)
        precision, recall = hits / max(1, len(kept)), hits / gold
        yield {"threshold": step / 20, "precision": round(precision, 4), "recall": round(recall, 4),
               "f1": round(2 * precision * recall / max(1e-9, precision + recall), 4), "errors": len(kept) - hits + gold - hits}


def calibration_error(scored: Sequence[tuple[float, bool]]) -> float:
    total = 0.0
    for b in range(10):
        inside = [(p, y) for p, y in scored if min(int(p * 10), 9) == b]
        total += abs(sum(p for p, _ in inside) - sum(y for _, y in inside))
    return total / len(scored)


def write(name: str, rows: list[Row], gold: Counter[str], source: str) -> None:
    strength = STRENGTH[name]
    scored = cross_validated(rows, strength)
    points = list(curve(scored, sum(gold.values())))
    review = by_errors(points) if name == "claims" else by_f1(points)
    auto = next((p for p in points if p["precision"] >= AUTO_PRECISION and p["threshold"] >= review["threshold"]), points[-1])
    model = fit(rows, strength)
    error = round(calibration_error(scored), 4)
    card = {
        "model": name, "version": f"{name}-2", "what": "logistic regression: does this candidate belong on the answer?", "trained on": source,
        "notes": len(gold), "gold codes": sum(gold.values()), "candidates": len(scored), "candidates right": sum(y for _, y in scored),
        "strength (C)": strength, "cross-validated": {"at review": review, "calibration error": error, "curve": points},
        "not for": "ranking by payment; deciding alone without the gate", "review": review["threshold"], "auto": auto["threshold"],
    } | linear(model)
    keep(name, card)
    print(f"{name}: {len(gold)} notes, {len(scored)} candidates, review from {review}, auto from {auto['threshold']} "
          f"(precision {auto['precision']}, recall {auto['recall']}), calibration error {error}")


def linear(model: Any) -> dict[str, Any]:
    """Bias and weights of a fitted model, as its card keeps them."""
    names, fitted = model[0].get_feature_names_out(), model[1]
    return {"bias": round(float(fitted.intercept_[0]), 4),
            "weights": {n: round(float(w), 4) for n, w in sorted(zip(names, fitted.coef_[0], strict=True)) if abs(w) >= 0.005}}


def keep(name: str, card: dict[str, Any]) -> None:
    CARDS.mkdir(exist_ok=True)
    (CARDS / f"{name}.json").write_text(json.dumps(card, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def by_errors(points: Sequence[dict[str, float]]) -> dict[str, float]:
    """Where missed and wrong codes together are fewest: over- and under-coding count alike."""
    return min(points, key=lambda p: (p["errors"], p["threshold"]))


def by_f1(points: Sequence[dict[str, float]]) -> dict[str, float]:
    """An index wants every mention: the threshold with the best F1."""
    return max(points, key=lambda p: (p["f1"], p["threshold"]))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", choices=("claims", "mentions"))
    parser.add_argument("--codiesp", type=Path, help="the train folder of CodiEsp, for mentions")
    a = parser.parse_args()
    if a.model == "claims":
        write("claims", *claim_rows(), "src/charthouse/gold/: notes that the project wrote itself (Apache-2.0)")
    else:
        write("mentions", *mention_rows(a.codiesp), "CodiEsp, train split, English (Miranda-Escalada et al. 2020, doi:10.5281/zenodo.3837305, CC BY 4.0)")


if __name__ == "__main__":
    main()
