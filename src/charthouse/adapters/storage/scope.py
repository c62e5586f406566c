"""What a search may see, as conditions of its query."""
from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from charthouse.record.access import Scope

Condition = sa.ColumnElement[bool]


def at(scope: Scope, facility: Any) -> Condition:
    """At one of the facilities."""
    return sa.true() if scope.facilities is None else facility.in_(scope.facilities)


def within(scope: Scope, facility: Any, restricted: Any) -> list[Condition]:
    """There, and not of a restricted record where those are not to be seen."""
    return [at(scope, facility), *([] if scope.restricted else [sa.not_(restricted)])]
