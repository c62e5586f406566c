"""The ways by which the providers' own system is told of queries: implement `ports.queries.Channel`."""
from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from charthouse.adapters.wire import mllp_client, query_fhir, query_hl7
from charthouse.adapters.wire.fhir_client import FhirClient
from charthouse.adapters.wire.smart import Credentials
from charthouse.record.query import Told


@dataclass(frozen=True, slots=True)
class Fhir:
    """A FHIR server that takes Task and Communication under our ids; signed in as `intake pull` is."""

    address: str
    credentials: Credentials
    name: str = "fhir"

    def tell(self, told: Told) -> None:
        client = FhirClient(self.address, self.credentials)
        try:
            for resource in query_fhir.resources(told):
                client.put(resource)
        finally:
            client.close()


@dataclass(frozen=True, slots=True)
class Hl7:
    """A receiver of HL7 v2 over MLLP."""

    address: str
    name: str = "hl7"

    def tell(self, told: Told) -> None:
        message = query_hl7.message(told, datetime.now(UTC))
        if message:
            mllp_client.send(self.address, message)
