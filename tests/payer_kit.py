"""A payer for tests: it reads what was sent with pyx12, acknowledges it with pyx12's own 999, and answers with a 277CA and an 835 of its own making."""
from __future__ import annotations

import io
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from charthouse.adapters.wire import x12_835
from charthouse.record.claim import Party
from charthouse.record.remittance import PaidClaim, Remittance, Withheld


def acknowledged(text: str) -> bytes:
    """pyx12's 999 of an 837."""
    import pyx12.error_handler
    import pyx12.params
    import pyx12.x12n_document

    answer = io.StringIO()
    pyx12.x12n_document.x12n_document(pyx12.params.params(), io.StringIO(text), answer, None, None)
    return answer.getvalue().encode()


@dataclass(frozen=True)
class Sent:
    id: str
    charge: str
    member: str
    lines: tuple[tuple[str, str, str], ...]  # control, code, charge


def claims_of(text: str) -> list[Sent]:
    """Segments apart, no more: independent of the product's reader."""
    found: list[Sent] = []
    member, here, lines = "", None, []
    for segment in text.replace("\n", "").split("~"):
        e = segment.split("*")
        if e[0] == "NM1" and e[1] == "IL" and here is None:
            member = e[9] if len(e) > 9 else ""
        elif e[0] == "NM1" and e[1] == "IL":
            found.append(Sent(here[0], here[1], member, tuple(lines)))
            here, lines, member = None, [], e[9] if len(e) > 9 else ""
        elif e[0] == "CLM":
            if here:
                found.append(Sent(here[0], here[1], member, tuple(lines)))
            here, lines = (e[1], e[2]), []
        elif e[0] == "SV1":
            lines.append((str(len(lines) + 1), e[1].split(":")[1], e[2]))
        elif e[0] == "SV2":
            lines.append((str(len(lines) + 1), e[1], e[3]))
    if here:
        found.append(Sent(here[0], here[1], member, tuple(lines)))
    return found


def status(ids: Iterable[tuple[str, str]], *, category: str = "A2", code: str = "20", number: int = 1) -> bytes:
    """A 277CA: (claim, the payer's number of it)."""
    body = [
        "ST*277*0001*005010X214", "BHT*0085*08*277X*20261120*1200*TH", "HL*1**20*1", "NM1*PR*2*EXAMPLE PAYER*****PI*54321", "TRN*1*1", "DTP*050*D8*20261120", "DTP*009*D8*20261120",
        "HL*2*1*21*1", "NM1*41*2*HARBOR HEALTH BILLING*****46*HARBOR01", "TRN*2*277X", "STC*A1:19:PR*20261120*WQ*1", "HL*3*2*19*1", "NM1*85*2*HARBOR HOSPITAL*****XX*1234567893", "TRN*1*0", "STC*A1:19:PR**WQ*1"]
    for n, (id, control) in enumerate(ids, 4):
        body += [f"HL*{n}*3*PT", "NM1*QC*1*PATIENT*A****MI*W1", f"TRN*2*{id}", f"STC*{category}:{code}*20261120*{'WQ' if category == 'A2' else 'U'}*185", *([f"REF*1K*{control}"] if control else [])]
    body.append(f"SE*{len(body) + 1}*0001")
    head = f"ISA*00*          *00*          *ZZ*CLEAREX        *ZZ*HARBOR01       *261120*1200*^*00501*{number:09d}*0*T*:~GS*HN*CLEAREX*HARBOR01*20261120*1200*{number}*X*005010X214~"
    return (head + "".join(f"{s}~" for s in body) + f"GE*1*{number}~IEA*1*{number:09d}~").encode()


def paid(claims: Iterable[PaidClaim], *, trace: str = "TRACE1", amount: int | None = None, on: date = date(2026, 11, 20), withheld: tuple[Withheld, ...] = ()) -> bytes:
    """An 835 over these claims; `amount` other than their sum does not balance."""
    all = tuple(claims)
    total = sum(c.paid for c in all) - sum(w.amount for w in withheld)
    remit = Remittance(amount=abs(total) if amount is None else amount, credit=total >= 0, trace=trace, on=on, payer=Party(name="Example Payer", number_kind="PI", number="54321"), payee=Party(name="Harbor Hospital", number_kind="XX", number="1234567893"), method="ACH" if total else "NON",
                       payer_number="1999999999", claims=all, withheld=withheld)
    return x12_835.written(remit, sender="CLEAREX", recipient="HARBOR01", at=datetime(2026, 11, 20, 12), control=7).encode()
