"""Settings: where things lie. `CHARTHOUSE_DATA` and `CHARTHOUSE_DATABASE`; the key may come from `CHARTHOUSE_KEY` (`storage/keys.py`)."""
from __future__ import annotations

import os
from pathlib import Path


def data_folder() -> Path:
    """`CHARTHOUSE_DATA`, else `~/.local/share/charthouse`."""
    return Path(os.environ.get("CHARTHOUSE_DATA") or Path.home() / ".local" / "share" / "charthouse")


def database() -> str:
    """`CHARTHOUSE_DATABASE`: `postgresql://...`; "" for SQLite in the data folder."""
    return os.environ.get("CHARTHOUSE_DATABASE", "")
