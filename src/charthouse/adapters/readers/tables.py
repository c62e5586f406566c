"""The tables that readers share: dispositions, patient classes, code systems, trigger events. Each lies beside this file as lines of tabs."""
from __future__ import annotations

from functools import cache, lru_cache
from importlib.resources import files
from typing import Literal, cast

Setting = Literal["outpatient", "inpatient", ""]

UB_STATUS = frozenset(f"{n:02d}" for n in (*range(1, 8), 9, 20, 21, 30, 40, 41, 42, 43, 50, 51, *range(61, 67), 69, 70, *range(81, 96)))


@cache
def rows(name: str) -> tuple[tuple[str, ...], ...]:
    """The lines of a table, without comments."""
    text = files("charthouse.adapters.readers").joinpath(name).read_text(encoding="utf-8")
    return tuple(tuple(line.split("\t")) for line in text.splitlines() if line and not line.startswith("#"))


@cache
def _pairs(name: str) -> dict[str, str]:
    return {row[0]: row[1] for row in rows(name)}


@cache
def _systems() -> dict[str, str]:
    return {name: row[0] for row in rows("code_systems.tsv") for name in row[1:]}


@cache
def events() -> dict[tuple[str, str], tuple[str, str]]:
    """(happening, note) by message type and trigger."""
    return {(row[0], row[1]): (row[2], row[3]) for row in rows("hl7_events.tsv")}


def discharge_status(sent: str) -> str | None:
    """The discharge status of the claim (UB-04 form locator 17); None for what is none."""
    sent = sent.strip().upper()
    if sent.zfill(2) in UB_STATUS:
        return sent.zfill(2)
    return _pairs("discharge_status.tsv").get(sent)


def setting(patient_class: str) -> Setting | None:
    """"inpatient", "outpatient", "" for a class that says neither; None for a class that is not known."""
    return cast("Setting | None", _pairs("patient_class.tsv").get(patient_class.strip().upper()))


@lru_cache(maxsize=1024)
def system(sent: str) -> str:
    """The URI of a code system by what HL7 v2 or CDA call it; an OID that is not in the table as `urn:oid:`; else as sent."""
    known = _systems().get(sent.strip().upper())
    return known or oid(sent.strip())


def oid(sent: str) -> str:
    return f"urn:oid:{sent}" if sent[:2] in ("1.", "2.", "0.") and sent.replace(".", "").isdigit() else sent
