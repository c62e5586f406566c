"""A letter that asks for a record, read and judged with the tables of the room `release`."""
from __future__ import annotations

from datetime import date
from functools import cache
from hashlib import sha256

from charthouse.flow.tables import rows
from charthouse.record.disclosure import Judgement, ReleaseRequest
from charthouse.record.document import Document
from charthouse.rooms.release import judged, read_request, traits
from charthouse.rooms.release.requests import Traits


@cache
def patterns() -> Traits:
    return traits(rows("release", "letters.tsv"))


@cache
def agencies() -> tuple[tuple[str, str, str, str], ...]:
    return tuple((a, b, c, d) for a, b, c, d in rows("release", "agencies.tsv"))


def read(text: str) -> ReleaseRequest:
    return read_request(Document(id="letter", text=text, sha256=sha256(text.encode()).hexdigest()), patterns())


def judge(text: str, received: date) -> tuple[ReleaseRequest, Judgement]:
    """What it asks, and whether and how it may be answered."""
    request = read(text)
    return request, judged(request, text, received, agencies())
