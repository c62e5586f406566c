"""Identifiers that we make: time-ordered, else without meaning (UUID version 7, RFC 9562)."""
from __future__ import annotations

import secrets
import time
from uuid import UUID


def new_id() -> str:
    moment = time.time_ns() // 1_000_000
    return str(UUID(int=moment << 80 | 7 << 76 | secrets.randbits(12) << 64 | 2 << 62 | secrets.randbits(62)))
