"""What the server can do, said from the table that it works by (FHIR R4, CapabilityStatement)."""
from __future__ import annotations

from importlib.metadata import version
from typing import Any

from charthouse.doors.api.parameters import RESOURCES

OPERATIONS = {"suggest-codes": "The codes of the encounter, each with its quotations, rules, citations and confidence", "group-drg": "The MS-DRG of an inpatient stay with its path and edits"}


def statement(base: str, started: str) -> dict[str, Any]:
    return {
        "resourceType": "CapabilityStatement", "status": "active", "date": started, "kind": "instance", "fhirVersion": "4.0.1", "format": ["json"],
        "software": {"name": "Charthouse", "version": version("charthouse")}, "implementation": {"description": "The medical records department", "url": base},
        "rest": [{"mode": "server", "security": {"description": "A bearer credential: a key of this site, or a token of its identity provider. The header X-Charthouse-Purpose says the purpose of use."},
                  "resource": [_resource(base, kind) for kind in RESOURCES]}]}


def _resource(base: str, kind: str) -> dict[str, Any]:
    kept = RESOURCES[kind]
    searches = bool(kept.parameters)
    out: dict[str, Any] = {"type": kind, "interaction": [{"code": "read"}, *([{"code": "search-type"}] if searches else [])], "versioning": "versioned", "readHistory": False,
                           "conditionalRead": "not-match"}
    if kept.note:
        out["documentation"] = kept.note
    if searches:
        out["searchParam"] = [{"name": name, "type": sort} for name, sort in kept.parameters.items()]
    if kind == "Encounter":
        out["operation"] = [{"name": name, "definition": f"urn:charthouse:operation:{name}", "documentation": text} for name, text in OPERATIONS.items()]
    if kind == "Binary":
        out["versioning"] = "no-version"
        out.pop("conditionalRead")
    return out
