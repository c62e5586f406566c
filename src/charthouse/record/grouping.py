"""What grouping makes: the DRG, how it came about, and what would change it."""
from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from charthouse.record.ruling import Ruling


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnosis:
    code: str
    poa: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stay:
    """What a grouper needs. Age in completed years; sex "M", "F" or ""; status as UB-04 FL 17 ("01" home, "20" died)."""

    id: str
    discharge_date: date
    age: int
    sex: str
    discharge_status: str
    principal: Diagnosis
    secondary: tuple[Diagnosis, ...] = ()
    procedures: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Graded:
    """How the grouper read one diagnosis: severity before and after exclusion by the principal, and its effect."""

    code: str
    severity: str
    counted: bool
    why: str
    flags: tuple[str, ...] = ()
    hac: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class WhatIf:
    """One change tried on the same stay: "I10 as principal", "without J96.01"."""

    change: str
    drg: str
    title: str
    weight: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Grouping:
    """`drg` is the final one, after hospital-acquired conditions; weight None and a ruling say when it is not loaded."""

    drg: str
    title: str
    mdc: str
    mdc_title: str
    kind: str
    severity: str
    weight: float | None
    gmlos: float | None
    amlos: float | None
    edition: str
    weight_edition: str
    initial_drg: str
    return_code: str
    diagnoses: tuple[Graded, ...] = ()
    path: tuple[Ruling, ...] = ()
    what_if: tuple[WhatIf, ...] = ()
