"""A new PDF of nothing but pixels, with the boxes in black: no text, no font, no field, no attachment, no earlier revision comes along."""
from __future__ import annotations

import io
from collections.abc import Mapping, Sequence

from charthouse.adapters.redaction.look import LOOK, Box, drawn

QUALITY = 82


def painted(content: bytes, name: str, boxes: Mapping[int, Sequence[Box]]) -> bytes:
    """`boxes` by page, from 1."""
    from PIL import Image

    pages = []
    for number, (pixels, _, _) in enumerate(drawn(content, name, LOOK), 1):
        height, width = pixels.shape
        made = pixels.copy()
        for left, top, right, bottom in boxes.get(number, ()):
            made[max(int(top * height), 0):int(bottom * height) + 1, max(int(left * width), 0):int(right * width) + 1] = 0
        pages.append(Image.fromarray(made))
    out = io.BytesIO()
    pages[0].save(out, "PDF", resolution=float(LOOK), quality=QUALITY, save_all=True, append_images=pages[1:], title="Redacted", creator="", producer="Charthouse")
    return out.getvalue()
