"""Mutated pictures and PDF files raise `UnreadableDocument` and nothing else.

    CHARTHOUSE_FUZZ=100000 python -m pytest tests/adapters/readers/test_scans_fuzzed.py       the nightly size
"""
from __future__ import annotations

import os
import random

import pdf_files
import pytest
from draw_scans import SCANS, sheet
from test_pdf_reader import Fake

from charthouse.adapters.readers.image import ImageReader
from charthouse.adapters.readers.pdf import PdfReader
from charthouse.record.errors import UnreadableDocument

pytest.importorskip("cv2", reason="the part for OCR is not installed: pip install 'charthouse[ocr]'")
ROUNDS = int(os.environ.get("CHARTHOUSE_FUZZ", "400"))


def seeds() -> list[bytes]:
    import io

    small = sheet([(20, 20, "Chest pain")], size=(300, 120)).image
    out = []
    for format, more in (("PNG", {}), ("JPEG", {}), ("WEBP", {}), ("TIFF", {}), ("TIFF", {"compression": "group4"})):
        target = io.BytesIO()
        (small.convert("1") if more else small).save(target, format, **more)
        out.append(target.getvalue())
    return [*out, (SCANS / "fax.tif").read_bytes()[:4000], pdf_files.pdf([(pdf_files.text(pdf_files.prose()), "/Rotate 90")]), pdf_files.with_field_and_comment(),
            pdf_files.with_attachment(), pdf_files.locked(), pdf_files.scanned(sheet([(20, 20, "Fever")], size=(200, 100)))]


def mutated(content: bytes, chance: random.Random) -> bytes:
    data = bytearray(content)
    for _ in range(chance.choice((1, 1, 2, 5, 20))):
        if len(data) < 2:
            break
        at = chance.randrange(len(data))
        kind = chance.randrange(6)
        if kind == 0:
            data[at] = chance.randrange(256)
        elif kind == 1:
            del data[at : at + chance.randrange(1, 50)]
        elif kind == 2:
            data[at:at] = bytes(chance.randrange(256) for _ in range(chance.randrange(1, 20)))
        elif kind == 3:
            data[at : at + 4] = chance.choice((b"\xff\xff\xff\xff", b"\0\0\0\0", b"\x7f\xff\xff\xff", b"9999"))
        elif kind == 4:
            data = data[: max(1, at)]
        else:
            end = min(len(data), at + 40)
            data[at:at] = data[at:end]
    return bytes(data)


def test_nothing_but_unreadable_document_is_raised() -> None:
    chance, content = random.Random(20), seeds()
    refused = 0
    for _ in range(ROUNDS):
        hostile = mutated(chance.choice(content), chance)
        for reader in (ImageReader(Fake), PdfReader(Fake)):
            if reader.knows(hostile, "x"):
                try:
                    for arrival in reader.read(hostile, "x"):
                        (document,) = arrival.documents
                        assert all(document.text[w.start : w.end] == w.text for p in document.pages for w in p.words)
                except UnreadableDocument:
                    refused += 1
    assert refused > ROUNDS / 50
