"""The calibration that goes on a model's card: from cross-validated scores and what was right, never from scores of notes that trained the model.

    card["calibration"] = calibrate(scores, rights)
"""
from __future__ import annotations

from collections.abc import Sequence

from charthouse.rooms.coding.gate.calibration import Calibration, error, fit


def calibrate(scores: Sequence[float], rights: Sequence[bool]) -> list[list[float]]:
    """Points (score, probability) of a line that rises all the way; empty where there is too little to learn from."""
    return [[round(x, 6), round(y, 6)] for x, y in fit(scores, rights).points]


def error_by_note(notes: Sequence[str], scores: Sequence[float], rights: Sequence[bool], folds: int = 10) -> float:
    """Expected calibration error where each note's scores are calibrated by the other folds."""
    fold = {note: i % folds for i, note in enumerate(sorted(set(notes)))}
    said: list[float] = []
    known: list[bool] = []
    for k in range(folds):
        taught: Calibration = fit([s for n, s in zip(notes, scores, strict=True) if fold[n] != k], [y for n, y in zip(notes, rights, strict=True) if fold[n] != k])
        held = [(taught(s), y) for n, s, y in zip(notes, scores, rights, strict=True) if fold[n] == k]
        said += [p for p, _ in held]
        known += [y for _, y in held]
    return error(said, known)
