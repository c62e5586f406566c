"""Settings, all of them environment variables: where data lies, and the second reader, which is off unless it is set. The key of the record may
come from `CHARTHOUSE_KEY` (`adapters/storage/keys.py`)."""
from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from charthouse.record.errors import BadSetting

if TYPE_CHECKING:
    from charthouse.adapters.engines.endpoint import Endpoint


def data_folder() -> Path:
    """`CHARTHOUSE_DATA`, else `~/.local/share/charthouse`."""
    return Path(os.environ.get("CHARTHOUSE_DATA") or Path.home() / ".local" / "share" / "charthouse")


def database() -> str:
    """`CHARTHOUSE_DATABASE`: `postgresql://...`; "" for SQLite in the data folder."""
    return os.environ.get("CHARTHOUSE_DATABASE", "")


def facilities() -> tuple[str, ...]:
    """`CHARTHOUSE_FACILITY`: the facility, or several with commas between, whose records commands are about."""
    return tuple(part.strip() for part in os.environ.get("CHARTHOUSE_FACILITY", "").split(",") if part.strip())


def second_reader() -> Endpoint | None:
    """The endpoint of the second reader; None where `CHARTHOUSE_LLM_URL` is not set. Raises `BadSetting`."""
    from charthouse.adapters.engines.endpoint import Endpoint

    url = os.environ.get("CHARTHOUSE_LLM_URL")
    if not url:
        return None
    model = os.environ.get("CHARTHOUSE_LLM_MODEL")
    if not model:
        raise BadSetting(name="CHARTHOUSE_LLM_MODEL", why="is not set, but CHARTHOUSE_LLM_URL is")
    hosts = (os.environ.get("CHARTHOUSE_LLM_HOSTS") or "").replace(",", " ").split()
    numbers = {"timeout": _number("CHARTHOUSE_LLM_TIMEOUT"), "max_questions": _number("CHARTHOUSE_LLM_MAX_QUESTIONS"),
               "max_tokens": _number("CHARTHOUSE_LLM_MAX_TOKENS"), "price_in": _number("CHARTHOUSE_LLM_PRICE_IN"), "price_out": _number("CHARTHOUSE_LLM_PRICE_OUT")}
    given: dict[str, Any] = {field: value for field, value in numbers.items() if value is not None}
    return Endpoint(url=url, model=model, key=os.environ.get("CHARTHOUSE_LLM_KEY") or "", hosts=tuple(hosts), **given)


def _number(name: str) -> float | None:
    given = os.environ.get(name)
    if not given:
        return None
    try:
        value = float(given)
    except ValueError:
        value = -1.0
    if not 0 <= value < 1e9:
        raise BadSetting(name=name, why="is not a number from 0 on")
    return value
