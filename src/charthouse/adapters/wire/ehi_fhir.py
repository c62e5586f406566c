"""A whole record as a FHIR R4 bundle of type collection: Patient, Encounter, DocumentReference, Condition, Procedure, Provenance.

Attachments lie beside the bundle, under the relative address that each names; their hashes are in the manifest.
"""
from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from charthouse.adapters.wire.fhir_codes import SYSTEMS
from charthouse.adapters.wire.fhir_write import TERMINOLOGY, Resource, filled
from charthouse.record.export import Paper, WholeRecord

_SEX = {"F": "female", "M": "male", "O": "other"}
_CLASS = {"inpatient": ("IMP", "inpatient encounter"), "outpatient": ("AMB", "ambulatory")}


def bundle(whole: WholeRecord, papers: Sequence[Paper], made: str) -> Resource:
    """`made` is when, ISO 8601 with its zone."""
    resources = [_patient(whole), *(_encounter(whole, v) for v in whole.rows("encounter")), *(_document(whole, p) for p in papers), *_codes(whole)]
    resources.append(_provenance(whole, resources, made))
    return {"resourceType": "Bundle", "type": "collection", "timestamp": made,
            "entry": [{"fullUrl": f"https://charthouse.invalid/fhir/{r['resourceType']}/{r['id']}", "resource": r} for r in resources]}


def _patient(whole: WholeRecord) -> Resource:
    who = whole.registration
    return filled({
        "resourceType": "Patient", "id": whole.patient, "identifier": [filled({"system": _uri(s), "value": v}) for s, v in who.identifiers],
        "name": [filled({"family": who.family, "given": who.given.split()})] if who.family or who.given else [], "gender": _SEX.get(who.sex, "unknown"),
        "birthDate": who.birth_date.isoformat() if who.birth_date else "", "telecom": [{"system": "phone", "value": who.phone}] if who.phone else [],
        "address": [filled({"text": who.address, "postalCode": who.postcode})] if who.address or who.postcode else []})


def _encounter(whole: WholeRecord, visit: Mapping[str, Any]) -> Resource:
    code, display = _CLASS.get(visit["setting"], ("AMB", "ambulatory"))
    over = bool(visit["discharged"]) or visit["setting"] == "outpatient"
    return filled({
        "resourceType": "Encounter", "id": visit["id"], "status": "finished" if over else "in-progress", "class": {"system": f"{TERMINOLOGY}/v3-ActCode", "code": code, "display": display},
        "subject": _to("Patient", whole.patient), "identifier": [{"value": visit["number"]}] if visit["number"] else [],
        "period": filled({"start": _instant(visit["admitted"]), "end": _instant(visit["discharged"])}), "serviceProvider": {"display": visit["facility"]},
        "participant": [{"individual": {"display": visit["attending"]}}] if visit["attending"] else [],
        "hospitalization": {"dischargeDisposition": {"coding": [{"system": "https://www.nubc.org/CodeSystem/PatDischargeStatus", "code": visit["discharge_status"]}]}}
        if visit["discharge_status"] else {}})


def _document(whole: WholeRecord, paper: Paper) -> Resource:
    row = paper.row
    states = {"filed": "current", "replaced": "superseded"}
    original = {"contentType": row["media"], "url": paper.original_name, "title": "as received", "creation": row["service_date"]}
    text = {"contentType": "text/plain; charset=utf-8", "url": paper.text_name, "title": "as read"} if row["text"] else {}
    return filled({
        "resourceType": "DocumentReference", "id": row["id"], "status": states.get(row["state"], "entered-in-error"), "type": {"text": paper.title},
        "subject": _to("Patient", whole.patient), "date": row["received_at"], "author": [{"display": row["author"]}] if row["author"] else [],
        "content": [{"attachment": filled(a)} for a in (original, text) if a], "context": {"encounter": [_to("Encounter", row["encounter"])]} if row["encounter"] else {}})


def _codes(whole: WholeRecord) -> Iterator[Resource]:
    """Diagnoses are Conditions; everything else that is coded is a Procedure. What nobody has signed is provisional."""
    visits = {v["id"]: v for v in whole.rows("encounter")}
    for row in whole.rows("search_code"):
        concept = {"coding": [{"system": SYSTEMS.get(row["system"], _uri(row["system"])), "code": row["code"]}]}
        about = {"subject": _to("Patient", whole.patient), "encounter": _to("Encounter", row["encounter"]), "code": concept}
        id = f"{row['encounter']}-{row['place']}"
        if row["system"] == "ICD-10-CM":
            verification = {"coding": [{"system": f"{TERMINOLOGY}/condition-ver-status", "code": "confirmed" if row["status"] == "auto" else "provisional"}]}
            category = {"coding": [{"system": f"{TERMINOLOGY}/condition-category", "code": "encounter-diagnosis"}]}
            yield {"resourceType": "Condition", "id": id, "verificationStatus": verification, "category": [category], **about}
        else:
            yield {"resourceType": "Procedure", "id": id, "status": "completed" if row["status"] == "auto" else "unknown", **about,
                   "performedDateTime": visits[row["encounter"]]["admitted"][:10]}


def _provenance(whole: WholeRecord, resources: Sequence[Resource], made: str) -> Resource:
    return {"resourceType": "Provenance", "id": f"{whole.patient}-export", "target": [_to(r["resourceType"], r["id"]) for r in resources], "recorded": made,
            "activity": {"text": "export of a record whole"}, "agent": [{"who": {"display": "Charthouse"}}]}


def _to(kind: str, id: str) -> Resource:
    return {"reference": f"{kind}/{id}"}


def _uri(system: str) -> str:
    """A system that has no address gets one within a name of ours."""
    return system if ":" in system else f"urn:charthouse:{system.replace(' ', '-')}" if system else ""


def _instant(said: str | None) -> str:
    """FHIR wants a zone with a time of day; where none was said only the day is given."""
    if not said:
        return ""
    at = datetime.fromisoformat(said)
    return at.isoformat() if at.utcoffset() is not None else at.date().isoformat()
