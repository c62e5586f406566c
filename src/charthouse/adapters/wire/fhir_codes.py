"""A coding result (`flow/result.py`) as FHIR R4: conditions and procedures of the encounter, and the answers of the operations."""
from __future__ import annotations

import re
from typing import Any

from charthouse.adapters.wire.fhir_write import OURS, TERMINOLOGY, Resource, filled

SYSTEMS = {"ICD-10-CM": "http://hl7.org/fhir/sid/icd-10-cm", "ICD-10-PCS": "http://www.cms.gov/Medicare/Coding/ICD10", "CPT": "http://www.ama-assn.org/go/cpt",
           "HCPCS": "https://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets"}
CERTAINTY = {"auto": "confirmed", "review": "provisional"}  # `auto`: the site's gate lets it stand without a person


def conditions(result: dict[str, Any], encounter: str, patient: str) -> list[Resource]:
    """The diagnoses of the answer; what was left off the claim is none of them."""
    return [filled({
        "resourceType": "Condition", "id": id_of(encounter, c), "meta": _meta(result), "verificationStatus": {"coding": [{"system": f"{TERMINOLOGY}/condition-ver-status",
                                                                                                                    "code": CERTAINTY[c["status"]]}]},
        "category": [{"coding": [{"system": f"{TERMINOLOGY}/condition-category", "code": "encounter-diagnosis"}]}], "code": concept(c),
        "subject": {"reference": f"Patient/{patient}"}, "encounter": {"reference": f"Encounter/{encounter}"}, "evidence": _evidence(c), "extension": _role(c)})
        for c in _standing(result) if c["system"] == "ICD-10-CM"]


def procedures(result: dict[str, Any], encounter: str, patient: str) -> list[Resource]:
    return [filled({
        "resourceType": "Procedure", "id": id_of(encounter, c), "meta": _meta(result), "status": "completed" if c["status"] == "auto" else "unknown", "code": concept(c),
        "subject": {"reference": f"Patient/{patient}"}, "encounter": {"reference": f"Encounter/{encounter}"},
        "report": [{"reference": f"DocumentReference/{d}"} for d in dict.fromkeys(e["document"] for e in c["evidence"])], "extension": _role(c)})
        for c in _standing(result) if c["system"] != "ICD-10-CM"]


def id_of(encounter: str, code: dict[str, Any]) -> str:
    """The same code of the same encounter keeps its id."""
    return f"{encounter}.{re.sub('[^A-Za-z0-9]', '', code['system'])[:8]}.{re.sub('[^A-Za-z0-9]', '', code['code'])}"[:64]


def concept(c: dict[str, Any]) -> Resource:
    return {"coding": [filled({"system": SYSTEMS.get(c["system"], c["system"]), "code": c["code"], "display": c.get("title", "")})]}


def suggestions(result: dict[str, Any]) -> Resource:
    """Each code with what it rests on: quotation, rule, citation, confidence. `suppressed` ones say why they were left off."""
    parameters = [{"name": "code", "part": [
        {"name": "code", "valueCoding": concept(c)["coding"][0]}, {"name": "role", "valueCode": c["role"].replace(" ", "-")}, {"name": "status", "valueCode": c["status"]},
        {"name": "confidence", "valueDecimal": c["confidence"]}, *([{"name": "poa", "valueCode": c["poa"]}] if c.get("poa") else []),
        *({"name": "evidence", "part": _quoted(e)} for e in c["evidence"]), *({"name": "reason", "part": _reason(r)} for r in c["reasons"])]} for c in result["codes"]]
    held = [{"name": "held", "part": _reason(r)} for r in (result.get("gate") or {}).get("held", ())]
    unread = [{"name": "unread", "part": _reason(r)} for r in result.get("unread", ())]
    return {"resourceType": "Parameters", "parameter": parameters + held + unread} if parameters or held or unread else {"resourceType": "Parameters"}


def grouping(result: dict[str, Any]) -> Resource:
    """The DRG with its path and the edits."""
    g = result["grouping"]
    texts = [("title", g["title"]), ("mdc", g["mdc"]), ("edition", g["edition"]), ("severity", g["severity"])]
    parameters: list[Resource] = [{"name": "drg", "valueCoding": {"system": "https://www.cms.gov/Medicare/Payment/MS-DRG", "code": str(g["drg"]), **({"display": g["title"]} if g["title"] else {})}}]
    parameters += [{"name": name, "valueString": str(value)} for name, value in texts if value not in ("", None)]
    parameters += [{"name": name, "valueDecimal": g[name]} for name in ("weight", "gmlos", "amlos") if g.get(name) is not None]
    parameters += [{"name": "step", "part": _reason(r)} for r in g["path"]]
    parameters += [{"name": "edit", "part": _reason(r)} for r in result.get("edits", ())]
    return {"resourceType": "Parameters", "parameter": parameters}


def _standing(result: dict[str, Any]) -> list[dict[str, Any]]:
    return [c for c in result.get("codes", ()) if c["status"] in CERTAINTY]


def _meta(result: dict[str, Any]) -> Resource:
    return {"tag": [{"system": f"{OURS}:result", "code": str(result["key"])}]} if result.get("key") else {}


def _role(c: dict[str, Any]) -> list[Resource]:
    return [{"url": f"{OURS}:role", "valueCode": c["role"].replace(" ", "-")}, {"url": f"{OURS}:confidence", "valueDecimal": c["confidence"]},
            *([{"url": f"{OURS}:present-on-admission", "valueCode": c["poa"]}] if c.get("poa") else [])]


def _evidence(c: dict[str, Any]) -> list[Resource]:
    return [{"detail": [{"reference": f"DocumentReference/{e['document']}"}],
             "extension": [{"url": f"{OURS}:start", "valueInteger": e["start"]}, {"url": f"{OURS}:end", "valueInteger": e["end"]}, {"url": f"{OURS}:quote", "valueString": e["text"]}]}
            for e in c["evidence"]]


def _quoted(e: dict[str, Any]) -> list[Resource]:
    return [{"name": "document", "valueReference": {"reference": f"DocumentReference/{e['document']}"}}, {"name": "start", "valueInteger": e["start"]},
            {"name": "end", "valueInteger": e["end"]}, {"name": "text", "valueString": e["text"]}]


def _reason(r: dict[str, Any]) -> list[Resource]:
    return [{"name": name, "valueString": str(r[name])} for name in ("rule", "message", "citation", "edition") if r.get(name)]
