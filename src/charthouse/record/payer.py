"""What a payer asks beyond the guides: its rules, its times, and which diagnoses make a service necessary; as a site writes them down."""
from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class When:
    """Which lines a rule looks at: all that is said must hold. Codes and diagnoses: "99213", "70551-70553", "M54*"."""

    form: Literal["", "professional", "institutional"] = ""
    codes: tuple[str, ...] = ()
    modifiers: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    revenue: tuple[str, ...] = ()
    diagnoses: tuple[str, ...] = ()
    over: int | None = None
    under: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Needs:
    """What such a line must have; several: all of them. `never`: it is never paid. `modifiers`, `diagnoses`, `taxonomies`: one of them."""

    authorization: bool = False
    referral: bool = False
    attachment: bool = False
    modifiers: tuple[str, ...] = ()
    diagnoses: tuple[str, ...] = ()
    taxonomies: tuple[str, ...] = ()
    most_units: int | None = None
    never: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A line that the rule is tried on. `on`: a day of service; else the rule's first."""

    code: str = ""
    form: Literal["professional", "institutional"] = "professional"
    modifiers: tuple[str, ...] = ()
    place: str = "11"
    revenue: str = ""
    units: int = 1
    diagnoses: tuple[str, ...] = ()
    age: int = 40
    authorization: str = ""
    referral: str = ""
    attachment: bool = False
    taxonomy: str = ""
    on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PayerRule:
    """`hand` mends it. It holds for services from `since` to `until`; `fires` and `passes` are tried whenever it is loaded."""

    id: str
    message: str
    citation: str
    since: date
    until: date | None = None
    hand: Literal["registration", "coding", "charge", "documentation"] = "charge"
    verdict: Literal["error", "warning"] = "error"
    when: When = field(default_factory=When)
    needs: Needs = field(default_factory=Needs)
    fires: tuple[Case, ...] = ()
    passes: tuple[Case, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PayerRules:
    """A file of `payers/`: `payer` is its number in billing.toml; days are counted from the last day of service."""

    payer: str
    citation: str
    filing_days: int | None = None
    corrected_days: int | None = None
    rule: tuple[PayerRule, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Necessity:
    """A line of `necessity.csv`: for a payer ("*": any) and a code, a diagnosis that makes it necessary, or does not."""

    payer: str
    code: str
    diagnosis: str
    covered: bool
    citation: str
    since: date
    until: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PayerBook:
    """All of a site's. `necessity` None: not loaded."""

    rules: Mapping[str, PayerRules] = field(default_factory=dict)
    necessity: Mapping[str, tuple[Necessity, ...]] | None = None
