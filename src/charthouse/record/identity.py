"""Where a registration belongs: to a patient that is there, perhaps to one, or to nobody yet."""
from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from charthouse.record.filing import Registration
from charthouse.record.ruling import Ruling


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A patient of the record who may be the one."""

    patient: str
    registration: Registration = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Placement:
    """`link`: it is `patient`. `possible`: a person must look at `possible` (patient, probability); until then it is a patient of its own.
    `new`: nobody comes near."""

    verdict: Literal["link", "possible", "new"]
    patient: str = ""
    possible: tuple[tuple[str, float], ...] = ()
    rulings: tuple[Ruling, ...] = ()
