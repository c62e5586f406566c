"""RapidOCR (PP-OCR models on onnxruntime) behind the OCR port. The models lie in its wheel; nothing is fetched.

Set for speed on two cores: lines are found on a page of at most 960 pixels, and read one by one, since a batch pads each line to its longest.
"""
from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from charthouse.ports.ocr import Picture, Seen
from charthouse.record.errors import MissingPart

FIND_AT = 960  # pixels of the longer side on which lines are found
THREADS = 2
LEAST = 0.5  # confidence below which a line is no text
VOTES = 3  # lines that are asked which way up they stand
SURE = 0.85  # how well they read when they surely stand upright


class Rapid:
    """Implements `ports.ocr.OcrEngine`."""

    def __init__(self) -> None:
        self.name = f"rapidocr {_version()}"

    def read(self, picture: Picture) -> tuple[Seen, ...]:
        boxes, crops = _lines(_colour(picture))
        if not crops:
            return ()
        found = _engine().read(crops)
        out: list[Seen] = []
        for n, (box, text, score, info) in enumerate(zip(boxes, found.txts, found.scores, found.word_results, strict=True)):
            if score >= LEAST:
                out += _words(text, float(score), _hull(box), info, n)
        return tuple(out)

    def turn(self, picture: Picture) -> int:
        """By the shape of the lines (tall ones lie on their side), then by the vote of the longest: which reads better, as it is or turned over."""
        import numpy as np

        pixels, sides = _colour(picture), 0
        for turned in (0, 90):
            boxes, crops = _lines(pixels)
            if not crops:
                return 0
            wide = sum(_wide(b) >= 1 for b in boxes)
            if wide * 2 >= len(boxes) or turned:
                sides = turned
                break
            pixels = np.ascontiguousarray(np.rot90(pixels, -1))
        lines = [_crop(pixels, b) for b in boxes if _wide(b) >= 4] or [_crop(pixels, b) for b in boxes]
        lines = sorted(lines, key=lambda c: (min(10, c.shape[1] / c.shape[0]), c.shape[0]), reverse=True)[:VOTES]
        lines = [line[:, : line.shape[0] * 10] for line in lines]
        if (as_it_is := _worth(lines)) >= SURE:
            return sides
        over = as_it_is < _worth([np.ascontiguousarray(line[::-1, ::-1]) for line in lines]) - 0.05
        return (sides + 180 * over) % 360


def _worth(lines: list[Any]) -> float:
    """How well lines read: the mean confidence, weighed by how many letters and figures are read."""
    found = _engine().read(lines)
    total: float = sum(s * min(sum(c.isascii() and c.isalnum() for c in t), 12) / 12 for t, s in zip(found.txts, found.scores, strict=True))
    return total / max(1, len(lines))


def _lines(pixels: Any) -> tuple[Any, list[Any]]:
    """Where lines stand, and their pictures."""
    return _engine().lines(pixels) or ((), [])


def _words(text: str, score: float, box: tuple[float, float, float, float], info: Any, line: int) -> Iterator[Seen]:
    """The words of a line, each where the model saw its letters: `word_cols` counts columns of the line from its left edge."""
    left, top, right, bottom = box
    letters = [c for word in info.words for c in word]
    columns = [col for word in info.word_cols for col in word]
    width = (right - left) / max(1.0, float(info.line_txt_len))
    sure = list(info.confs) if len(info.confs) == len(text) else []
    at = start = 0
    for word in text.split():
        start = text.index(word, start)
        if "".join(letters[at : at + len(word)]) == word:
            seen = columns[at : at + len(word)]
            half = max(1.0, (seen[-1] - seen[0]) / max(1, len(seen) - 1) / 2) if len(seen) > 1 else 1.5
            a, b = left + (seen[0] + 0.5 - half) * width, left + (seen[-1] + 0.5 + half) * width
        else:
            a, b = left + (right - left) * start / len(text), left + (right - left) * (start + len(word)) / len(text)
        confidence = sum(map(float, sure[start : start + len(word)])) / len(word) if sure else score
        at, start = at + len(word), start + len(word)
        if plain := _plain(word):
            yield Seen(text=plain, box=(max(left, a), top, min(right, b), bottom), confidence=confidence, line=line)


def _wide(box: Any) -> float:
    left, top, right, bottom = _hull(box)
    return (right - left) / max(1.0, bottom - top)


def _crop(pixels: Any, box: Any) -> Any:
    left, top, right, bottom = (int(v) for v in _hull(box))
    return pixels[max(0, top) : max(top + 8, bottom), max(0, left) : max(left + 8, right)]


def _hull(box: Any) -> tuple[float, float, float, float]:
    xs, ys = [float(p[0]) for p in box], [float(p[1]) for p in box]
    return min(xs), min(ys), max(xs), max(ys)


def _plain(word: str) -> str:
    """Full-width forms as the plain characters they stand for; what is of no Latin page (Chinese, as the model may dream) is dropped."""
    return "".join(c for c in unicodedata.normalize("NFKC", word) if ord(c) < 0x2E80).strip()


def _colour(picture: Picture) -> Any:
    import numpy as np

    grey = np.frombuffer(picture.pixels, np.uint8).reshape(picture.height, picture.width)
    return np.repeat(grey[:, :, None], 3, axis=2)


def _version() -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return ".".join(version("rapidocr").split(".")[:2])
    except PackageNotFoundError:
        raise MissingPart(what="Reading scans", part="ocr") from None


class _Models:
    """The two models of RapidOCR that are used, one after the other."""

    def __init__(self) -> None:
        import os

        try:
            from rapidocr import RapidOCR
        except ImportError:
            raise MissingPart(what="Reading scans", part="ocr") from None
        self._all = RapidOCR(params={
            "Global.log_level": "critical", "Global.use_cls": False, "Global.return_word_box": True, "Global.use_vertical_padding": False,
            "Det.limit_type": "max", "Det.limit_side_len": FIND_AT, "Rec.rec_batch_num": 1,
            "EngineConfig.onnxruntime.intra_op_num_threads": min(THREADS, os.cpu_count() or 1)})

    def lines(self, pixels: Any) -> tuple[Any, list[Any]] | None:
        from rapidocr.main import RapidOCRError

        try:
            crops, found = self._all.detect_and_crop(pixels, {})
        except RapidOCRError:  # nothing is written there
            return None
        return found.boxes, crops

    def read(self, lines: list[Any]) -> Any:
        return self._all.recognize_txt(lines)


@lru_cache(maxsize=1)
def _engine() -> _Models:
    """Loaded once a process."""
    return _Models()
