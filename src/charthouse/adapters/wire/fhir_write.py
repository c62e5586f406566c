"""What was found in the record as FHIR R4 resources: patient, encounter, document, task, provenance, audit event."""
from __future__ import annotations

import hashlib
import json
import re
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from charthouse.record.event import Entry
from charthouse.record.filing import Registration, Visit
from charthouse.record.listing import Card, Listed, StepCard

Resource = dict[str, Any]
OURS = "urn:charthouse"
TERMINOLOGY = "http://terminology.hl7.org/CodeSystem"
GENDER = {"M": "male", "F": "female", "": "unknown"}
LOINC = {"discharge_summary": "18842-5", "operative_note": "11504-8", "history_and_physical": "34117-2", "consultation": "11488-4", "radiology_report": "18748-4",
         "laboratory_report": "11502-2", "emergency_note": "34111-5", "progress_note": "11506-3"}
TASK_STATES = {"due": "requested", "running": "in-progress", "leased": "in-progress", "done": "completed", "quarantined": "failed", "failed": "failed", "superseded": "cancelled"}
PURPOSES = {"treatment": "TREAT", "payment": "HPAYMT", "operations": "HOPERAT", "release": "PATRQT", "privacy": "HCOMPL", "administration": "HSYSADMIN", "emergency": "ETREAT"}


def resource(listed: Listed) -> Resource:
    """The one resource of it, with `meta`."""
    of = listed.of
    body = _body(listed)
    kind = body["resourceType"]
    meta: Resource = {"versionId": f"{listed.version}-{_digest(body)}"}
    if listed.updated is not None:
        meta["lastUpdated"] = instant(listed.updated)
    if isinstance(of, Registration) and of.restricted:
        meta["security"] = [{"system": f"{TERMINOLOGY}/v3-Confidentiality", "code": "R"}]
    return {"resourceType": kind, "id": body["id"], "meta": meta} | {k: v for k, v in body.items() if k not in ("resourceType", "id")}


def _body(listed: Listed) -> Resource:
    of = listed.of
    if isinstance(of, Registration):
        return _patient(listed, of)
    if isinstance(of, Visit):
        return _encounter(listed, of)
    if isinstance(of, Card):
        return _document(listed, of)
    if isinstance(of, StepCard):
        return _task(listed, of)
    return _audit_event(listed, of)


def provenance(listed: Listed) -> Resource:
    """An event that made or changed a record, as where the record comes from."""
    entry = listed.of
    assert isinstance(entry, Entry)
    e = entry.event
    body = {"resourceType": "Provenance", "id": listed.id, "target": [_target(e.subject, e.patient)], "recorded": e.at,
            "activity": {"coding": [{"system": f"{OURS}:action", "code": e.action}]},
            "agent": [{"type": {"coding": [{"system": f"{TERMINOLOGY}/provenance-participant-type", "code": "author"}]}, "who": _who(e.actor)}]}
    if e.purpose in PURPOSES:
        body["reason"] = [_purpose(e.purpose)]
    return body | {"meta": {"versionId": f"1-{_digest(body)}", "lastUpdated": e.at}}


def _patient(listed: Listed, r: Registration) -> Resource:
    name = filled({"family": r.family, "given": r.given.split(), "text": " ".join(filter(None, (r.given, r.family)))})
    return filled({
        "resourceType": "Patient", "id": listed.id, "active": not listed.merged_into, "identifier": [{"system": uri(s), "value": v} for s, v in r.identifiers],
        "name": [{"use": "official"} | name] if name else [], "telecom": [{"system": "phone", "value": r.phone}] if r.phone else [],
        "gender": GENDER.get(r.sex, "other"), "birthDate": r.birth_date.isoformat() if r.birth_date else "",
        "address": [filled({"text": r.address, "postalCode": r.postcode})] if r.address or r.postcode else [],
        "managingOrganization": {"display": r.facility} if r.facility else {},
        "link": [{"other": {"reference": f"Patient/{listed.merged_into}"}, "type": "replaced-by"}] if listed.merged_into else []})


def _encounter(listed: Listed, v: Visit) -> Resource:
    inpatient = v.setting == "inpatient"
    status = "cancelled" if listed.state == "cancelled" else "finished" if v.discharged else "in-progress" if inpatient else "unknown"
    disposition = {"coding": [{"system": "https://www.nubc.org/CodeSystem/PatDischargeStatus", "code": v.discharge_status}]} if v.discharge_status else {}
    return filled({
        "resourceType": "Encounter", "id": listed.id, "identifier": [{"system": uri(f"visit {v.facility}"), "value": v.number}] if v.number else [], "status": status,
        "class": {"system": f"{TERMINOLOGY}/v3-ActCode", "code": "IMP" if inpatient else "AMB"}, "subject": {"reference": f"Patient/{listed.patient}"},
        "participant": [{"type": [{"coding": [{"system": f"{TERMINOLOGY}/v3-ParticipationType", "code": "ATND"}]}], "individual": {"display": v.attending}}] if v.attending else [],
        "period": filled({"start": said(v.admitted), "end": said(v.discharged) if v.discharged else ""}),
        "hospitalization": {"dischargeDisposition": disposition} if disposition else {},
        "location": [{"location": {"display": v.unit}}] if v.unit else [], "serviceProvider": {"display": v.facility} if v.facility else {}})


def _document(listed: Listed, c: Card) -> Resource:
    kinds = [{"system": f"{OURS}:document-kind", "code": c.kind}] if c.kind else []
    if c.kind in LOINC:
        kinds.append({"system": "http://loinc.org", "code": LOINC[c.kind]})
    contents = [{"attachment": filled({"contentType": c.media, "url": f"Binary/{listed.id}", "size": c.size, "creation": c.service_date.isoformat() if c.service_date else ""})}]
    if c.has_text and not c.media.startswith("text/"):
        contents.append({"attachment": {"contentType": "text/plain; charset=utf-8", "url": f"Binary/{listed.id}.text", "title": "The text that was read from it"}})
    status = "current" if c.state == "filed" else "superseded" if c.state in ("replaced", "superseded") else "entered-in-error"
    context = filled({"encounter": [{"reference": f"Encounter/{listed.encounter}"}] if listed.encounter else [],
                       "period": {"start": c.service_date.isoformat(), "end": c.service_date.isoformat()} if c.service_date else {}})
    return filled({
        "resourceType": "DocumentReference", "id": listed.id, "identifier": [{"system": "urn:ietf:rfc:3986", "value": f"urn:hash:sha256:{c.sha256}"}], "status": status,
        "type": {"coding": kinds} if kinds else {}, "subject": {"reference": f"Patient/{listed.patient}"} if listed.patient else {}, "date": instant(c.received_at),
        "author": [{"display": c.author}] if c.author else [], "custodian": {"display": c.facility} if c.facility else {},
        "relatesTo": [{"code": "replaces", "target": {"reference": f"DocumentReference/{c.replaces}"}}] if c.replaces else [], "content": contents, "context": context})


def _task(listed: Listed, s: StepCard) -> Resource:
    return filled({
        "resourceType": "Task", "id": listed.id, "status": TASK_STATES.get(s.state, "requested"), "businessStatus": {"text": s.state}, "intent": "order",
        "statusReason": {"text": s.why} if s.why else {}, "code": {"coding": [{"system": f"{OURS}:step", "code": s.name}]},
        "focus": {"reference": f"Encounter/{listed.encounter}"}, "for": {"reference": f"Patient/{listed.patient}"}, "encounter": {"reference": f"Encounter/{listed.encounter}"},
        "authoredOn": instant(s.due_at), "lastModified": instant(s.done_at or s.due_at)})


def _audit_event(listed: Listed, entry: Entry) -> Resource:
    e = entry.event
    verb = "C" if e.action == "chart.file" else "R" if e.action.endswith((".read", ".find", ".verify")) else "U" if e.patient else "E"
    return filled({
        "resourceType": "AuditEvent", "id": listed.id, "type": {"system": "http://dicom.nema.org/resources/ontology/DCM", "code": "110110" if e.patient else "110100"},
        "subtype": [{"system": f"{OURS}:action", "code": e.action}], "action": verb, "recorded": e.at, "outcome": "0" if e.outcome == "done" else "8",
        "purposeOfEvent": [_purpose(e.purpose)] if e.purpose in PURPOSES else [],
        "agent": [filled({"who": _who(e.actor), "requestor": True, "network": {"address": e.origin, "type": "5"} if e.origin else {}})],
        "source": {"observer": {"display": "Charthouse"}},
        "entity": [filled({"what": _target(e.subject, e.patient), "detail": [{"type": "version", "valueString": e.version}] if e.version else []})] if e.subject or e.patient else []})


KINDS = {"patient": "Patient", "encounter": "Encounter", "document": "DocumentReference"}


def _target(subject: str, patient: str) -> Resource:
    kind, _, id = subject.partition(":")
    if kind in KINDS and re.fullmatch(r"[A-Za-z0-9\-.]{1,64}", id):
        return {"reference": f"{KINDS[kind]}/{id}"}
    return {"reference": f"Patient/{patient}"} if patient else {"display": subject or "site"}


def _who(actor: str) -> Resource:
    return {"identifier": {"system": f"{OURS}:actor", "value": actor}, "display": actor}


def _purpose(purpose: str) -> Resource:
    return {"coding": [{"system": f"{TERMINOLOGY}/v3-ActReason", "code": PURPOSES[purpose]}], "text": purpose}


def uri(system: str) -> str:
    """A sender's name of a system as the URI that FHIR wants."""
    return system if re.match(r"[a-z][a-z0-9+.-]*:", system) else f"{OURS}:system:{quote(system, safe='')}"


def system_of(given: str) -> str:
    """And back."""
    from urllib.parse import unquote

    start = f"{OURS}:system:"
    return unquote(given.removeprefix(start)) if given.startswith(start) else given


def instant(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def said(at: datetime) -> str:
    """As it was said: the day alone where the zone is not known, because FHIR takes a time only with its zone."""
    return at.isoformat(timespec="seconds") if at.tzinfo else at.date().isoformat()


def _digest(body: Resource) -> str:
    return hashlib.sha256(json.dumps(body, sort_keys=True, default=str).encode()).hexdigest()[:12]


def filled(of: Resource) -> Resource:
    """Without what is empty: FHIR knows no empty values."""
    return {k: v for k, v in of.items() if v not in ("", None, [], {}, ())}

