"""Audits in the store, as the desk sees them."""
from __future__ import annotations

from datetime import date
from typing import Protocol

from charthouse.record.access import Access, Scope
from charthouse.record.audit import Aim, Assigned, Audit, Audited, Finding


class Audits(Protocol):
    """`finished` and `chart` are part of a use that tells."""

    def finished(self, access: Access, scope: Scope, since: date, until: date, aim: Aim) -> tuple[str, ...]:
        """The visits that were finished on these days, by a person or by the gate, within the scope, and as the aim says."""
        ...

    def keep(self, access: Access, audit: Audit) -> None:
        """A new sample with its charts."""
        ...

    def listed(self, access: Access, scope: Scope) -> tuple[Audit, ...]:
        """The newest first, each with those of its charts that the scope may see."""
        ...

    def chart(self, access: Access, audit: str, encounter: str) -> Audited | None: ...

    def coded(self, access: Access, chart: Audited) -> None:
        """The auditor's own coding, once. Raises `AlreadyThere` when there is one."""
        ...

    def settle(self, access: Access, chart: Audited) -> None:
        """What the two codings came to."""
        ...


class AuditFindings(Protocol):
    """What reviews and audits hold against finished charts. `of` is part of a use that tells."""

    def put(self, access: Access, audit: str, encounter: str, findings: tuple[Finding, ...]) -> None:
        """In place of the open ones of this audit ("" : the review) and chart; what somebody has settled stays as it is. Part of the use that finishes the chart or codes it blind."""
        ...

    def of(self, access: Access, audit: str, encounter: str) -> tuple[Finding, ...]: ...

    def listed(self, access: Access, scope: Scope, *, review: bool, states: tuple[str, ...], coder: str = "") -> tuple[tuple[Finding, str], ...]:
        """(finding, service of the visit), the newest first. `review`: those of the review of all finished charts only; `coder`: of this account only."""
        ...

    def change(self, access: Access, finding: Finding) -> None:
        """What became of it."""
        ...

    def agreed(self, access: Access, encounter: str) -> tuple[tuple[Assigned, ...], tuple[Assigned, ...]] | None:
        """(what the engine had proposed, what was agreed) by the newest audit of the visit that is settled."""
        ...
