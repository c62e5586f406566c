"""Reading scans, wired: the engines behind their port, and the readers of pictures and PDF."""
from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache, partial
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from charthouse.flow.steps import Received
    from charthouse.ports.ocr import OcrEngine
    from charthouse.ports.readers import FileReader
    from charthouse.record.document import Document
    from charthouse.record.page import Page
    from charthouse.record.received import ReadDocument

ENGINES = ("both", "rapidocr", "tesseract")


@lru_cache(maxsize=3)
def engine(name: str = "both") -> OcrEngine:
    """"rapidocr", "tesseract", or "both": RapidOCR reads and Tesseract verifies. Raises `MissingPart`."""
    from charthouse.adapters.engines.ocr_pair import both
    from charthouse.adapters.engines.ocr_rapid import Rapid
    from charthouse.adapters.engines.ocr_tesseract import Tesseract

    if name == "both":
        return both()
    return Rapid() if name == "rapidocr" else Tesseract()


def image_reader(name: str = "both") -> FileReader:
    """The reader of PNG, JPEG, TIFF and WebP."""
    from charthouse.adapters.readers.image import ImageReader

    return ImageReader(partial(engine, name))


def pdf_reader(name: str = "both") -> FileReader:
    """The reader of PDF."""
    from charthouse.adapters.readers.pdf import PdfReader

    return PdfReader(partial(engine, name))


def readers(name: str = "both") -> tuple[FileReader, ...]:
    """The readers of what has pages, in this process."""
    return pdf_reader(name), image_reader(name)


def confined() -> tuple[FileReader, ...]:
    """The same in a limited child: for files from outside."""
    from charthouse.adapters.readers.child import InChild

    return tuple(InChild(reader) for reader in readers())


def pictures(received: Sequence[Received], documents: Sequence[Document]) -> dict[tuple[str, int], bytes]:
    """The pages of the scans among them as JPEG, by document and number: for the report."""
    out: dict[tuple[str, int], bytes] = {}
    contents = {r.id: r for r in received if isinstance(r.content, bytes)}
    for document in documents:
        original = contents.get(document.id)
        if document.pages and original is not None and isinstance(original.content, bytes):
            out |= {(document.id, n): png for n, png in _drawn(original.content, original.source or original.id, document.pages, boxes=False)}
    return out


def _drawn(content: bytes, name: str, read: Sequence[Page], *, boxes: bool) -> Iterator[tuple[int, bytes]]:
    from charthouse.adapters.readers.picture import pages

    return pages(content, name, read, boxes=boxes)


def draw(content: bytes, name: str, document: ReadDocument) -> Iterator[tuple[int, bytes]]:
    """The pages as they are shown upright, as PNG with their numbers, with a box around each word: red where the engines differ."""
    return _drawn(content, name, document.pages, boxes=True)
