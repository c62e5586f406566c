"""Whether a code is one of those that were asked for: a code, a family (`E11*`), a range (`E08-E13`), `?` for any one character. Dots do not matter."""
from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import lru_cache


def codes_match(code: str, patterns: Sequence[str]) -> bool:
    """No patterns: every code."""
    bare = code.replace(".", "")
    return not patterns or any(_one(pattern)(bare) for pattern in patterns)


@lru_cache(maxsize=500)
def _one(pattern: str) -> Callable[[str], bool]:
    low, dash, high = pattern.upper().replace(".", "").partition("-")
    if dash:
        return lambda bare: low <= bare and bare[:len(high)] <= high
    made = re.compile("".join(".*" if c == "*" else "." if c == "?" else re.escape(c) for c in low))
    return lambda bare: made.fullmatch(bare) is not None
