"""The page of a coded encounter and the page that leads to all of a run: one HTML file each, nothing fetched, readable without JavaScript."""
from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping, Sequence
from functools import lru_cache
from hashlib import sha256
from importlib.resources import files
from math import floor
from typing import Any
from urllib.parse import quote

from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup

from charthouse.adapters.paper import words
from charthouse.adapters.paper.view import view

Pictures = Mapping[tuple[str, int], bytes]


def render(result: Mapping[str, Any], pictures: Pictures | None = None) -> str:
    """The page of one result, as `flow.result.as_dict(full=True)` gives it with its "key". Every text in it is shown, never run.
    `pictures` are JPEG of scanned pages, by document and number: they are shown above the text, the evidence marked on them."""
    urls = {at: "data:image/jpeg;base64," + b64encode(jpeg).decode() for at, jpeg in (pictures or {}).items()}
    return environment().get_template("report.html").render(v=view(result, urls), **_inlined("report"))


def render_index(rows: Sequence[Mapping[str, Any]]) -> str:
    """The page that leads to the results of a run; `rows` as in summary.json, with "error" where an encounter failed."""
    return environment().get_template("index.html").render(rows=rows, **_inlined("index"))


def link(page: str) -> str:
    """A file name as a link to a file beside the page; never another scheme or folder's root."""
    return "./" + quote(page)


def shown(number: float | None, digits: int) -> str:
    """A number with that many decimals, "not loaded" for none."""
    return "not loaded" if number is None else f"{number:.{digits}f}"


def confidence(number: float) -> str:
    """Two decimals, cut and not rounded: only what is certain reads 1.00."""
    return f"{floor(number * 100 + 1e-9) / 100:.2f}"


def read(name: str) -> str:
    """A file of this package."""
    return (files("charthouse.adapters.paper") / name).read_text(encoding="utf-8")


@lru_cache(maxsize=1)
def environment() -> Environment:
    """The templates, with every text escaped and control characters made visible."""
    env = Environment(loader=FunctionLoader(read), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    env.finalize = lambda value: words.visible(value) if type(value) is str else value
    env.globals |= {"roles": words.ROLES, "poa_words": words.POA, "statuses": words.STATUS, "verdicts": words.VERDICTS}
    env.filters |= {"kind": words.kind, "link": link, "shown": shown, "confidence": confidence, "count": words.count}
    return env


@lru_cache(maxsize=2)
def _inlined(name: str) -> dict[str, Markup]:
    """Style and script of a page, and the policy that lets these run and nothing else."""
    style, script = read("report.css"), read(f"{name}.js")
    policy = f"default-src 'none'; img-src data:; style-src {digest(style)}; script-src {digest(script)}; base-uri 'none'; form-action 'none'"
    return {"style": Markup(style), "script": Markup(script), "policy": Markup(policy)}


def digest(text: str) -> str:
    """The source expression of an inlined style or script (W3C Content Security Policy Level 3, hash-source)."""
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"
