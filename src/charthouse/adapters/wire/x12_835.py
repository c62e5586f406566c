"""Remittances as X12 835 (005010X221A1), written and read by one table."""
from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from charthouse.adapters.wire.x12 import Delimiters, Segment, Transaction, enveloped
from charthouse.adapters.wire.x12_table import Loop, Reader, Writer, table
from charthouse.record.errors import BadX12
from charthouse.record.remittance import Remittance, Withheld

GUIDE = "005010X221A1"
_NAME = "person:kind name:upper given:upper middle:upper - suffix:upper number_kind number"
_PARTY = """
  N3 address.line:upper address.line2:upper
  N4 address.city:upper address.state address.postcode"""
_TABLE = f"""
!BPR handling amount:money credit:credit method - - - - - - - - - - - on:d8
TRN =1 trace payer_number
DTM =405 produced:d8
loop 1000A payer
  N1 =PR name:upper number_kind number{_PARTY}
  REF*references kind value
  PER =BL contact.name:upper =TE?contact.phone contact.phone
loop 1000B payee
  N1 =PE name:upper number_kind number{_PARTY}
  REF =TJ tax_number
loop 2000 groups*
  LX #
  loop 2100 claims*
    CLP id status charge:money paid:money patient_due:owed filing control place frequency - drg
    CAS*adjustments
    NM1 =QC patient.person:kind patient.name:upper patient.given:upper patient.middle:upper - patient.suffix patient.number_kind patient.number
    NM1 =IL insured.person:kind insured.name:upper insured.given:upper insured.middle:upper - insured.suffix insured.number_kind insured.number
    NM1 =74 corrected.person:kind corrected.name:upper corrected.given:upper corrected.middle:upper - corrected.suffix corrected.number_kind corrected.number
    NM1 =82 rendering.person:kind rendering.name:upper rendering.given:upper rendering.middle:upper - rendering.suffix rendering.number_kind rendering.number
    MOA - - moa.0 moa.1 moa.2 moa.3 moa.4
    REF*references kind value
    DTM =232 since:d8
    DTM =233 until:d8
    DTM =050 received:d8
    AMT =I interest:money
    loop 2110 lines*
      SVC code_kind?code/code/modifiers... charge:money paid:money revenue units:number
      DTM =472 on:d8
      DTM =150 began:d8
      DTM =151 ended:d8
      CAS*adjustments
      REF =6R control
      AMT =B6 allowed:money
      LQ*remarks_of =HE code
PLB*plb provider year_end:d8 reason/reference amount:money reason2/reference2 amount2:money reason3/reference3 amount3:money reason4/reference4 amount4:money reason5/reference5 amount5:money reason6/reference6 amount6:money"""


@lru_cache(maxsize=1)
def _table() -> Loop:
    return table(_TABLE)


@dataclass(frozen=True, slots=True)
class _Group:
    claims: Any


class _View:
    """A noun with the few fields that the table has and the noun has not."""

    def __init__(self, noun: Any, **more: Any) -> None:
        self._noun, self._more = noun, more

    def __getattr__(self, name: str) -> Any:
        more = object.__getattribute__(self, "_more")
        return more[name] if name in more else getattr(object.__getattribute__(self, "_noun"), name)


@dataclass(frozen=True, slots=True)
class _Code:
    code: str


def written(remit: Remittance, *, sender: str, recipient: str, at: datetime, control: int, usage: str = "T") -> str:
    """A file of one remittance."""
    writer = Writer(Delimiters())
    claims = [_View(c, moa=_View(None, **{str(k): (c.remarks + ("",) * 5)[k] for k in range(5)}), lines=tuple(_View(li, remarks_of=tuple(_Code(r) for r in li.remarks), began=None, ended=None) for li in c.lines)) for c in remit.claims]
    writer.loop(_table(), _View(remit, groups=(_Group(claims),) if claims else (), plb=tuple(_plb(remit.withheld))))
    return enveloped([("835", "0001", GUIDE, writer.lines)], functional="HP", version=GUIDE, sender=("ZZ", sender), recipient=("ZZ", recipient), at=at, interchange=control, group=control, usage=usage)


def _plb(withheld: Iterable[Withheld]) -> Iterable[_View]:
    for w in withheld:
        yield _View(w, **{f"{name}{k}": None for k in range(2, 7) for name in ("reason", "reference", "amount")})


def _day(text: str) -> date | None:
    try:
        return datetime.strptime(text, "%Y%m%d").date()
    except ValueError:
        return None


def read(of: Transaction) -> tuple[Remittance, tuple[Segment, ...]]:
    """The remittance and the segments that no field takes. Raises `BadX12`."""
    from pydantic import TypeAdapter, ValidationError

    reader = Reader(of.segments, of.delimiters, _table())
    found = reader.read()
    claims = [c for g in found.pop("groups", []) for c in g.get("claims", [])]
    for c in claims:
        c["remarks"] = [v for _, v in sorted((c.pop("moa", None) or {}).items()) if v]
        for line in c.get("lines", []):
            line["remarks"] = [r["code"] for r in line.pop("remarks_of", [])]
            line.setdefault("on", line.pop("began", None))
            line.pop("ended", None)
            line.pop("began", None)
    withheld = [{"provider": p.get("provider", ""), "year_end": p.get("year_end"), "reason": p.get(f"reason{k}", ""), "reference": p.get(f"reference{k}", ""), "amount": p[f"amount{k}"]}
                for p in found.pop("plb", []) for k in ("", 2, 3, 4, 5, 6) if f"amount{k}" in p]
    if "on" not in found:  # of a payment of nothing: the day it was made
        found["on"] = found.get("produced") or _day(of.gs.at(4))
    try:
        return TypeAdapter(Remittance).validate_python(found | {"claims": claims, "withheld": withheld}), tuple(reader.unread)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        raise BadX12(where=" ".join(str(p) for p in first["loc"]) or "the remittance", why=f"what a remittance needs is missing or wrong: {first['msg']}") from None


