"""Acknowledgements: X12 999 (005010X231A1) of a file, 277CA (005010X214) of its claims."""
from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from charthouse.adapters.wire.x12 import Transaction
from charthouse.adapters.wire.x12_table import Loop, Reader, table
from charthouse.record.errors import BadX12
from charthouse.record.remittance import ClaimAnswer, ClaimStatus, Complaint, FileAnswer

_999 = """
AK1 - group version
loop 2000 sets*
  AK2 - transaction
  loop 2100 segments*
    IK3 segment place:int loop reason
    loop 2110 elements*
      IK4 element reason2 reason value
  IK5 status
AK9 status"""
_277CA = """
BHT - - reference
loop 2000A .
  HL - - =20 -
  loop 2100A .
    NM1 =PR - - - - - - - -
  loop 2100X .
    NM1 =AY - - - - - - - -
  TRN =1 source_trace
loop 2000B .
  HL - - =21 -
  loop 2100B .
    NM1 =41 - - - - - - - -
  TRN =2 batch
  STC*statuses category/code/entity on:d8 action amount:money
loop 2000C providers*
  HL - - =19 -
  loop 2100C .
    NM1 =85 - - - - - - - -
  TRN =1 provider_trace
  STC*statuses category/code/entity on:d8 action amount:money
loop 2000D patients*
  HL - - =PT -
  loop 2100D .
    NM1 =QC - - - - - - - -
  loop 2200D claims*
    TRN =2 id
    STC*statuses category/code/entity on:d8 action amount:money
    REF =1K control
    loop 2220D lines*
      SVC service
      STC*statuses category/code/entity on:d8 action amount:money"""


@lru_cache(maxsize=2)
def _table(text: str) -> Loop:
    return table(text)


def file_answers(of: Transaction) -> tuple[FileAnswer, ...]:
    """What a 999 says of each transaction set that it answers. Raises `BadX12`."""
    found = Reader(of.segments, of.delimiters, _table(_999)).read()
    if "group" not in found or "status" not in found:
        raise BadX12(where="the acknowledgement", why="AK1 or AK9 is missing")
    sets = found.get("sets") or [{}]
    return tuple(FileAnswer(group=found["group"], status=found["status"], transaction=s.get("transaction", ""), transaction_status=s.get("status", ""), complaints=tuple(_complaints(s))) for s in sets)


def _complaints(of: dict[str, Any]) -> Iterator[Complaint]:
    for s in of.get("segments", []):
        for e in s.get("elements") or [{}]:
            yield Complaint(segment=s.get("segment", ""), place=s.get("place", 0), loop=s.get("loop", ""), reason=s.get("reason", ""), element=e.get("element", ""), element_reason=e.get("reason", ""), value=e.get("value", ""))


def claim_answers(of: Transaction) -> tuple[ClaimAnswer, ...]:
    """What a 277CA says of each claim. Raises `BadX12`."""
    found = Reader(of.segments, of.delimiters, _table(_277CA)).read()
    out = []
    for patient in found.get("patients", []):
        for c in patient.get("claims", []):
            said = [*c.get("statuses", []), *(s for li in c.get("lines", []) for s in li.get("statuses", []))]
            if "id" not in c or not said:
                raise BadX12(where="a claim", why="TRN or STC is missing")
            out.append(ClaimAnswer(id=c["id"], control=c.get("control", ""), on=said[0].get("on"), amount=said[0].get("amount"),
                                   statuses=tuple(ClaimStatus(category=s.get("category", ""), code=s.get("code", ""), entity=s.get("entity", "")) for s in said)))
    return tuple(out)
