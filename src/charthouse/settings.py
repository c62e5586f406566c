"""Settings: where things lie on this machine. One variable, `CHARTHOUSE_DATA`; nothing else to set."""
from __future__ import annotations

import os
from pathlib import Path


def data_folder() -> Path:
    """`CHARTHOUSE_DATA`, else `~/.local/share/charthouse`."""
    return Path(os.environ.get("CHARTHOUSE_DATA") or Path.home() / ".local" / "share" / "charthouse")
