"""Claims and remittances, wired: X12 in and out, and the scrub with the code book."""
from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from charthouse.record.errors import BadRequest, BadX12

if TYPE_CHECKING:
    from charthouse.adapters.wire.x12_read import Read
    from charthouse.record.claim import Claim, Sent
    from charthouse.record.ruling import Ruling


def read(content: bytes) -> list[Read]:
    """An X12 file, read in a limited child. Raises `BadX12`, `UnknownX12`."""
    from charthouse.adapters.wire.x12_read import read

    return read(content)


def sent_of(file: Path) -> Sent:
    """A file of claims as JSON: the fields of `record/claim.py`, `Sent`. Raises `BadRequest` naming the field."""
    from pydantic import TypeAdapter, ValidationError

    from charthouse.record.claim import Sent

    try:
        return TypeAdapter(Sent).validate_json(file.read_bytes(), strict=False)
    except OSError:
        raise BadRequest(why=f"There is no file {file}") from None
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        raise BadRequest(why=f"{file.name}: {'.'.join(str(p) for p in first['loc']) or 'the file'}: {first['msg']}") from None


def x12_of(sent: Sent) -> str:
    """The 837, read back to the same bytes before it is given. Raises `BadX12` when it does not come back."""
    from charthouse.adapters.wire import x12, x12_837

    text = x12_837.written(sent)
    if x12_837.written(x12_837.read(x12.transactions(text)[0]).sent) != text:
        raise BadX12(where="the file that was written", why="it does not read back as it was written: a field holds what X12 cannot carry")
    return text


def scrubbed(claims: Sequence[Claim], today: date) -> tuple[tuple[Ruling, ...], ...]:
    """The rulings on each claim."""
    from charthouse import bootstrap
    from charthouse.rooms.billing import scrubbed as scrub

    return scrub(claims, bootstrap.codebook(), today)
