"""What an adjustment of a remittance is, and the cause of a refusal: by its group, reason and remarks (`carc.tsv`, `rarc.tsv`)."""
from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

Kind = Literal["contractual", "patient", "denial", "takeback"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """`hand` mends it: registration, coding, charge or documentation; `mend`: how; `appealable`: whether an appeal can change it. `words`: what the payer holds."""

    kind: Kind
    cause: str
    hand: str
    mend: str
    appealable: bool
    words: str


@dataclass(frozen=True, slots=True)
class Causes:
    """The two tables."""

    reasons: Mapping[str, Cause]
    remarks: Mapping[str, tuple[str, str, str]]

    def of(self, group: str, reason: str, remarks: Sequence[str] = ()) -> Cause:
        """A remark says more exactly what its reason leaves open. Of group PR it is the patient's, unless the reason is a refusal that somebody here can mend."""
        found = self.reasons.get(reason, Cause(kind="denial", cause="not classified", hand="charge", mend="appeal", appealable=True, words="a reason that Charthouse does not know"))
        if group == "PR" and (found.kind != "denial" or found.cause in ("benefit", "eligibility")):
            return Cause(kind="patient", cause="patient's part", hand="registration", mend="bill patient", appealable=False, words=found.words)
        if found.kind != "denial":
            return found
        for remark in remarks:
            if remark in self.remarks:
                cause, hand, words = self.remarks[remark]
                mend = found.mend if cause == found.cause or found.mend == "appeal" else MENDS.get(cause, "corrected claim")
                return Cause(kind="denial", cause=cause, hand=hand, mend=mend, appealable=found.appealable or cause in ("medical necessity", "documentation"), words=f"{found.words}: {words}")
        return found


MENDS = {"medical necessity": "appeal", "documentation": "records", "eligibility": "next payer", "other payer": "next payer", "duplicate": "write off", "authorization": "corrected claim"}


def causes(reasons: Iterable[Sequence[str]], remarks: Iterable[Sequence[str]]) -> Causes:
    """Of the rows of the tables."""
    by = {code: Cause(kind=kind, cause=cause, hand=hand, mend=mend, appealable=appeal == "yes", words=words) for code, kind, cause, hand, mend, appeal, words in reasons}  # type: ignore[arg-type]
    return Causes(by, {code: (cause, hand, words) for code, cause, hand, words in remarks})
