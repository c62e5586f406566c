"""`charthouse ocr`: pictures and PDF files in; text, or words with their boxes, out."""
from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from charthouse.doors.cli import told
from charthouse.record.errors import BadRequest, CharthouseError

if TYPE_CHECKING:
    from charthouse.record.received import Arrival, ReadDocument

FAILED = 4


def ocr(
    files: Annotated[list[Path], typer.Argument(help="PDF, PNG, JPEG, TIFF or WebP.")],
    ndjson: Annotated[bool, typer.Option("--ndjson", help="A line of JSON a file: pages with text, words, boxes in pixels of the page (PDF: points), confidences.")] = False,
    picture: Annotated[Path | None, typer.Option("--picture", metavar="FOLDER", help="Draw the pages with a box around each word into this folder.")] = None,
    engine: Annotated[str, typer.Option(help="both (RapidOCR reads, Tesseract verifies), rapidocr, or tesseract.")] = "both",
) -> None:
    """Read scans and PDF files: each word with its place, its confidence, and where the two engines differ."""
    from charthouse.bootstrap.ocr import ENGINES

    with told.errors():
        if engine not in ENGINES:
            raise BadRequest(why=f"--engine is one of {', '.join(ENGINES)}")
        status = 0
        with told.progress("reading") as tell:
            for n, path in enumerate(files):
                tell(path.name, n, len(files))
                status = max(status, _one(path, ndjson, picture, engine))
        raise typer.Exit(status)


def _one(path: Path, ndjson: bool, picture: Path | None, engine: str) -> int:
    try:
        content = _content(path)
        document = next(d for arrival in _arrivals(content, path.name, engine) for d in arrival.documents)
        if picture:
            _draw(content, path, document, picture)
    except CharthouseError as error:
        if ndjson:
            _line({"id": str(path), "error": error.as_dict()})
        else:
            typer.echo(f"{path}: {error.code}: {error}", err=True)
        return FAILED
    if ndjson:
        _line({"id": str(path), "pages": [as_dict(document, n) for n in range(len(document.pages))], "notes": list(document.notes)})
    else:
        typer.echo(document.text)
    return 0


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise BadRequest(why=f"{path} cannot be read: {error.strerror}") from None


def _arrivals(content: bytes, name: str, engine: str) -> tuple[Arrival, ...]:
    from charthouse.bootstrap.ocr import readers
    from charthouse.record.errors import DamagedScan

    for reader in readers(engine):
        if reader.knows(content, name):
            return tuple(reader.read(content, name))
    raise DamagedScan(file=name, why="it is neither a PDF nor a picture of a kind that is read")


def as_dict(document: ReadDocument, n: int) -> dict[str, Any]:
    """A page as the contract wants it; offsets of words count from the page's own text."""
    page = document.pages[n]
    words = [{"text": w.text, "box": list(w.box), "confidence": w.confidence, "start": w.start - page.start, "end": w.end - page.start}
             | ({"other": w.other} if w.other is not None else {}) for w in page.words]
    return {"number": page.number, "width": page.width, "height": page.height, "turned": page.turned, "skew": page.skew, "engine": page.engine,
            "text": document.text[page.start : page.end], "words": words}


def _draw(content: bytes, path: Path, document: ReadDocument, folder: Path) -> None:
    from charthouse.bootstrap.ocr import draw
    from charthouse.record.errors import CannotWrite

    try:
        folder.mkdir(parents=True, exist_ok=True)
        for number, picture in draw(content, path.name, document):
            (folder / f"{path.stem}-{number}.png").write_bytes(picture)
    except OSError as error:
        raise CannotWrite(path=folder, why=error.strerror) from None


def _line(row: dict[str, Any]) -> None:
    sys.stdout.buffer.write(json.dumps(row, ensure_ascii=False).encode("utf-8", "replace") + b"\n")
    sys.stdout.buffer.flush()
