"""Sets of codes as tables write them: "I50", "E11.2", "N18.1-N18.6", "J09-J18"."""
from __future__ import annotations

from functools import lru_cache

Prefixes = tuple[str, ...]


def starts(code: str, prefixes: Prefixes) -> bool:
    """Whether a code lies in one of the prefixes or ranges."""
    plain, ranges = _split(prefixes)
    return code.startswith(plain) or (bool(ranges) and any(low <= code and code[:len(high)] <= high for low, high in ranges))


@lru_cache(maxsize=4096)
def _split(prefixes: Prefixes) -> tuple[Prefixes, tuple[tuple[str, str], ...]]:
    parts = [p.partition("-") for p in prefixes]
    return tuple(low for low, _, high in parts if not high), tuple((low, high) for low, _, high in parts if high)
