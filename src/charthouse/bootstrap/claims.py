"""Claims and remittances, wired: X12 in and out, and the scrub with the code book."""
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from charthouse.record.errors import BadRequest, BadX12, UnknownX12

if TYPE_CHECKING:
    from charthouse.record.claim import Claim, Sent
    from charthouse.record.remittance import ClaimAnswer, FileAnswer, Remittance
    from charthouse.record.ruling import Ruling


@dataclass(frozen=True, slots=True)
class Read:
    """What one transaction set of a file says: one of the four, and the segments that no field takes, as (number, name)."""

    what: Sent | Remittance | tuple[FileAnswer, ...] | tuple[ClaimAnswer, ...]
    kind: str
    unread: tuple[tuple[int, str], ...] = ()


def read(content: bytes) -> list[Read]:
    """An X12 file. Raises `BadX12`, `UnknownX12`."""
    from charthouse.adapters.wire import x12, x12_835, x12_837, x12_ack

    out = []
    for of in x12.transactions(_text(content)):
        match of.kind, of.version[:10]:
            case "837", "005010X222" | "005010X223":
                taken = x12_837.read(of)
                out.append(Read(taken.sent, "837P" if taken.sent.form == "professional" else "837I", _named(taken.unread)))
            case "835", "005010X221":
                remit, unread = x12_835.read(of)
                out.append(Read(remit, "835", _named(unread)))
            case "999", "005010X231":
                out.append(Read(x12_ack.file_answers(of), "999"))
            case "277", "005010X214":
                out.append(Read(x12_ack.claim_answers(of), "277CA"))
            case _:
                raise UnknownX12(kind=of.kind, version=of.version)
    return out


def _text(content: bytes) -> str:
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def _named(unread: Sequence[Any]) -> tuple[tuple[int, str], ...]:
    return tuple((s.number, s.name) for s in unread)


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
