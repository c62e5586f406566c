"""A record to look at: the project's own sample charts, taken in as a hospital would send them, and coded."""
from __future__ import annotations

import os
import tempfile
import threading
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from charthouse import settings
from charthouse.bootstrap import claims, kit, record
from charthouse.bootstrap.chart import rules as chart_rules
from charthouse.bootstrap.worker import ENGINE
from charthouse.flow.charges import filed
from charthouse.flow.post import insured
from charthouse.record.access import Actor, Purpose
from charthouse.record.errors import BadRequest
from charthouse.record.filing import Filing, Registration, Visit
from charthouse.record.received import Cover

if TYPE_CHECKING:
    from charthouse.adapters.storage.site import Site
    from charthouse.flow.desk import Desk

FACILITY = "Harbor"
UNASKED = "CH-400409"
MRN = f"MRN {FACILITY}"  # whose numbers the patients have


class Person(NamedTuple):
    """Somebody of the demo; `purpose` is what the role mostly works for."""

    id: str
    role: str
    shown: str
    purpose: Purpose


PEOPLE = (
    Person("coder", "coder", "Ana Ruiz", "payment"), Person("second_coder", "coder", "Luis Ferro", "payment"), Person("cdi_nurse", "cdi_nurse", "Noor Haddad", "operations"), Person("auditor", "auditor", "Tomas Lindqvist", "operations"),
    Person("him_manager", "him_manager", "Grace Oyelaran", "operations"), Person("records_clerk", "records_clerk", "Ben Ashworth", "operations"), Person("identity_lead", "identity_lead", "Mei Tanaka", "operations"),
    Person("biller", "biller", "Sol Marchetti", "payment"), Person("release_clerk", "release_clerk", "Ivy Novak", "release"), Person("release_signer", "release_signer", "Omar Bello", "release"),
    Person("privacy_officer", "privacy_officer", "Ruth Adeyemi", "privacy"), Person("provider", "provider", "Dr. M. Sekulow", "treatment"), Person("administrator", "administrator", "Kim Administrator", "administration"))


def samples() -> Path | None:
    """The folder of sample charts; None where the program is installed without it."""
    folder = Path(__file__).parents[3] / "samples"
    return folder if folder.is_dir() else None


@contextmanager
def record_of_samples() -> Iterator[Site]:
    """A record in a folder of its own, filled with the samples; gone at the end. Its keys too: nothing of the site's own record is touched."""
    folder = samples()
    if folder is None:
        raise BadRequest(why="The sample charts are not here: the demo runs from the source folder of Charthouse")
    with tempfile.TemporaryDirectory(prefix="charthouse-demo-") as name:
        if (books := settings.data_folder() / "books").exists():
            (Path(name) / "books").symlink_to(books)
        os.environ["CHARTHOUSE_DATA"] = name
        os.environ.pop("CHARTHOUSE_DATABASE", None)
        site = record.initialise()
        try:
            fill(site, folder)
            yield site
        finally:
            site.close()


def fill(site: Site, folder: Path, copy: str = "") -> dict[str, str]:
    """All sample charts of the folder filed at `FACILITY`, and coded. The visit's id by the sample's name. `copy` goes after their numbers, so that they can be filed again as others'."""
    clerk = record.sign_in(site, Actor(id="demo", roles=frozenset({"him_manager"}), facilities=frozenset({FACILITY}), origin="demo"), "operations")
    made = {}
    for path in sorted(folder.glob("*/encounter.toml")):
        fields = tomllib.loads(path.read_text(encoding="utf-8"))
        with clerk.together() as one:
            patient = one.register(_registration(fields["patient"], copy))
            visit = one.admit(_visit(patient, fields, copy))
            insured(one, patient, FACILITY, (_cover(fields["patient"]),), "2026-01-01T00:00:00")
            for document in fields["documents"]:
                content = (path.parent / document["file"]).read_bytes()
                one.file(Filing(encounter=visit, content=content, text=content.decode(), kind=str(document.get("kind") or ""), author=str(document.get("author") or ""),
                                service_date=document.get("date"), source="demo", signed=True))
        made[path.parent.name] = visit
    _bill(clerk, site, folder, copy)
    code(site)
    return made


def code(site: Site) -> None:
    """Do all that is due, as the worker does."""
    from charthouse.flow.worker import work_on_next

    engine = record.sign_in(site, ENGINE, "operations")
    rules = chart_rules()
    while work_on_next(engine, kit(), "demo", 60, lambda lease: nullcontext(), rules) is not None:
        pass


@contextmanager
def worker(site: Site, every: float = 1.0) -> Iterator[None]:
    """A thread that does what becomes due, so that an answer or a late document codes its chart anew while one looks on. `every` in seconds."""
    over = threading.Event()

    def work() -> None:
        while not over.wait(every):
            code(site)

    thread = threading.Thread(target=work, name="demo-worker", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join(30)


def _bill(clerk: Desk, site: Site, folder: Path, copy: str) -> None:
    """How the demonstration bills, its charges, and nothing where it was said before."""
    if not (folder / "charges.csv").is_file():
        return
    for name in ("billing.toml", "fees.csv", "payers/example-health-plan.toml"):
        if not (there := site.layout.folder / name).exists():
            there.parent.mkdir(exist_ok=True)
            there.write_bytes((folder / name).read_bytes())
    found, _ = claims.charges_of(folder / "charges.csv")
    filed(clerk, FACILITY, "demo", [(visit + copy, replace(charge, number=charge.number + copy)) for visit, charge in found])


def _cover(patient: dict[str, Any]) -> Cover:
    """One patient's member number was not asked for, so that an edit has something to hold."""
    if patient["mrn"] == UNASKED:
        return Cover(payer=_payer(patient))
    return Cover(payer=_payer(patient), member=f"W{str(patient['mrn']).removeprefix('CH-')}")


def _payer(patient: dict[str, Any]) -> str:
    return "Medicare" if patient["birth_date"].year < 1961 else "Commercial"


def _registration(patient: dict[str, Any], copy: str) -> Registration:
    given, _, family = str(patient["name"]).rpartition(" ")
    return Registration(facility=FACILITY, identifiers=((MRN, str(patient["mrn"]) + copy),), family=family, given=given, birth_date=patient["birth_date"], sex=patient["sex"],
                        address=f"{str(patient['mrn'])[-2:].lstrip('0') or '1'} Harbor Lane, Boston, MA", postcode="02118")


def _visit(patient: str, fields: dict[str, Any], copy: str) -> Visit:
    inpatient = fields["setting"] == "inpatient"
    first = fields["admission_date"] if inpatient else fields["service_date"]
    return Visit(patient=patient, facility=FACILITY, setting="inpatient" if inpatient else "outpatient", admitted=_at(first, 9), number=f"H-{fields['id'][:2]}{copy}",
                 discharged=_at(fields["discharge_date"], 14) if inpatient else None, discharge_status=str(fields.get("discharge_status") or "") if inpatient else "",
                 unit="Medicine" if inpatient else "Clinic", attending=str(fields["documents"][0].get("author") or ""), payer=_payer(fields["patient"]), admission_type="1" if inpatient else "", admission_source="1" if inpatient else "")


def _at(day: date, hour: int) -> datetime:
    return datetime.combine(day, time(hour), tzinfo=UTC)
