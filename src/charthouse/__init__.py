"""Charthouse: the medical records department in software.

`from charthouse import code_note` codes one note from Python; everything else is the command `charthouse`.
"""
from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from charthouse.doors.python import code_note

__all__ = ["code_note"]


def __getattr__(name: str) -> Any:
    if name == "code_note":
        from charthouse.doors.python import code_note

        return code_note
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
