"""What lies inside an OBX-5 of type ED: base64 or hexadecimal bytes with their media type (HL7 v2.8.2, chapter 2A.2.24; tables 0191, 0291, 0299)."""
from __future__ import annotations

import base64
import binascii
import re

_MAGIC = ((b"%PDF", "application/pdf"), (b"{\\rtf", "text/rtf"), (b"II*\x00", "image/tiff"), (b"MM\x00*", "image/tiff"), (b"\xff\xd8\xff", "image/jpeg"),
          (b"\x89PNG\r\n\x1a\n", "image/png"), (b"GIF8", "image/gif"), (b"<?xml", "text/xml"), (b"<ClinicalDocument", "text/xml"))
_NAMED = {"pdf": "application/pdf", "rtf": "text/rtf", "html": "text/html", "xml": "text/xml", "jpeg": "image/jpeg", "jpg": "image/jpeg", "png": "image/png",
          "tiff": "image/tiff", "tif": "image/tiff", "gif": "image/gif", "plain": "text/plain", "txt": "text/plain", "text": "text/plain", "dicom": "application/dicom",
          "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "x-hl7-cda-level-one": "text/xml"}
_LOOSE = re.compile(r"\\\.br\\|\\X0[AaDd](?:0[AaDd])?\\|[\s\x00]+")


def media_of(content: bytes, kind: str, subtype: str) -> str:
    """By the first bytes, else by what the sender says."""
    head = content[:512].lstrip(b"\xef\xbb\xbf \t\r\n")
    for magic, media in _MAGIC:
        if head.startswith(magic):
            return media
    if b"<html" in head[:200].lower():
        return "text/html"
    return _NAMED.get(subtype.lower()) or _NAMED.get(kind.lower()) or "application/octet-stream"


def is_known(content: bytes) -> bool:
    """Whether a file of a kind that is known begins here."""
    return any(content.startswith(magic) for magic, _ in _MAGIC)


def bytes_of(data: str, encoding: str) -> tuple[bytes | None, str]:
    """(bytes, note). None where the data cannot be decoded."""
    if encoding.lower().startswith("hex"):
        try:
            return bytes.fromhex(_LOOSE.sub("", data)), ""
        except ValueError:
            return None, "its hexadecimal data is damaged"
    packed = _LOOSE.sub("", data).rstrip("=").replace("-", "+").replace("_", "/")
    note = ""
    if len(packed) % 4 == 1:
        packed, note = packed[:-1], "its base64 data is cut off"
    try:
        return base64.b64decode(packed + "=" * (-len(packed) % 4), validate=True), note
    except (binascii.Error, ValueError):
        return None, "its base64 data is damaged"
