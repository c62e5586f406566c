"""The weights of what is a name (`rooms/release/name_weights.tsv`).

Trained on sentences with marked names (presidio-research, MIT; ASQ-PHI, MIT), on sections of notes and visit notes whose names stand in their metadata or after a title (MTS-Dialog and
ACI-BENCH, CC BY 4.0), and on what holds none: NegEx sentences (Apache-2.0) and case reports (CodiEsp, machine-translated English, CC BY 4.0). No word of them goes into the weights, only tells such as "capital letter, no ordinary word, after a title". Prints figures by folds over whole templates.
    python training/release.py PRESIDIO.json ASQ.txt CODIESP_FOLDER MTS.csv NEGEX.tsv ACI_FOLDER [--folds]
"""
from __future__ import annotations

import csv
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression

from charthouse.flow.redacting import tables
from charthouse.rooms.release.names import ORDINARY, Names, beside, tells, words_of

OUT = Path(__file__).parents[1] / "src" / "charthouse" / "rooms" / "release" / "name_weights.tsv"
NAMES = {"PERSON", "LOCATION", "ADDRESS", "ORGANIZATION", "GPE", "NAME", "GEOGRAPHIC_LOCATION"}
LEAST, STRENGTH, FOLDS = 0.02, 0.3, 5

TITLED = re.compile(r"\b(?:Dr|Mr|Mrs|Ms|Miss|Doctor)\.?\s+(?P<name>[A-Z]\w+(?:\s[A-Z]\w+)?)")

Text = tuple[str, list[tuple[int, int]], int]  # text, spans of names, template


def sentences(presidio: Path, queries: Path, reports: Path, notes: Path, findings: Path, visits: Path) -> Iterator[Text]:
    for row in json.loads(presidio.read_text(encoding="utf-8")):
        yield row["full_text"], [(s["start_position"], s["end_position"]) for s in row["spans"] if s["entity_type"] in NAMES], row["template_id"]
    for n, block in enumerate(queries.read_text(encoding="utf-8").split("===QUERY===")[1:]):
        text, _, tags = block.partition("===PHI_TAGS===")
        text = text.strip()
        said = [json.loads(t) for t in tags.splitlines() if t.strip().startswith("{")]
        yield text, [(at, at + len(s["value"])) for s in said if s["identifier_type"] in NAMES for at in [text.find(s["value"])] if at >= 0], 100_000 + n
    for n, row in enumerate(csv.DictReader(notes.open(encoding="utf-8", newline=""))):
        for line in row["section_text"].splitlines():
            yield line, [m.span("name") for m in TITLED.finditer(line)], 300_000 + n
    for n, row in enumerate(csv.DictReader(findings.open(encoding="utf-8", newline=""), delimiter="\t")):
        yield row["sentence"], [], 400_000 + n
    people = {row["encounter_id"]: {w for f in ("doctor_name", "patient_firstname", "patient_familyname") for w in row[f].split()} for row in csv.DictReader((visits / "train_metadata.csv").open(encoding="utf-8", newline=""))}
    for n, row in enumerate(csv.DictReader((visits / "train.csv").open(encoding="utf-8", newline=""))):
        for line in row["note"].splitlines():
            yield line, [m.span() for m in re.finditer(r"\w+", line) if m.group() in people[row["encounter_id"]]] + [m.span("name") for m in TITLED.finditer(line)], 500_000 + n
    for n, file in enumerate(sorted(reports.glob("*.txt"))[:150]):
        for line in file.read_text(encoding="utf-8").splitlines():
            if line.strip():
                yield line, [], 200_000 + n


def examples(texts: list[Text], of: Names) -> tuple[list[list[list[str]]], list[list[int]]]:
    rows, labels = [], []
    for text, spans, _ in texts:
        words = words_of(text)
        rows.append(list(tells(text, words, of)))
        labels.append([int(any(a <= w.start < b for a, b in spans)) for w in words])
    return rows, labels


def fitted(rows: list[list[str]], labels: list[int]) -> dict[str, float]:
    vectorizer = DictVectorizer()
    x = vectorizer.fit_transform([dict.fromkeys(r, 1.0) for r in rows])
    model = LogisticRegression(C=STRENGTH, max_iter=2000, class_weight={0: 1.0, 1: 2.0}).fit(x, labels)
    weights = {name: float(w) for name, w in zip(vectorizer.get_feature_names_out(), model.coef_[0], strict=True) if abs(w) >= LEAST}
    return weights | {"bias": float(model.intercept_[0])}


def once(rows: list[list[list[str]]], labels: list[list[int]]) -> dict[str, float]:
    return fitted([r for s in rows for r in s if r], [y for s, of in zip(rows, labels, strict=True) for r, y in zip(s, of, strict=True) if r])


def total(said: list[str], weights: dict[str, float]) -> float:
    if not said:
        return ORDINARY
    return weights["bias"] + sum(weights.get(s, 0.0) for s in said)


def both(rows: list[list[list[str]]], labels: list[list[int]]) -> dict[str, float]:
    """The second round learns from first rounds that did not see the sentence."""
    n = len(rows)
    seconds: list[list[str]] = []
    flat: list[int] = []
    for fold in range(3):
        own = [i for i in range(n) if i % 3 != fold]
        part = once([rows[i] for i in own], [labels[i] for i in own])
        for i in range(fold, n, 3):
            scores = [total(r, part) for r in rows[i]]
            seconds += [[*r, *beside(scores, j)] for j, r in enumerate(rows[i]) if r]
            flat += [y for r, y in zip(rows[i], labels[i], strict=True) if r]
    whole = once(rows, labels)
    return whole | {f"2 {k}": w for k, w in fitted(seconds, flat).items()}


def main() -> None:
    texts = list(sentences(*(Path(a) for a in sys.argv[1:7])))
    rows, labels = examples(texts, tables())
    if "--folds" in sys.argv:
        groups = sorted({t for _, _, t in texts})
        hit = false = real = other = 0
        for fold in range(FOLDS):
            kept = {g for k, g in enumerate(groups) if k % FOLDS == fold}
            train = [i for i, t in enumerate(texts) if t[2] not in kept]
            weights = both([rows[i] for i in train], [labels[i] for i in train])
            for i in (i for i, t in enumerate(texts) if t[2] in kept):
                first = [total(r, weights) for r in rows[i]]
                second = [weights["2 bias"] + sum(weights.get("2 " + s, 0.0) for s in [*r, *beside(first, j)]) if r else ORDINARY for j, r in enumerate(rows[i])]
                got, want = np.array(second) > np.log(0.25 / 0.75), np.array(labels[i], dtype=bool)
                hit, real, false, other = hit + int((got & want).sum()), real + int(want.sum()), false + int((got & ~want).sum()), other + int((~want).sum())
        print(f"words of names found {hit / real:.4f} of {real}, of other words taken for names {false / other:.4f} of {other}")
    weights = both(rows, labels)
    OUT.write_text("# What each tell of a word weighs, in log-odds, in the first round and (2) in the second. Made by training/release.py.\n"
                   + "".join(f"{name}\t{w:.3f}\n" for name, w in sorted(weights.items())), encoding="utf-8")
    print(len(weights), "weights")


if __name__ == "__main__":
    main()
