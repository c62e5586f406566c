"""Reading scans, wired: the engines behind their port, and the readers of pictures and PDF."""
from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache, partial
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from charthouse.ports.ocr import OcrEngine
    from charthouse.ports.readers import FileReader
    from charthouse.record.received import ReadDocument

ENGINES = ("both", "rapidocr", "tesseract")


@lru_cache(maxsize=3)
def engine(name: str = "both") -> OcrEngine:
    """"rapidocr", "tesseract", or "both": RapidOCR reads and Tesseract verifies. Raises `MissingPart`."""
    from charthouse.adapters.engines.ocr_pair import Pair
    from charthouse.adapters.engines.ocr_rapid import Rapid
    from charthouse.adapters.engines.ocr_tesseract import Tesseract

    if name == "both":
        return Pair(engine("rapidocr"), engine("tesseract"))
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
    """The readers of what has pages."""
    return pdf_reader(name), image_reader(name)


def draw(content: bytes, name: str, document: ReadDocument, *, boxes: bool = True) -> Iterator[tuple[int, bytes]]:
    """The pages as they are shown upright, as PNG with their numbers; with a box around each word, red where the engines differ."""
    from charthouse.adapters.readers.picture import pages

    return pages(content, name, document.pages, boxes=boxes)
