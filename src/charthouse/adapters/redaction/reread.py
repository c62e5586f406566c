"""A PDF read by every means but those that made it: its bytes and every stream in it, its text layer, its fields, comments and attachments, its earlier revisions, and its pages by OCR at another size."""
from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from typing import Any

from charthouse.adapters.redaction.look import AGAIN, Source, sources
from charthouse.ports.ocr import OcrEngine

MOST = 64 * 2**20  # bytes of one stream, opened
_STREAM = re.compile(rb"stream\r?\n(.*?)\r?\nendstream", re.S)
_PICTURE = re.compile(rb"/(?:DCTDecode|JPXDecode|CCITTFaxDecode|JBIG2Decode|Subtype\s*/Image)")
SIGNS = (  # what a file of pixels has no business with
    (rb"/(?:EmbeddedFiles?|Filespec)\b", "an attachment"), (rb"/AcroForm\b", "a form"), (rb"/Annots\b", "annotations"), (rb"/OCProperties\b", "layers"), (rb"/Metadata\b", "metadata"), (rb"/(?:JavaScript|JS)\b", "a script"), (rb"/Font\b", "a font"),
    (rb"/CropBox\b", "a crop"), (rb"/PieceInfo\b", "another program's data"))


def reread(content: bytes, name: str, engines: list[OcrEngine]) -> Iterator[Source]:
    """The pages' sources, then one of reader "file" for what stands in it outside its pictures, and one of reader "signs" that names what a file of pixels does not have."""
    yield from sources(content, name, engines, dpi=AGAIN, sharpened=True)
    yield {"page": 0, "reader": "file", "text": "\n".join(_texts(content)), "words": []}
    said = b"\n".join((_STREAM.sub(b"", content), *_streams(content)))  # a picture may hold any bytes
    signs = [what for pattern, what in SIGNS if re.search(pattern, said)]
    signs += ["an earlier revision"] if content.count(b"%%EOF") > 1 else []
    signs += ["a text layer"] if re.search(rb"\b(?:Tj|TJ)\b", said) else []
    yield {"page": 0, "reader": "signs", "text": "\n".join(dict.fromkeys(signs)), "words": []}


def _streams(content: bytes) -> Iterator[bytes]:
    for m in _STREAM.finditer(content):
        if _PICTURE.search(content, content.rfind(b"obj", 0, m.start()), m.start()):
            continue
        yield m[1]
        try:
            yield zlib.decompressobj().decompress(m[1], MOST)
        except zlib.error:
            continue


def _texts(content: bytes) -> Iterator[str]:
    """As text: as it stands, in the two Unicode spellings of PDF, and strings put together again that operators split."""
    bare = _STREAM.sub(b"", content)
    for part in (bare, *_streams(content)):
        yield part.decode("latin-1")
        if b"\x00" in part:
            yield part.replace(b"\x00", b"").decode("latin-1")
        strings = re.findall(rb"\(((?:[^()\\]|\\.)*)\)", part)
        if strings:
            yield b"".join(strings).decode("latin-1")
            yield b" ".join(strings).decode("latin-1")
        hexes = re.findall(rb"<([0-9A-Fa-f\s]{4,})>", part)
        if hexes:
            joined = b"".join(_unhex(h) for h in hexes)
            yield joined.replace(b"\x00", b"").decode("latin-1")


def _unhex(said: bytes) -> bytes:
    digits = re.sub(rb"\s", b"", said)
    return bytes.fromhex((digits + b"0" * (len(digits) % 2)).decode())


def engines_of(name: str) -> list[Any]:
    """The two engines apart: each sees for itself."""
    from charthouse.adapters.engines.ocr_rapid import Rapid
    from charthouse.adapters.engines.ocr_tesseract import Tesseract

    return [Rapid(), Tesseract()] if name == "both" else [Tesseract()] if name == "tesseract" else []
