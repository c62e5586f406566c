"""What reports are made of, in the store: figures without names or text."""
from __future__ import annotations

from datetime import date
from typing import Protocol

from charthouse.record.access import Access, Scope
from charthouse.record.act import Act
from charthouse.record.report import CodeFigure, LackFigure, QueryFigure, StayFigure, VisitFigure


class Reporting(Protocol):
    """Within what the scope may see, of visits of the days from `since` to `until`, both included. `visits` tells; the others are part of the use."""

    def visits(self, access: Access, scope: Scope, since: date, until: date) -> tuple[VisitFigure, ...]: ...

    def acts(self, access: Access, scope: Scope, since: date, until: date) -> tuple[tuple[str, str, Act], ...]:
        """(visit, setting, act) in the order of visits and acts."""
        ...

    def queries(self, access: Access, scope: Scope, since: date, until: date) -> tuple[QueryFigure, ...]:
        """Sent on these days."""
        ...

    def codes(self, access: Access, scope: Scope, since: date, until: date) -> tuple[CodeFigure, ...]: ...

    def lacks(self, access: Access, scope: Scope, since: date, until: date) -> tuple[LackFigure, ...]:
        """One with an empty kind for a chart that lacks nothing."""
        ...

    def stays(self, access: Access, scope: Scope, since: date, until: date) -> tuple[StayFigure, ...]:
        """Of any inpatient who was in house on one of these days."""
        ...
