"""What every route works with, and the desk of who calls."""
from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import Request

if TYPE_CHECKING:
    from charthouse.bootstrap.api import Serving
    from charthouse.flow.desk import Desk


def of(request: Request) -> Serving:
    serving: Serving = request.app.state.serving
    return serving


def desk(request: Request) -> Desk:
    """Raises `NotSignedIn`, `NoPurpose`."""
    origin = request.client.host if request.client else ""
    return of(request).callers.desk(request.headers.get("authorization", ""), request.headers.get("x-charthouse-purpose", ""), origin)
