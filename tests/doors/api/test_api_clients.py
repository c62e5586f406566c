"""Programs of others, unmodified, against the real server: fhirclient, fhirpy, and schemathesis over all that the description allows."""
from __future__ import annotations

import contextlib
import os
from typing import Any

import pytest
from api_kit import Api

EXAMPLES = int(os.environ.get("CHARTHOUSE_SCHEMATHESIS") or 5)  # tries an operation; more where there is time


def test_fhirclient_reads_and_searches(api: Api) -> None:
    from fhirclient import client
    from fhirclient.models.documentreference import DocumentReference
    from fhirclient.models.encounter import Encounter
    from fhirclient.models.patient import Patient

    smart = client.FHIRClient(settings={"app_id": "test", "api_base": f"{api.url}/fhir/"})
    smart.server.session.headers["Authorization"] = f"Bearer {api.keys['him_manager']}"
    assert smart.server.capabilityStatement.fhirVersion == "4.0.1"
    erin = Patient.read(api.ids["erin"], smart.server)
    assert (erin.name[0].family, erin.birthDate.isostring) == ("Example", "1961-03-02")
    found = Patient.where(struct={"family": "Many", "_count": "7"}).perform_resources(smart.server)
    assert len({p.id for p in found}) == 30
    stays = Encounter.where(struct={"patient": api.ids["erin"], "date": {"$and": ["ge2026-03-01", "le2026-03-31"]}}).perform_resources(smart.server)
    assert [s.id for s in stays] == [api.ids["stay"]]
    documents = DocumentReference.where(struct={"patient": api.ids["erin"], "type": "discharge_summary"}).perform_resources(smart.server)
    assert documents[0].content[0].attachment.url == f"Binary/{api.ids['summary']}"


def test_fhirpy_reads_and_searches(api: Api) -> None:
    from fhirpy import SyncFHIRClient
    from fhirpy.base.exceptions import OperationOutcome, ResourceNotFound

    client = SyncFHIRClient(f"{api.url}/fhir", authorization=f"Bearer {api.keys['him_manager']}")
    erin = client.reference("Patient", api.ids["erin"]).to_resource()
    assert erin["name"][0]["family"] == "Example"
    assert client.resources("Patient").search(family="Many").count() == 30
    assert len(client.resources("Patient").search(family="Many").limit(7).fetch_all()) == 30
    first = client.resources("Encounter").search(patient=f"Patient/{api.ids['erin']}", date__ge="2026-03-01").first()
    assert first.id == api.ids["stay"]
    suggested = client.execute(f"Encounter/{api.ids['stay']}/$suggest-codes", method="POST")
    assert suggested["resourceType"] == "Parameters"
    with pytest.raises(ResourceNotFound):
        client.reference("Patient", "none").to_resource()
    with pytest.raises(OperationOutcome):
        client.resources("Patient").search(shoe="9").fetch()


def test_schemathesis_finds_no_fault(api: Api) -> None:
    import schemathesis
    from hypothesis import HealthCheck, Phase, given, settings
    from hypothesis.errors import Unsatisfiable
    from schemathesis import GenerationMode
    from schemathesis.checks import not_a_server_error

    schema = schemathesis.openapi.from_url(f"{api.url}/openapi.json")
    operations = [o.ok() for o in schema.get_all_operations()]
    assert len(operations) >= 25
    told: list[int] = []
    real = [api.ids["erin"], api.ids["stay"], api.ids["summary"], f"{api.ids['summary']}.text", "1"]

    def tried(case: Any) -> None:
        who = "interface" if case.operation.path == "/api/documents" else "privacy_officer" if "AuditEvent" in case.operation.path else "him_manager"
        answer = case.call(headers=api.headers(who), timeout=60)
        told.append(answer.status_code)
        case.validate_response(answer, checks=[not_a_server_error])

    for operation in operations:
        for mode in GenerationMode:
            test = given(case=operation.as_strategy(generation_mode=mode))(lambda case: tried(case))
            with contextlib.suppress(Unsatisfiable):  # an operation that nothing can be wrong with
                settings(max_examples=EXAMPLES, deadline=None, database=None, derandomize=True, suppress_health_check=list(HealthCheck), phases=[Phase.generate])(test)()
        if "{id}" in operation.path:
            for id in real:
                tried(operation.Case(path_parameters={"id": id}))
    assert {200, 304} & set(told)
    assert len(told) > 15 * EXAMPLES, len(told)
