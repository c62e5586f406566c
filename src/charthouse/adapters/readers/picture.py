"""Pages drawn as they are shown upright, for a person to look at: of a picture or a PDF, with boxes around the words on demand."""
from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from typing import Any

from charthouse.adapters.readers import image, pdf
from charthouse.record.received import Page

SIDE = 1400  # pixels of the longer side of a drawn page
_TURN = {90: 4, 180: 3, 270: 2}  # degrees clockwise, as Pillow numbers its turns


def pages(content: bytes, name: str, read: Sequence[Page], *, boxes: bool) -> Iterator[tuple[int, bytes]]:
    """Number and picture of each page: PNG with boxes; without, a grey JPEG of some 200 kB."""
    from PIL import Image, ImageDraw

    for page, shown in zip(read, _drawn(content, name), strict=False):
        if page.turned:
            shown = shown.transpose(_TURN[page.turned])
        scale = min(1.0, SIDE / max(shown.size))
        shown = shown.resize((max(1, round(shown.width * scale)), max(1, round(shown.height * scale))), Image.Resampling.LANCZOS)
        if boxes:
            shown = shown.convert("RGB")
            pen = ImageDraw.Draw(shown)
            across, down = shown.width / page.width, shown.height / page.height
            for word in page.words:
                left, top, right, bottom = word.box
                pen.rectangle((left * across, top * down, max(left + 1, right) * across, max(top + 1, bottom) * down), outline="#c62828" if word.other is not None else "#2a6fb8")
        out = io.BytesIO()
        shown.save(out, "PNG") if boxes else shown.save(out, "JPEG", quality=55, optimize=True)
        yield page.number, out.getvalue()


def _drawn(content: bytes, name: str) -> Iterator[Any]:
    """The pages as received, in grey."""
    from PIL import Image

    if not pdf.PdfReader(engine=_none).knows(content, name):
        yield from (Image.fromarray(pixels) for pixels, _ in image.pictures(content, name))
        return
    with pdf.opened(content, name) as document:
        for n in range(len(document)):
            page = document[n]
            try:
                yield page.render(scale=min(SIDE / max(page.get_size()), 10), grayscale=True).to_pil()
            finally:
                page.close()


def _none() -> Any:
    raise AssertionError("drawing reads nothing")
