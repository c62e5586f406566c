"""The work on a file from outside, in a process of its own with limits, a new one for each task: looking, painting, and reading again.

The parent calls `looked`, `painted` or `reread`; the child is this module, run. It reads a line of JSON ({"task", "name", "boxes"}) and the file from its standard input.
"""
from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from typing import Any

from charthouse.adapters.redaction.look import Box, Source
from charthouse.record.errors import DamagedScan, LockedScan, MissingPart, TooLargeScan, UnreadableDocument

SECONDS, MEMORY, PROCESSES = 1800, 8_388_608_000, 4096
ERRORS = {e.__name__: e for e in (DamagedScan, LockedScan, TooLargeScan, UnreadableDocument, MissingPart)}


def looked(content: bytes, name: str) -> list[Source]:
    """What every reader sees on its pages. Raises `UnreadableDocument`, `MissingPart`."""
    return list(json.loads(_asked("look", content, name)))


def painted(content: bytes, name: str, boxes: Mapping[int, Sequence[Box]]) -> bytes:
    """The new PDF."""
    return _asked("paint", content, name, {str(page): list(of) for page, of in boxes.items()})


def reread(content: bytes, name: str) -> list[Source]:
    """What every reader finds in the new PDF."""
    return list(json.loads(_asked("reread", content, name)))


def _asked(task: str, content: bytes, name: str, boxes: Mapping[str, Any] | None = None) -> bytes:
    asked = json.dumps({"task": task, "name": name, "boxes": boxes or {}}).encode()
    try:
        done = subprocess.run([sys.executable, "-B", "-s", "-m", __name__], input=asked + b"\n" + content, capture_output=True, timeout=SECONDS, check=False)
    except subprocess.TimeoutExpired:
        raise UnreadableDocument(file=name, why=f"it took more than {SECONDS // 60} minutes") from None
    if done.returncode or not done.stdout:
        raise UnreadableDocument(file=name, why="its reader was stopped: the file needs more than a file may")
    if done.stdout[:1] == b"F":
        said = json.loads(done.stdout[1:])
        raise ERRORS[said["error"]](**said["fields"])
    return done.stdout[1:]


def _answer(task: str, content: bytes, name: str, boxes: Mapping[str, Any], engines: list[Any]) -> bytes:
    from charthouse.adapters.redaction import look, paint
    from charthouse.adapters.redaction import reread as again

    if task == "paint":
        return paint.painted(content, name, {int(page): [tuple(b) for b in of] for page, of in boxes.items()})
    found = look.sources(content, name, engines) if task == "look" else again.reread(content, name, engines)
    return json.dumps(list(found)).encode()


def main() -> None:
    import os

    from charthouse.adapters.readers.confined import confine, forbid
    from charthouse.adapters.redaction.reread import engines_of

    sink = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints is no answer
    asked = json.loads(sys.stdin.buffer.readline())
    content = sys.stdin.buffer.read()
    try:
        import cv2  # noqa: F401  # what is loaded before the limits
        import numpy
        import pypdfium2  # noqa: F401
        from PIL import Image

        Image.init()
        engines = engines_of("both") if asked["task"] != "paint" else []
        for engine in engines:  # their models are files, loaded before the limits
            engine.read(_blank(numpy))
        confine(MEMORY, PROCESSES)
        forbid()
        answer = b"A" + _answer(asked["task"], content, asked["name"], asked["boxes"], engines)
    except ImportError:
        answer = b"F" + json.dumps({"error": "MissingPart", "fields": {"what": "Redacting pages", "part": "ocr,export"}}).encode()
    except (UnreadableDocument, MissingPart) as error:
        answer = b"F" + json.dumps({"error": type(error).__name__, "fields": {k: str(v) for k, v in error.fields.items()}}).encode()
    sink.write(answer)
    sink.flush()


def _blank(numpy: Any) -> Any:
    from charthouse.adapters.readers.imaging import picture

    return picture(numpy.full((64, 256), 255, numpy.uint8))


if __name__ == "__main__":
    main()
