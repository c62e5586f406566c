"""Coded entries of a bundle: hints for the coder, never evidence by themselves."""
from __future__ import annotations

from typing import Literal

from charthouse.adapters.readers.fhir.person import on
from charthouse.adapters.readers.fhir.shelf import Resource, Shelf, coding, dicts, each, word, words
from charthouse.record.received import Entry

Kind = Literal["diagnosis", "procedure", "medication", "allergy", "result", "vital", "immunization", "other"]
KINDS: dict[str, Kind] = {
    "Condition": "diagnosis", "Procedure": "procedure", "MedicationRequest": "medication", "MedicationStatement": "medication", "MedicationAdministration": "medication",
    "MedicationDispense": "medication", "AllergyIntolerance": "allergy", "Observation": "result", "Immunization": "immunization"}
# FHIR R4, 4.3.0.1: the systems by their addresses
SYSTEMS = {
    "http://hl7.org/fhir/sid/icd-10-cm": "ICD-10-CM", "urn:oid:2.16.840.1.113883.6.90": "ICD-10-CM", "http://www.cms.gov/Medicare/Coding/ICD10": "ICD-10-PCS",
    "http://hl7.org/fhir/sid/icd-10-pcs": "ICD-10-PCS", "urn:oid:2.16.840.1.113883.6.4": "ICD-10-PCS", "http://www.ama-assn.org/go/cpt": "CPT",
    "https://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets": "HCPCS", "http://snomed.info/sct": "SNOMED CT", "http://loinc.org": "LOINC",
    "http://www.nlm.nih.gov/research/umls/rxnorm": "RxNorm", "http://hl7.org/fhir/sid/cvx": "CVX", "http://hl7.org/fhir/sid/ndc": "NDC"}
DATES = ("onsetDateTime", "onsetPeriod", "performedDateTime", "performedPeriod", "occurrenceDateTime", "occurrencePeriod", "effectiveDateTime", "effectivePeriod", "authoredOn",
         "whenPrepared", "whenHandedOver", "recordedDate", "assertedDate", "date", "issued")


def entries(shelf: Shelf, resource: Resource) -> list[Entry]:
    """One a resource; an observation with components gives one a component too."""
    kind = KINDS[resource["resourceType"]]
    if resource["resourceType"] == "Observation" and "vital-signs" in words(resource, "category", "coding", "code"):
        kind = "vital"
    found = [_entry(kind, resource, concept, _value(resource)) for concept in _concepts(shelf, resource)]
    return found + [_entry(kind, resource, part.get("code"), _value(part)) for part in dicts(resource, "component") if dicts(part, "code")]


def _concepts(shelf: Shelf, resource: Resource) -> list[Resource]:
    medicine = shelf.follow(resource, "medicationReference")[1] or shelf.follow(resource, "medication")[1]
    if medicine is not None:
        return dicts(medicine, "code")
    return dicts(resource, "code") or dicts(resource, "vaccineCode") or dicts(resource, "medicationCodeableConcept") or dicts(resource, "medication", "concept")


def _entry(kind: Kind, resource: Resource, concept: object, value: str) -> Entry:
    system, code, display = coding(concept)
    return Entry(kind=kind, system=SYSTEMS.get(system, system), code=code, display=display, value=value, on=on(resource, *DATES), status=_status(resource))


def _status(resource: Resource) -> str:
    """As sent; that something was refuted or entered in error stands before that it is active."""
    said = [word(resource, "status"), *words(resource, "verificationStatus", "coding", "code"), *words(resource, "clinicalStatus", "coding", "code"),
            word(resource, "clinicalStatus"), word(resource, "verificationStatus")]
    against = [s for s in said if s in ("refuted", "entered-in-error", "not-done")]
    return next(iter([*against, *filter(None, said)]), "")


def _value(of: Resource) -> str:
    for name, value in of.items():
        if not name.startswith("value") or name == "value":
            continue
        if isinstance(value, dict) and ("value" in value or "unit" in value):
            return " ".join(filter(None, (word(value, "comparator"), word(value, "value"), word(value, "unit") or word(value, "code"))))
        if isinstance(value, dict):
            return coding(value)[2] or coding(value)[1]
        return next((str(v) for v in each(value) if not isinstance(v, dict)), "")
    return ""
