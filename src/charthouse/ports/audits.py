"""Audits in the store, as the desk sees them."""
from __future__ import annotations

from datetime import date
from typing import Protocol

from charthouse.record.access import Access, Scope
from charthouse.record.audit import Audit, Audited


class Audits(Protocol):
    """`finished` and `chart` are part of a use that tells."""

    def finished(self, access: Access, scope: Scope, since: date, until: date) -> tuple[str, ...]:
        """The visits that were finished on these days, by a person or by the gate, within the scope."""
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
