"""The store of the record, as the desk sees it. No method reads or writes a chart without an `Access`, whose event it writes first."""
from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from charthouse.ports.api import Answers, ApiKeys
from charthouse.ports.audits import AuditFindings, Audits
from charthouse.ports.billing import ClaimFiles, Claims, Covers, Denials, Remits
from charthouse.ports.completion import Completion
from charthouse.ports.copying import Copying
from charthouse.ports.deciding import Deciding
from charthouse.ports.finding import Finding
from charthouse.ports.index import Duplicates, Index
from charthouse.ports.listing import Listing
from charthouse.ports.people import People, StoredKeys
from charthouse.ports.post import Post
from charthouse.ports.queries import Queries, QueryMessages
from charthouse.ports.reporting import Reporting
from charthouse.ports.retention import Holds, Retention
from charthouse.ports.stays import Stays
from charthouse.ports.steps import Steps
from charthouse.ports.training import Training
from charthouse.ports.worklists import Steering, WorkItems, Worklists
from charthouse.record.access import Access, BreakGlass, Resource
from charthouse.record.chart import Chart
from charthouse.record.event import Event
from charthouse.record.filing import Filing, Registration, Visit


class Gate(Protocol):
    """What a decision needs to know, and where a refusal is written down."""

    def resource(self, kind: str, id: str) -> Resource | None:
        """Of a "patient", "encounter", "hold", "query", "claim" or "denial": whose, which facility's, whether restricted. None when there is no such one."""
        ...

    def glass(self, actor: str, patient: str, now: datetime) -> BreakGlass | None:
        """The glass that this actor broke last for this patient, if it is still open."""
        ...

    def tell(self, event: Event) -> None:
        """Append an event that opens nothing: a refusal, or an act of administration."""
        ...


class Records(Protocol):
    """The record itself. What is made gets its id here."""

    def patient(self, access: Access, id: str) -> Registration: ...

    def chart(self, access: Access, encounter: str) -> Chart: ...

    def register(self, access: Access, registration: Registration) -> str: ...

    def admit(self, access: Access, visit: Visit) -> str: ...

    def file(self, access: Access, filing: Filing) -> str: ...

    def restrict(self, access: Access, patient: str, restricted: bool) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Transaction:
    """What one transaction reaches: a field a concern, each a Protocol of its own."""

    gate: Gate
    records: Records
    steps: Steps
    index: Index
    stays: Stays
    post: Post
    completion: Completion
    holds: Holds
    retention: Retention
    duplicates: Duplicates
    listing: Listing
    api_keys: ApiKeys
    answers: Answers
    finding: Finding
    copying: Copying
    deciding: Deciding
    work_items: WorkItems
    worklists: Worklists
    steering: Steering
    people: People
    passkeys: StoredKeys
    queries: Queries
    query_messages: QueryMessages
    reporting: Reporting
    audits: Audits
    audit_findings: AuditFindings
    training: Training
    covers: Covers
    claims: Claims
    claim_files: ClaimFiles
    remits: Remits
    denials: Denials


class Store(Protocol):
    def transaction(self) -> AbstractContextManager[Transaction]:
        """All or nothing, events included; on disk when it ends."""
        ...
