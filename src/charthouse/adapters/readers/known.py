"""The readers that there are, the surest first: a table of names and where each lies. Contents tell which it is; a file's name only where they cannot.

Where a reader's optional part is not installed, what it alone would read is refused, saying so.
"""
from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import Any

from charthouse.ports.ocr import OcrEngine
from charthouse.ports.readers import FileReader
from charthouse.record.errors import CharthouseError, MissingPart, UnreadableDocument
from charthouse.record.received import Arrival

MB = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What a child process may use for one file: memory (address space) in bytes, seconds of processor and of the clock, bytes of its answer and of the
    file."""

    memory: int = 1500 * MB
    cpu: int = 60
    wall: int = 90
    output: int = 256 * MB
    file: int = 256 * MB
    processes: int = 0  # and threads, beside those that this account runs already


LIGHT = Limits()
HEAVY = Limits(processes=4096, memory=8000 * MB, cpu=1800, wall=1800, output=512 * MB)  # pages are rendered and read by engines with models of their own


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    name: str
    module: str
    reader: str


KNOWN = tuple(Known(name=name, module=f"charthouse.adapters.readers.{module}", reader=reader) for name, module, reader in (
    ("pdf", "pdf", "PdfReader"), ("image", "image", "ImageReader"), ("hl7v2", "hl7v2", "Hl7Reader"), ("ccda", "ccda", "CcdaReader"), ("fhir", "fhir", "FhirReader"),
    ("docx", "docx", "DocxReader"), ("rtf", "rtf", "RtfReader"), ("text", "text", "TextReader"),
))
PAGED = ("pdf", "image")
_HEAVY = (b"%PDF-", b"\x89PNG", b"\xff\xd8\xff", b"II*\x00", b"MM\x00*", b"RIFF", b"II+\x00", b"MM\x00+")


def limits_for(content: bytes) -> Limits:
    """By the first bytes: what may hold pages that must be seen gets more."""
    return HEAVY if content[:1024].lstrip().startswith(_HEAVY) else LIGHT


@cache
def readers() -> tuple[FileReader, ...]:
    """Each made once a process."""
    return tuple(_made(k) for k in KNOWN)


def _made(known: Known) -> FileReader:
    """What has pages is given the engines that it may need."""
    reader: Any = getattr(import_module(known.module), known.reader)
    made: FileReader = reader(_engines) if known.name in PAGED else reader()
    return made


def _engines() -> OcrEngine:
    from charthouse.adapters.engines.ocr_pair import both

    return both()


def reader_of(content: bytes, name: str) -> FileReader:
    """Raises `UnreadableDocument` for what no reader knows."""
    for reader in readers():
        if reader.knows(content, name):
            return reader
    raise UnreadableDocument(file=name, why="it is of a format that is not read")


def read(content: bytes, name: str) -> Iterator[Arrival]:
    """What stands in it. Raises `UnreadableDocument`, and nothing else."""
    if not content:
        raise UnreadableDocument(file=name, why="it is empty")
    try:
        yield from reader_of(content, name).read(content, name)
    except UnreadableDocument:
        raise
    except MissingPart as error:
        raise UnreadableDocument(file=name, why=str(error)) from None
    except CharthouseError as error:
        raise UnreadableDocument(file=name, why=f"{error.code}: {error}") from None
    except RecursionError:
        raise UnreadableDocument(file=name, why="it is nested too deeply") from None
