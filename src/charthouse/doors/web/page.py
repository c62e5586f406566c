"""A page: its template with what it shows, and what every page has."""
from __future__ import annotations

from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from charthouse.doors.web.caller import bench, found_session
from charthouse.doors.web.places import places, purposes

HERE = Path(__file__).parent
SHAPES = {"passed": ("✓", "passed", "done"), "applied": ("●", "applied", "info"), "suppressed": ("○", "left off", "quiet"), "warning": ("▲", "warning", "warning"),
          "error": ("■", "error", "error"), "not loaded": ("◌", "not loaded", "quiet")}  # a ruling's verdict: shape, words, colour


def show(request: Request, template: str, *, status: int = 200, **values: Any) -> HTMLResponse:
    """The page. Templates see `session` (None when nobody is signed in), `places`, `purposes`, `here`, `demo` and `values`."""
    person = found_session(request)
    desk = bench(request).desk(person) if person else None
    shown = environment().get_template(template).render(session=person, places=places(desk) if desk else (), purposes=purposes(desk) if desk else (),
                                                               here=request.url.path, demo=bench(request).demo, **values)
    return HTMLResponse(shown, status)


@lru_cache(maxsize=1)
def environment() -> Environment:
    """The templates; every text is escaped, an unknown name is an error."""
    env = Environment(loader=FileSystemLoader(HERE / "templates"), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    env.globals |= {"shapes": SHAPES, "static": static}
    env.filters |= {"kind": kind, "money": money}
    return env


@lru_cache(maxsize=256)
def static(name: str) -> str:
    """The address of a file of ours, with what it holds in it: a browser may keep it for good."""
    return f"/static/{name}?v={sha256((HERE / 'static' / name).read_bytes()).hexdigest()[:12]}"


def money(cents: int) -> str:
    """1234567 as "12,345.67"."""
    return f"{'-' if cents < 0 else ''}{abs(cents) // 100:,}.{abs(cents) % 100:02d}"


def kind(name: str) -> str:
    """"history_and_physical" as "History and physical"."""
    words = name.replace("_", " ").replace("cdi ", "CDI ").replace("him ", "HIM ")
    return words[:1].upper() + words[1:] if words else "Document"
