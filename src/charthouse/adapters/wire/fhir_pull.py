"""What a FHIR server has, as bundles of one patient each, whole enough to be read on their own: with the patient, the encounters, and the contents
that documents point at."""
from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

from charthouse.adapters.readers.fhir.shelf import dicts, word
from charthouse.adapters.wire.fhir_client import FhirClient, Resource
from charthouse.record.errors import ServerRefused

KINDS = ("Encounter", "DocumentReference", "DiagnosticReport", "Composition", "Condition", "Procedure", "Observation", "MedicationRequest", "AllergyIntolerance", "Immunization")
Note = Callable[[str], None]


def bundles(client: FhirClient, note: Note, *, patient: str = "", since: str = "", kinds: tuple[str, ...] = (), bulk: bool = False) -> Iterator[bytes]:
    """One patient; or all that changed since a day; or a bulk export. What the server does not give is noted."""
    offered = client.kinds()
    wanted = tuple(k for k in (kinds or KINDS) if not offered or k in offered)
    if patient:
        found = [client.read(f"Patient/{patient}"), *(r for k in wanted if k != "Patient" for r in _tried(client, note, k, {"patient": patient}))]
    elif bulk:
        found = list(client.export(kinds=tuple(dict.fromkeys(("Patient", "Encounter", *wanted))), since=since))
    else:
        found = [r for k in dict.fromkeys(("Patient", *wanted)) for r in _tried(client, note, k, {"_lastUpdated": f"ge{since}"})]
    for group in _by_patient(found).values():
        yield _whole(client, note, group)


def _tried(client: FhirClient, note: Note, kind: str, parameters: dict[str, str]) -> list[Resource]:
    try:
        return list(client.search(kind, parameters))
    except ServerRefused as error:
        note(f"{kind}: {error}")
        return []


def _by_patient(found: list[Resource]) -> dict[str, list[Resource]]:
    """Those of nobody (practitioners, places) come with each."""
    groups: dict[str, list[Resource]] = {}
    loose: list[Resource] = []
    for resource in found:
        who = f"Patient/{word(resource, 'id')}" if resource.get("resourceType") == "Patient" else _patient(resource)
        (groups.setdefault(who, []) if who else loose).append(resource)
    return {who: group + loose for who, group in groups.items()}


def _patient(resource: Resource) -> str:
    reference = word(resource, "subject", "reference") or word(resource, "patient", "reference")
    parts = reference.partition("/_history/")[0].rstrip("/").split("/")
    return "/".join(parts[-2:]) if len(parts) >= 2 and parts[-2] == "Patient" else ""


def _whole(client: FhirClient, note: Note, group: list[Resource]) -> bytes:
    there = {f"{word(r, 'resourceType')}/{word(r, 'id')}" for r in group}
    missing = dict.fromkeys(filter(None, (reference for r in list(group) for reference in (_patient(r), *_encounters(r)))))
    for reference in missing:
        if reference not in there:
            group += _one(client, note, reference)
    for resource in group:
        _fill(client, note, resource)
    entries = [{"fullUrl": f"{client.base}/{word(r, 'resourceType')}/{word(r, 'id')}", "resource": r} for r in group]
    return json.dumps({"resourceType": "Bundle", "type": "collection", "entry": entries}, ensure_ascii=False).encode()


def _encounters(resource: Resource) -> list[str]:
    found = [word(e, "reference") for e in (*dicts(resource, "encounter"), *dicts(resource, "context", "encounter"))]
    return ["/".join(r.split("/")[-2:]) for r in found if "Encounter/" in r]


def _one(client: FhirClient, note: Note, reference: str) -> list[Resource]:
    try:
        return [client.read(reference)]
    except ServerRefused as error:
        note(f"{reference.partition('/')[0]}: {error}")
        return []


def _fill(client: FhirClient, note: Note, resource: Resource) -> None:
    """Contents that lie elsewhere on the server come into the resource."""
    attachments: list[dict[str, Any]] = [*dicts(resource, "content", "attachment"), *dicts(resource, "presentedForm")]
    for attachment in attachments:
        if word(attachment, "data") or not word(attachment, "url"):
            continue
        for binary in _one(client, note, word(attachment, "url")):
            data = word(binary, "data") or word(binary, "content")
            if data:
                attachment["data"] = data
                attachment.setdefault("contentType", word(binary, "contentType") or "application/octet-stream")
