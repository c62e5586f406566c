"""One page of a picture or a PDF drawn for a person to look at, in a process of its own with limits: the file came from outside.

The parent calls `drawn`; the child is this module, run. It reads a line of JSON ({"name", "number", "pages"}) and the file from its standard input, and answers with a JPEG.
"""
from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from charthouse.record.errors import UnreadableDocument
from charthouse.record.page import Page

SECONDS, MEMORY = 30, 3 * 2**30


def drawn(content: bytes, name: str, pages: Sequence[Page], number: int) -> bytes:
    """The page with that number, upright, as a grey JPEG. Raises `UnreadableDocument`."""
    asked = json.dumps({"name": name, "number": number, "pages": [asdict(p) for p in pages]}).encode()
    try:
        done = subprocess.run([sys.executable, "-m", __name__], input=asked + b"\n" + content, capture_output=True, timeout=SECONDS, check=False)
    except subprocess.TimeoutExpired:
        raise UnreadableDocument(file=name, why="drawing its page took too long") from None
    if done.returncode or not done.stdout:
        raise UnreadableDocument(file=name, why="its page cannot be drawn")
    return done.stdout


def main() -> int:
    from charthouse.adapters.readers.confined import confine, forbid
    from charthouse.adapters.readers.picture import pages

    asked: dict[str, Any] = json.loads(sys.stdin.buffer.readline())
    content = sys.stdin.buffer.read()
    read = [Page(**p) for p in asked["pages"]]
    import pypdfium2  # noqa: F401  # loaded before the limits
    from PIL import Image

    Image.init()
    confine(MEMORY, 64)
    forbid()
    found = next((picture for number, picture in pages(content, asked["name"], read, boxes=False) if number == asked["number"]), b"")
    sys.stdout.buffer.write(found)
    return 0 if found else 1


if __name__ == "__main__":
    sys.exit(main())
