"""Pictures of pages: PNG, JPEG, TIFF (many pages; 1 bit, fax G3 and G4) and WebP, read by OCR."""
from __future__ import annotations

import io
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from charthouse.adapters.readers.scan import read_page
from charthouse.ports.ocr import OcrEngine
from charthouse.record.errors import DamagedScan, MissingPart, TooLargeScan
from charthouse.record.received import Arrival, Page, ReadDocument

MOST_PIXELS = 80_000_000  # of a page: A3 at 600 dots an inch
MOST_PAGES = 500
_STARTS = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"II*\x00", b"MM\x00*", b"II+\x00", b"MM\x00+")
_MEDIA = {"PNG": "image/png", "JPEG": "image/jpeg", "TIFF": "image/tiff", "WEBP": "image/webp", "MPO": "image/jpeg"}
FORMATS = ("PNG", "JPEG", "TIFF", "WEBP", "MPO")


@dataclass(frozen=True, slots=True)
class ImageReader:
    """Implements `ports.readers.FileReader`. `engine` gives the engine, loaded once a process."""

    engine: Callable[[], OcrEngine]
    name: str = "image"

    def knows(self, content: bytes, name: str) -> bool:
        return content.startswith(_STARTS) or (content[:4] == b"RIFF" and content[8:12] == b"WEBP")

    def read(self, content: bytes, name: str) -> Iterator[Arrival]:
        """One document with a page a picture. Raises `DamagedScan` and `TooLargeScan` (both `UnreadableDocument`)."""
        engine, parts, pages = self.engine(), [], []
        media, at = "image/png", 0
        for number, (pixels, kind) in enumerate(pictures(content, name), 1):
            media = _MEDIA.get(kind, media)
            text, page = read_page(pixels, engine, number=number, start=at)
            parts.append(text)
            pages.append(page)
            at += len(text) + 2
        yield Arrival(documents=(ReadDocument(text="\n\n".join(parts), media=media, pages=tuple(pages), notes=notes_of(pages)),))


def notes_of(pages: list[Page]) -> tuple[str, ...]:
    """What was done to the pages, without a word of them."""
    out = [f"page {p.number} turned by {p.turned} degrees" for p in pages if p.turned]
    out += [f"page {p.number} lay {abs(p.skew):.1f} degrees askew" for p in pages if abs(p.skew) >= 2]
    return (*out, *(f"page {p.number}: nothing was read on it" for p in pages if not p.words))


def pictures(content: bytes, name: str) -> Iterator[tuple[Any, str]]:
    """The pages in grey, turned as the camera says, with square pixels; and the format. Raises `DamagedScan` or `TooLargeScan`."""
    try:
        from PIL import Image, ImageOps
    except ImportError:
        raise MissingPart(what="Reading pictures", part="ocr") from None
    import numpy as np

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            with Image.open(io.BytesIO(content), formats=FORMATS) as image:
                kind, frames = image.format or "", getattr(image, "n_frames", 1)
                if frames > MOST_PAGES:
                    raise TooLargeScan(file=name, why=f"it has {frames} pages; at most {MOST_PAGES} are read")
                for n in range(frames if kind == "TIFF" else 1):
                    image.seek(n)
                    if image.width * image.height > MOST_PIXELS:
                        raise TooLargeScan(file=name, why=f"page {n + 1} has {image.width} x {image.height} pixels; at most {MOST_PIXELS:,} are read")
                    grey = ImageOps.exif_transpose(_grey(image))
                    yield np.ascontiguousarray(np.asarray(_square(grey, image.info.get("dpi")), dtype=np.uint8)), kind
        except (TooLargeScan, MissingPart):
            raise
        except MemoryError:
            raise TooLargeScan(file=name, why="there is not the memory to unpack it") from None
        except Exception as error:  # a damaged file makes Pillow raise nearly anything
            raise DamagedScan(file=name, why=f"the picture is damaged or cut off ({type(error).__name__})") from None


def _grey(image: Any) -> Any:
    """In grey, on white where it is transparent."""
    from PIL import Image

    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        with image.convert("RGBA") as full:
            ground = Image.new("RGBA", full.size, "white")
            ground.alpha_composite(full)
            out = ground.convert("L")
    elif image.mode.startswith("I;16") or image.mode in ("I", "F"):
        out = image.convert("F").point(lambda v: v / 256).convert("L")
    else:
        out = image.convert("L")
    out.info = dict(image.info)
    out.getexif().update(image.getexif())
    return out


def _square(grey: Any, dpi: Any) -> Any:
    """A fax of fine or standard resolution (204 x 98 dots an inch) with square pixels."""
    try:
        across, down = float(dpi[0]), float(dpi[1])
    except (TypeError, ValueError, IndexError, ZeroDivisionError):
        return grey
    if not (across > 1 and down > 1) or 0.9 < across / down < 1.1 or not 0.3 < across / down < 3.3:
        return grey
    more = max(across, down)
    return grey.resize((max(1, round(grey.width * more / across)), max(1, round(grey.height * more / down))))
