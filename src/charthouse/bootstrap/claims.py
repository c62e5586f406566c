"""Claims and remittances, wired: X12 in and out, and the scrub with the code book."""
from __future__ import annotations

import csv
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import is_dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args, get_origin, get_type_hints

from charthouse import settings
from charthouse.record.errors import BadBilling, BadRequest, BadX12

if TYPE_CHECKING:
    from charthouse.adapters.wire.x12_read import Read
    from charthouse.ports.outbox import Outbox
    from charthouse.record.billing import BillingSite, Fee
    from charthouse.record.claim import Claim, Sent
    from charthouse.record.payer import Necessity, PayerBook, PayerRules
    from charthouse.record.received import Charge
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

    return scrub(claims, bootstrap.codebook(), today, payer_book(settings.data_folder()))


# -- claims in the record --------------------------------------------------------------------------------------------------------------


def billing_file() -> Path:
    return settings.data_folder() / "billing.toml"


@lru_cache(maxsize=4)
def _site_of(file: Path, stamp: tuple[tuple[str, int], ...]) -> BillingSite:
    from pydantic import TypeAdapter, ValidationError

    from charthouse.record.billing import BillingSite

    try:
        said = tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadBilling(file=file, where="the file", why=str(error)) from None
    strange = next(_strange(said, BillingSite, ""), "")
    if strange:
        raise BadBilling(file=file, where=strange, why="there is no such field")
    try:
        site: BillingSite = TypeAdapter(BillingSite).validate_python(said | {"fees": _fees(file.with_name("fees.csv")), "payer_book": payer_book(file.parent)})
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        raise BadBilling(file=file, where=".".join(str(p) for p in first["loc"]) or "the file", why=first["msg"]) from None
    return site


def site() -> BillingSite:
    """How this site bills (`billing.toml`, and `fees.csv` beside it). Raises `BadBilling`."""
    file = billing_file()
    if not file.is_file():
        raise BadBilling(file=file, where="the file", why="it is not there")
    return _site_of(file, tuple(sorted((str(f), f.stat().st_mtime_ns) for f in (file, file.with_name("fees.csv"), file.with_name("necessity.csv"), *file.parent.glob("payers/*.toml")) if f.is_file())))


def bills() -> bool:
    """Whether this site has said how it bills."""
    return billing_file().is_file()


def _strange(said: object, kind: Any, where: str) -> Iterator[str]:
    """The fields that are not of this noun: a dataclass, or a mapping, tuple or option of one."""
    inner = kind if is_dataclass(kind) else next((a for a in get_args(kind) if is_dataclass(a)), None)
    if inner is None:
        return
    if isinstance(said, list) or (isinstance(said, dict) and get_origin(kind) is Mapping):
        for name, value in said.items() if isinstance(said, dict) else enumerate(said, 1):
            yield from _strange(value, inner, f"{where}{name}.")
    elif isinstance(said, dict):
        hints = get_type_hints(inner)
        for name, value in said.items():
            yield from _strange(value, hints[name], f"{where}{name}.") if name in hints and (where or name not in ("fees", "payer_book")) else iter([f"{where}{name}"])


def payer_book(folder: Path) -> PayerBook:
    """`payers/*.toml` and `necessity.csv` of a folder. Raises `BadBilling`."""
    from charthouse.record.payer import PayerBook

    book: dict[str, PayerRules] = {}
    for file in sorted(folder.glob("payers/*.toml")):
        rules = rules_of(file)
        if rules.payer in book:
            raise BadBilling(file=file, where="payer", why=f"another file has the rules of {rules.payer}")
        book[rules.payer] = rules
    table = folder / "necessity.csv"
    return PayerBook(rules=book, necessity=_necessity(table) if table.is_file() else None)


def rules_of(file: Path) -> PayerRules:
    """A payer's rules, tried on their own cases. Raises `BadBilling`."""
    from pydantic import TypeAdapter, ValidationError

    from charthouse.record.payer import PayerRules
    from charthouse.rooms.billing import failing

    try:
        said = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadBilling(file=file, where="the file", why=getattr(error, "strerror", None) or str(error)) from None
    strange = next(_strange(said, PayerRules, "rules."), "")
    if strange:
        raise BadBilling(file=file, where=strange.removeprefix("rules."), why="there is no such field")
    try:
        rules: PayerRules = TypeAdapter(PayerRules).validate_python(said)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        raise BadBilling(file=file, where=".".join(str(p) for p in first["loc"]) or "the file", why=first["msg"]) from None
    wrong = list(failing(rules))
    if wrong:
        raise BadBilling(file=file, where="its cases", why="; ".join(wrong))
    return rules


def _necessity(file: Path) -> dict[str, tuple[Necessity, ...]]:
    """payer, code, diagnosis, covered, since, until, citation. Raises `BadBilling`."""
    from charthouse.record.payer import Necessity

    found: dict[str, list[Necessity]] = {}
    with file.open(encoding="utf-8-sig", newline="") as open_:
        for number, row in enumerate(csv.DictReader(open_), 2):
            said = {k: (v or "").strip() for k, v in row.items() if k and not isinstance(v, list)}
            since, until = _day(said.get("since", "")), _day(said.get("until", ""))
            if not said.get("code") or not said.get("diagnosis") or said.get("covered") not in ("yes", "no") or since is None or (said.get("until") and until is None) or not said.get("citation"):
                raise BadBilling(file=file, where=f"line {number}", why="it has payer, code, diagnosis, covered (yes or no), since, until and citation")
            found.setdefault(said["code"].upper(), []).append(Necessity(payer=said.get("payer") or "*", code=said["code"].upper(), diagnosis=said["diagnosis"].upper(), covered=said["covered"] == "yes", since=since, until=until, citation=said["citation"]))
    return {code: tuple(rows) for code, rows in found.items()}


def _fees(file: Path) -> dict[str, Fee]:
    """code, amount in dollars, revenue code. Raises `BadBilling`."""
    from charthouse.record.billing import Fee

    fees: dict[str, Fee] = {}
    if file.is_file():
        with file.open(encoding="utf-8-sig", newline="") as open_:
            for number, row in enumerate(csv.DictReader(open_), 2):
                code, amount = (row.get("code") or "").strip().upper(), _cents(row.get("amount") or "")
                if not code or amount is None or code in fees:
                    raise BadBilling(file=file, where=f"line {number}", why="it names a code that an earlier line names" if code in fees else "it has no code, or no amount in dollars")
                fees[code] = Fee(amount=amount, revenue=(row.get("revenue") or "").strip())
    return fees


def _cents(said: str) -> int | None:
    try:
        amount = Decimal(said.strip().replace(",", "").removeprefix("$"))
    except InvalidOperation:
        return None
    return int((amount * 100).to_integral_value()) if amount.is_finite() and abs(amount) < 10**10 else None


def outbox() -> Outbox:
    """Where this site's files for payers are put."""
    from charthouse.adapters.wire.outbox import FolderOutbox
    from charthouse.adapters.wire.sftp_outbox import SftpOutbox

    where = site().outbox
    return SftpOutbox(where, *settings.sftp()) if "://" in where else FolderOutbox(settings.data_folder() / where)


def charges_of(file: Path) -> tuple[list[tuple[str, Charge]], list[str]]:
    """(number of the visit, charge) of a CSV file, and what its other lines lack. Columns: visit, number, code, date, units, amount in dollars, modifiers, diagnoses (blanks between), revenue, kind. Raises `BadRequest`."""
    from charthouse.record.received import Charge

    if not file.is_file():
        raise BadRequest(why=f"There is no file {file}")
    found, wrong = [], []
    with file.open(encoding="utf-8-sig", newline="") as open_:
        rows = csv.DictReader(open_)
        if not {"visit", "number", "code", "date"} <= set(rows.fieldnames or ()):
            raise BadRequest(why=f"{file.name}: its first line names the columns: visit, number, code, date, and units, amount, modifiers, diagnoses, revenue, kind where they are")
        for line, row in enumerate(rows, 2):
            said = {k: (v or "").strip() for k, v in row.items() if k and not isinstance(v, list)}
            day, amount = _day(said["date"]), _cents(said.get("amount") or "") if said.get("amount") else None
            lacks = [what for what, there in (("visit", said["visit"]), ("number", said["number"]), ("code or revenue", said["code"] or said.get("revenue")), ("date as YYYY-MM-DD", day), ("amount in dollars", not said.get("amount") or amount is not None),
                                              ("units above zero", re.fullmatch(r"\d*\.?\d*", said.get("units") or "1")), ("kind: charge or credit", said.get("kind", "") in ("", "charge", "credit"))) if not there]
            if lacks:
                wrong.append(f"line {line} lacks: {', '.join(lacks)}")
                continue
            found.append((said["visit"], Charge(code=said["code"].upper(), quantity=said.get("units") or "1", amount=amount, on=day, modifiers=tuple(said.get("modifiers", "").upper().split()), diagnoses=tuple(said.get("diagnoses", "").upper().split()), revenue=said.get("revenue", ""),
                                                number=said["number"], kind="credit" if said.get("kind") == "credit" else "charge")))
    return found, wrong


def _day(said: str) -> date | None:
    try:
        return date.fromisoformat(said)
    except ValueError:
        return None


def form_of(claims: Sequence[Claim], today: date, *, blank: Path | None = None, layout: Path | None = None, shift: tuple[float, float] = (0.0, 0.0)) -> tuple[bytes, tuple[str, ...]]:
    """Claims on their paper forms as one PDF, and what was longer than its field. `shift` in points. Raises `BadRequest`, `MissingPart`."""
    from charthouse.adapters.paper.claim_form import form_pdf
    from charthouse.flow.tables import rows
    from charthouse.rooms.billing import pages, places

    try:
        table = [tuple(line.split("\t")) for line in layout.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")] if layout else rows("billing", "forms.tsv")
        where = places(table)
    except (OSError, ValueError, KeyError):
        raise BadRequest(why=f"{layout} is no table of places: form, field, line, column, width, r") from None
    made = [page for c in claims for page in pages(c, where, today)]
    cut = tuple(f"{s.field}: cut to {s.text.strip()}" for page in made for s in page if s.cut)
    try:
        paper = blank.read_bytes() if blank else None
    except OSError:
        raise BadRequest(why=f"There is no file {blank}") from None
    return form_pdf(made, shift=shift, blank=paper), cut
