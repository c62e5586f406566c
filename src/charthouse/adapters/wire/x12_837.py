"""Claims as X12 837 (005010X222A1 professional, 005010X223A2 institutional), written and read by one table each."""
from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from itertools import groupby
from typing import Any

from charthouse.adapters.wire.x12 import Delimiters, Segment, Transaction, enveloped
from charthouse.adapters.wire.x12_table import Loop, Reader, Writer, table
from charthouse.record.claim import Address, Claim, Form, Party, Sent
from charthouse.record.errors import BadX12

GUIDES: dict[Form, str] = {"professional": "005010X222A1", "institutional": "005010X223A2"}
ICD_9 = frozenset(("BK", "BF", "BJ", "PR", "BN", "BR", "BQ"))
_NAME = "person:kind name:upper given:upper middle:upper - suffix:upper number_kind number"
_ADDRESS = """
{0}N3 {1}line:upper {1}line2:upper
{0}N4 {1}city:upper {1}state {1}postcode {1}country"""


def _party(indent: int, qualifier: str, *more: str, address: bool = True) -> str:
    """NM1 with what follows it of a party."""
    pad = "\n" + " " * indent
    return f"NM1 ={qualifier} {_NAME}" + "".join(pad + m for m in more if m.startswith("PRV")) + (_ADDRESS.format(" " * indent, "address.") if address else "") + "".join(pad + m for m in more if not m.startswith("PRV"))


_HEAD = f"""
!BHT =0019 =00 reference day:d8 time =CH
loop 1000A submitter
  {_party(2, "41", address=False)}
  PER =IC contact.name:upper =TE?contact.phone contact.phone =EX?contact.extension contact.extension
loop 1000B receiver
  {_party(2, "40", address=False)}
loop 2000A providers*
  HL # # =20 #
  PRV =BI =PXC billing.taxonomy
  loop 2010AA billing
    {_party(4, "85", "REF =EI tax_number", "REF*references kind value", "PER =IC contact.name:upper =TE?contact.phone contact.phone")}
  loop 2010AB pay_to
    !NM1 =87 =2{_ADDRESS.format("    ", "")}
  loop 2000B subscribers*
    HL # # =22 #
    !SBR sequence own group plan:upper kind - - - filing
    loop 2010BA subscriber
      {_party(6, "IL", "DMG =D8 birth:d8 sex", "REF*references kind value")}
    loop 2010BB payer
      {_party(6, "PR", "REF*references kind value")}
    loop 2300 claims*
@CLAIM@
    loop 2000C patients*
      HL # # =23 #
      !PAT relationship
      loop 2010CA patient
        {_party(8, "QC", "DMG =D8 birth:d8 sex", "REF*references kind value")}
      loop 2300 claims*
@CLAIM@"""

_COVERAGE = f"""
loop 2320 coverages*
  SBR sequence relationship group plan:upper kind - - - filing
  CAS*adjustments
  AMT =D paid:money
  AMT =EAF remaining:money
  OI - - assigned @SIGNED@ - release
  loop 2330A subscriber
    {_party(4, "IL", "REF*references kind value")}
  loop 2330B .
    loop 2330B payer
      {_party(6, "PR")}
    DTP =573 =D8 on:d8
  ~NM1 =82
  ~NM1 =DN
  ~NM1 =P3
  ~NM1 =77
  ~NM1 =DQ
  ~NM1 =71
  ~NM1 =72
  ~NM1 =ZZ
  ~NM1 =85
"""

_LINE = """
  PWK*attachments kind by - - =AC?number number
  DTP?until =472 =RD8 on+until
  DTP?!until =472 =D8 on:d8
  REF =G1 authorization
  REF =6R control
  NTE =ADD note:upper
  loop 2410 .
    LIN - =N4 drug
    CTP - - - drug_units:number drug_unit
    REF =XZ prescription"""
_ADJUDGED = """
  loop 2430 adjudged*
    SVD payer paid:money code_kind?code/code/modifiers... revenue units:number
    CAS*adjustments
    DTP =573 =D8 on:d8"""

_PROFESSIONAL = f"""
CLM id charge:money - - place/=B/frequency signature participates assigned release - cause/cause2/-/accident_state
DTP =431 =D8 onset:d8
DTP =484 =D8 last_period:d8
DTP =439 =D8 accident:d8
DTP =435 =D8 admitted:d8
DTP =096 =D8 discharged:d8
PWK*attachments kind by - - =AC?number number
AMT =F5 patient_paid:money
REF =9F referral
REF =G1 authorization
REF =F8 original
REF =X4 clia
REF =EA record
REF*references kind value
NTE?note note_kind note:upper
HI =ABK/principal.code:icd
HI&*others =ABF/code:icd
HI*conditions =BG/.
loop 2310A referring
  {_party(2, "DN", "REF*references kind value", address=False)}
loop 2310B rendering
  {_party(2, "82", "PRV =PE =PXC taxonomy", "REF*references kind value", address=False)}
loop 2310C facility
  {_party(2, "77", "REF*references kind value")}
loop 2310D supervising
  {_party(2, "DQ", "REF*references kind value", address=False)}
{_COVERAGE.replace("@SIGNED@", "signature")}
loop 2400 lines*
  LX #
  SV1 code_kind?code/code/modifiers... charge:money unit units:number place - pointers...:int - emergency:yes{_LINE}
  loop 2420A rendering
    {_party(4, "82", "PRV =PE =PXC taxonomy", "REF*references kind value", address=False)}{_ADJUDGED.replace(" revenue ", " - ")}"""

_INSTITUTIONAL = f"""
CLM id charge:money - - place/=A/frequency - participates assigned release
DTP =096 =TM discharged_at
DTP?until =434 =RD8 since+until
DTP?!until =434 =D8 since:d8
DTP =435 =DT admitted_at:dt
DTP?!admitted_at =435 =D8 admitted:d8
CL1 admission_type admission_source discharge_status
PWK*attachments kind by - - =AC?number number
AMT =F3 patient_due:money
REF =9F referral
REF =G1 authorization
REF =F8 original
REF =EA record
REF*references kind value
NTE?note note_kind note:upper
HI =ABK/principal.code:icd/-/-/-/-/-/-/principal.poa
HI =ABJ/admitting:icd
HI*visit_reasons =APR/.:icd
HI*external =ABN/code:icd/-/-/-/-/-/-/poa
HI =DR/drg
HI*others =ABF/code:icd/-/-/-/-/-/-/poa
HI =BBR/procedure.code/=D8/procedure.on:d8
HI*procedures =BBQ/code/=D8/on:d8
HI*spans =BI/code/=RD8/on+until
HI*occurrences =BH/code/=D8/on:d8
HI*values =BE/code/-/-/amount:money
HI*conditions =BG/.
loop 2310A attending
  {_party(2, "71", "PRV =AT =PXC taxonomy", "REF*references kind value", address=False)}
loop 2310B operating
  {_party(2, "72", "REF*references kind value", address=False)}
loop 2310D rendering
  {_party(2, "82", "REF*references kind value", address=False)}
loop 2310E facility
  {_party(2, "77", "REF*references kind value")}
loop 2310F referring
  {_party(2, "DN", "REF*references kind value", address=False)}
{_COVERAGE.replace("@SIGNED@", "-")}
loop 2400 lines*
  LX #
  SV2 revenue code_kind?code/code/modifiers... charge:money unit units:number{_LINE.replace("  REF =G1 authorization", "").replace("=ADD", "=TPO")}
  loop 2420C rendering
    {_party(4, "82", "REF*references kind value", address=False)}{_ADJUDGED}"""


@lru_cache(maxsize=2)
def table_of(form: Form) -> Loop:
    """The table of the form."""
    claim = _PROFESSIONAL if form == "professional" else _INSTITUTIONAL

    def under(indent: int) -> str:
        return "\n".join(" " * indent + line for line in claim.splitlines() if line.strip())

    first, second, third = _HEAD.split("@CLAIM@")
    return table(first + under(6) + second + under(8) + third)


# ---- the nouns of the table above the claim

@dataclass(frozen=True, slots=True)
class _Patient:
    relationship: str
    patient: Party | None
    claims: Sequence[Claim]


@dataclass(frozen=True, slots=True)
class _Subscriber:
    head: Claim
    claims: Sequence[Claim]
    patients: Sequence[_Patient]

    def __getattr__(self, name: str) -> Any:
        return getattr(self.head, name)

    @property
    def own(self) -> str:
        return "18" if not self.patients else ""


@dataclass(frozen=True, slots=True)
class _Provider:
    billing: Party
    pay_to: Address | None
    subscribers: Sequence[_Subscriber]


@dataclass(frozen=True, slots=True)
class _File:
    sent: Sent
    providers: Sequence[_Provider] = field(default_factory=tuple)

    @property
    def submitter(self) -> Party:
        return self.sent.submitter

    @property
    def receiver(self) -> Party:
        return self.sent.receiver

    @property
    def reference(self) -> str:
        return self.sent.reference or str(self.sent.interchange)

    @property
    def day(self) -> date:
        return self.sent.at.date()

    @property
    def time(self) -> str:
        return f"{self.sent.at:%H%M}"


def written(sent: Sent) -> str:
    """The file. Claims of one billing provider and one subscriber that follow each other share their loops."""
    writer = Writer(Delimiters())
    providers = [_Provider(billing, pay_to, tuple(_subscribers(of))) for (billing, pay_to), of in groupby(sent.claims, key=lambda c: (c.billing, c.pay_to))]
    writer.loop(table_of(sent.form), _File(sent, providers))
    return enveloped([("837", f"{sent.transaction:04d}", GUIDES[sent.form], writer.lines)], functional="HC", version=GUIDES[sent.form], sender=(sent.sender_kind, sent.sender),
                     recipient=(sent.recipient_kind, sent.recipient), at=sent.at, interchange=sent.interchange, group=sent.group, usage=sent.usage)


def _subscribers(claims: Iterable[Claim]) -> Iterable[_Subscriber]:
    def whose(c: Claim) -> Any:
        return (c.subscriber, c.payer, c.sequence, c.group, c.plan, c.kind, c.filing, c.patient is None)

    for _, run in groupby(claims, key=whose):
        of = list(run)
        patients = [_Patient(r, p, tuple(cs)) for (r, p), cs in groupby(of, key=lambda c: (c.relationship, c.patient))] if of[0].patient is not None else []
        yield _Subscriber(of[0], () if patients else tuple(of), patients)


@dataclass(frozen=True, slots=True)
class Taken:
    """What a file of claims says. `unread`: segments that no field takes, which are told."""

    sent: Sent
    unread: tuple[Segment, ...]


def read(of: Transaction) -> Taken:
    """The claims of a transaction set. Raises `BadX12`."""
    from pydantic import TypeAdapter, ValidationError

    form: Form = "professional" if of.version.startswith("005010X222") else "institutional"
    reader = Reader(of.segments, of.delimiters, table_of(form))
    found = reader.read()
    for s in reader.unread:
        if s.name == "HI" and s.at(1).split(of.delimiters.component)[0] in ICD_9:
            raise BadX12(where=f"segment {s.number} (HI)", why=f"{s.at(1).split(of.delimiters.component)[0]} is a qualifier of ICD-9-CM; since 2015-10-01 claims have ICD-10 codes (ABK, ABF, BBR ...; 45 CFR 162.1002)")
    claims: list[dict[str, Any]] = []
    for provider in found.get("providers", []):
        for subscriber in provider.get("subscribers", []):
            head = {"form": form, "billing": provider.get("billing"), "pay_to": provider.get("pay_to"), "subscriber": subscriber.get("subscriber"), "payer": subscriber.get("payer"),
                    **{k: subscriber[k] for k in ("sequence", "group", "plan", "kind", "filing") if k in subscriber}}
            claims += [{**head, **c} for c in subscriber.get("claims", [])]
            claims += [{**head, "relationship": p.get("relationship", ""), "patient": p.get("patient"), **c} for p in subscriber.get("patients", []) for c in p.get("claims", [])]
    isa, gs, at = of.isa, of.gs, found.get("day")
    try:
        when = datetime.strptime(f"{at:%Y%m%d}{found.get('time', '0000')[:4]}", "%Y%m%d%H%M") if at else datetime.strptime(isa.at(9) + isa.at(10), "%y%m%d%H%M")
        sent = {"form": form, "submitter": found.get("submitter"), "receiver": found.get("receiver"), "sender": isa.at(6).strip(), "sender_kind": isa.at(5), "recipient": isa.at(8).strip(), "recipient_kind": isa.at(7),
                "at": when, "interchange": int(isa.at(13)), "group": int(gs.at(6)), "transaction": int(of.number) if of.number.isdigit() else 1, "reference": found.get("reference", ""), "usage": isa.at(15) if isa.at(15) in "PT" else "P", "claims": claims}
        return Taken(TypeAdapter(Sent).validate_python(sent), tuple(reader.unread))
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        raise BadX12(where=" ".join(str(p) for p in first["loc"]) or "a claim", why=f"what a claim needs is missing or wrong: {first['msg']}") from None
    except ValueError:
        raise BadX12(where="segment 1 (ISA)", why="its date, time or control number is none") from None
