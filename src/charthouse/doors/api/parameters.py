"""What can be asked of each kind of resource. One table: the search, the CapabilityStatement and the OpenAPI description are made from it."""
from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from charthouse.record.listing import Kind

Sort = Literal["token", "string", "date", "reference"]


@dataclass(frozen=True, slots=True)
class Kept:
    """A kind of resource: where it lies in the record ("" : it is made from coding results), and its search parameters."""

    kind: Kind | Literal["codes", "content"]
    parameters: dict[str, Sort]
    note: str = ""


_SAME: dict[str, Sort] = {"_id": "token"}
_DATED: dict[str, Sort] = {**_SAME, "_lastUpdated": "date"}
RESOURCES: dict[str, Kept] = {
    "Patient": Kept("patient", {**_DATED, "identifier": "token", "name": "string", "family": "string", "given": "string", "birthdate": "date", "gender": "token"}),
    "Encounter": Kept("encounter", {**_DATED, "patient": "reference", "subject": "reference", "identifier": "token", "date": "date", "status": "token", "class": "token"},
                      "date is compared by day, as said at the place. _lastUpdated is that of the whole patient record, so that no change is missed."),
    "DocumentReference": Kept("document", {**_DATED, "patient": "reference", "subject": "reference", "encounter": "reference", "date": "date", "period": "date", "type": "token",
                                           "status": "token"}, "date is the day of receipt, period the day of service; type is Charthouse's kind, such as discharge_summary."),
    "Binary": Kept("content", {}, "ID is the document as received, ID.text the text that was read from it."),
    "Condition": Kept("codes", {**_SAME, "patient": "reference", "subject": "reference", "encounter": "reference", "code": "token", "verification-status": "token"},
                      "Diagnoses of the stored coding result. A search names a patient, an encounter or an _id."),
    "Procedure": Kept("codes", {**_SAME, "patient": "reference", "subject": "reference", "encounter": "reference", "code": "token", "status": "token"},
                      "Procedures of the stored coding result. A search names a patient, an encounter or an _id."),
    "Provenance": Kept("writing", {**_SAME, "patient": "reference", "target": "reference", "recorded": "date", "agent": "token"}, "Who made or changed a record."),
    "AuditEvent": Kept("event", {**_SAME, "patient": "reference", "date": "date", "agent": "token", "subtype": "token", "outcome": "token"}, "The ledger."),
    "Task": Kept("step", {**_SAME, "patient": "reference", "encounter": "reference", "focus": "reference", "status": "token", "code": "token", "modified": "date"},
                 "A step of the work on an encounter."),
}
# a parameter of FHIR by the name of our criterion, where the two differ
CRITERIA = {"subject": "patient", "target": "subject", "recorded": "date", "subtype": "action", "focus": "encounter"}
RESULT = ("_count", "_cursor", "_format", "_pretty", "_summary", "_total", "_totalMethod")  # how the answer is given; the last is how fhirpy asks for `_total`
