"""A record given out whole: complete, valid for others, readable for a person, told in the ledger, and nobody else's."""
from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from fhir.resources.R4B.bundle import Bundle
from PIL import Image

from charthouse.adapters.paper.out import out
from charthouse.adapters.paper.record_pdf import record_pdf
from charthouse.adapters.storage import schema
from charthouse.adapters.storage import site as sites
from charthouse.adapters.storage.layout import Layout
from charthouse.adapters.storage.site import Site
from charthouse.adapters.wire.ehi_fhir import bundle
from charthouse.bootstrap import record
from charthouse.flow.desk import Desk
from charthouse.flow.export import Makers, export, export_all
from charthouse.flow.finding import coded
from charthouse.record.access import Actor
from charthouse.record.errors import AccessDenied, NotEmpty
from charthouse.record.filing import Filing, Registration, Visit
from charthouse.record.finding import AssignedCode

MAKERS = Makers(fhir=bundle, pdf=record_pdf)
NORTH = frozenset({"north"})


def desk(site: Site, role: str, purpose: Any, facilities: frozenset[str] = NORTH) -> Desk:
    return record.sign_in(site, Actor(id=role, roles=frozenset({role}), facilities=facilities), purpose)


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    made = sites.initialise(Layout(tmp_path / "site"))
    yield made
    made.close()


def picture() -> bytes:
    """Two pages of a fax."""
    made = io.BytesIO()
    first, second = (Image.new("1", (850, 1100), n) for n in (1, 0))
    first.save(made, "TIFF", save_all=True, append_images=[second])
    return made.getvalue()


@pytest.fixture
def patient(site: Site) -> str:
    """Two visits here and one elsewhere; a note, a fax, a damaged PDF, and something that nobody can show."""
    clerk, south = desk(site, "him_manager", "operations"), desk(site, "him_manager", "operations", frozenset({"south", "north"}))
    who = clerk.register(Registration(facility="north", identifiers=(("urn:north:mrn", "4711"), ("old numbers", "A 1")), family="Exämple", given="Erin May", birth_date=date(1961, 3, 2), sex="F"))
    first = clerk.admit(Visit(patient=who, facility="north", setting="inpatient", admitted=datetime(2026, 3, 2, 8), discharged=datetime(2026, 3, 6, 9), discharge_status="01", number="V1", attending="Dr. Ada"))
    second = clerk.admit(Visit(patient=who, facility="north", setting="outpatient", admitted=datetime.fromisoformat("2026-04-01T08:00:00-05:00")))
    elsewhere = south.admit(Visit(patient=who, facility="south", setting="outpatient", admitted=datetime(2026, 4, 2, 8)))
    clerk.file(Filing(encounter=first, content=b"note", text="Größe 170 cm.\n\n" + "A long line of a note. " * 30 + "\n" * 80 + "The last line. 骨", kind="discharge_summary", author="Dr. Ada", service_date=date(2026, 3, 6)))
    clerk.file(Filing(encounter=second, content=picture(), text=None, kind="letter", media="image/tiff"))
    clerk.file(Filing(encounter=second, content=b"%PDF-1.7 damaged", text="What was read of it", media="application/pdf"))
    clerk.file(Filing(encounter=second, content=b"\x00\x01", text=None, media="application/x-odd"))
    south.file(Filing(encounter=elsewhere, content=b"of the south", text="of the south"))
    coded(desk(site, "engine", "operations"), first, [AssignedCode(system="ICD-10-CM", code="M10.9", role="principal", status="auto"),
                                                     AssignedCode(system="ICD-10-PCS", code="0SRD0J9", role="procedure", status="review")])
    other = clerk.register(Registration(facility="north", family="Other"))
    clerk.file(Filing(encounter=clerk.admit(Visit(patient=other, facility="north", setting="outpatient", admitted=datetime(2026, 3, 2))), content=b"another person's", text="another person's"))
    return who


@pytest.fixture
def folder(site: Site, patient: str, tmp_path: Path) -> Path:
    where = tmp_path / "given"
    to = out(where)
    assert export(desk(site, "release_signer", "release"), patient, to, MAKERS) == 4
    assert not where.exists()
    to.close()
    return where


def test_everything_of_the_patient_is_in_it_and_nothing_else(folder: Path, patient: str) -> None:
    whole = json.loads((folder / "record.json").read_text(encoding="utf-8"))
    assert (whole["format"], whole["patient"], whole["visits_left_out"], whole["damaged"]) == ("charthouse-ehi/1", patient, 1, [])
    assert {name: len(rows) for name, rows in whole["tables"].items()} == {"patient": 1, "identifier": 2, "encounter": 2, "document": 4, "search_code": 2, "event": 11}  # those of the visit elsewhere too: who used the record is the patient's to know
    assert {e["patient"] for e in whole["tables"]["event"]} == {patient}
    everything = b"".join(p.read_bytes() for p in folder.rglob("*") if p.is_file() and p.suffix != ".pdf")
    assert b"of the south" not in everything
    assert b"another person" not in everything
    assert sorted(p.read_bytes() for p in (folder / "originals").iterdir()) == sorted([b"note", picture(), b"%PDF-1.7 damaged", b"\x00\x01"])
    assert "Größe 170 cm." in next((folder / "texts").glob("0001-*")).read_text(encoding="utf-8")


def test_the_manifest_names_each_file_with_its_hash(folder: Path) -> None:
    files = json.loads((folder / "manifest.json").read_text())["files"]
    there = {str(p.relative_to(folder)): hashlib.sha256(p.read_bytes()).hexdigest() for p in folder.rglob("*") if p.is_file() and p.name != "manifest.json"}
    assert {name: f["sha256"] for name, f in files.items()} == there
    assert {p.stat().st_mode & 0o077 for p in folder.rglob("*")} == {0}


def test_the_bundle_is_valid_for_others_and_its_references_lead_somewhere(folder: Path, patient: str) -> None:
    text = (folder / "fhir-bundle.json").read_text(encoding="utf-8")
    read = Bundle.model_validate_json(text)
    kinds = [e.resource.get_resource_type() for e in read.entry]
    assert {k: kinds.count(k) for k in kinds} == {"Patient": 1, "Encounter": 2, "DocumentReference": 4, "Condition": 1, "Procedure": 1, "Provenance": 1}
    entries = json.loads(text)["entry"]
    there = {f"{e['resource']['resourceType']}/{e['resource']['id']}" for e in entries}
    assert set(_references(entries)) <= there
    urls = [c["attachment"]["url"] for e in entries for c in e["resource"].get("content", [])]
    assert len(urls) == 6
    assert all((folder / url).exists() for url in urls)
    assert all(len(e["resource"]["id"]) <= 64 for e in entries)  # FHIR R4, id


def _references(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        yield from [value["reference"]] if isinstance(value.get("reference"), str) else []
        for inner in value.values():
            yield from _references(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _references(inner)


def test_a_person_can_read_it(folder: Path) -> None:
    pages = [page.get_textpage().get_text_bounded() for page in pypdfium2.PdfDocument(folder / "record.pdf")]
    assert len(pages) == 8  # cover, index, two of the note, two of the fax, one of the damaged PDF, one of what cannot be shown
    assert "Exämple, Erin May" in pages[0]
    assert "1 visits at other facilities" in pages[0]
    assert "Discharge summary" in pages[1]
    assert "Größe 170 cm." in pages[2]
    assert "The last line." in pages[3]
    assert "What was read of it" in pages[6]
    assert "originals/0004" in pages[7]
    assert all(f"page {n} of 8" in text and "4711" in text for n, text in enumerate(pages, 1))


def test_it_is_told_before_it_is_given(site: Site, folder: Path, patient: str) -> None:
    from charthouse.adapters.storage import ledger

    with site.snapshot() as connection:
        told = [e.event for e in ledger.entries(connection) if e.event.action == "chart.export"]
    assert {(e.actor, e.purpose, e.patient, e.outcome) for e in told} == {("release_signer", "release", patient, "done")}
    assert len(told) == 1 + 4 + 2  # the record, four originals, two texts


def test_who_may_not_gets_nothing(site: Site, patient: str, tmp_path: Path) -> None:
    for role, purpose, at in (("release_clerk", "release", NORTH), ("release_signer", "release", frozenset({"south"})), ("him_manager", "operations", NORTH)):
        to = out(tmp_path / "refused")
        with pytest.raises(AccessDenied):
            export(desk(site, role, purpose, at), patient, to, MAKERS)
        to.discard()
    assert not list(tmp_path.glob("refused*"))


def test_everybody_into_one_zip(site: Site, patient: str, tmp_path: Path) -> None:
    to, seen = out(tmp_path / "all.zip"), list[str]()
    assert export_all(desk(site, "release_signer", "release"), to, MAKERS, seen.append) == 2
    to.close()
    with zipfile.ZipFile(tmp_path / "all.zip") as made:
        assert made.testzip() is None
        assert {name.split("/")[0] for name in made.namelist()} == set(seen)
        assert f"{patient}/record.pdf" in made.namelist()
    with pytest.raises(NotEmpty):
        out(tmp_path / "all.zip")


def test_a_damaged_content_is_named_and_stops_nothing(site: Site, patient: str, tmp_path: Path) -> None:
    with site._writing.begin() as connection:
        connection.execute(schema.small_blob.update().values(sealed=b"damaged"))
    for path in site.layout.blobs.glob("??/*"):
        path.write_bytes(b"damaged")
    to = out(tmp_path / "given")
    assert export(desk(site, "release_signer", "release"), patient, to, MAKERS) == 4
    to.close()
    whole = json.loads((tmp_path / "given" / "record.json").read_text(encoding="utf-8"))
    assert len(whole["damaged"]) == 6
    assert len(whole["tables"]["document"]) == 4
