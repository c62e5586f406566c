"""The rules of a list as plain data, as a manager writes them, and back. What is wrong is said in words."""
from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from charthouse.record.worklist import STATES, Rules

_LISTS = ("states", "settings", "facilities", "units", "payers", "reasons")
_NUMBERS: dict[str, tuple[type, float, float]] = {"days_at_least": (int, 0, 36500), "days_at_most": (int, 0, 36500), "confidence_below": (float, 0.0, 1.0), "weight_at_least": (float, 0.0, 100.0),
                                                   "questions_at_least": (int, 0, 1000)}


def rules_of(said: Mapping[str, Any]) -> Rules:
    """Raises ValueError with what is wrong."""
    unknown = sorted(set(said) - set(asdict(Rules())))
    if unknown:
        raise ValueError(f"There is no rule named {', '.join(unknown)}")
    read: dict[str, Any] = {name: tuple(str(v).strip() for v in said[name] if str(v).strip()) for name in _LISTS if name in said}
    for name, (kind, low, high) in _NUMBERS.items():
        if said.get(name) not in (None, ""):
            read[name] = _number(name, said[name], kind, low, high)
    if said.get("assigned", "") not in ("", "me", "nobody"):
        raise ValueError("A list holds what is assigned to “me”, to “nobody”, or to anybody")
    rules = Rules(**read, assigned=said.get("assigned", ""))
    wrong = [s for s in rules.states if s not in STATES]
    if wrong:
        raise ValueError(f"{wrong[0]} is no state. States are: {', '.join(STATES)}")
    if rules.days_at_most is not None and rules.days_at_most < rules.days_at_least:
        raise ValueError("A list cannot begin later than it ends: look at the days")
    return rules


def _number(name: str, value: Any, kind: type, low: float, high: float) -> Any:
    words = name.replace("_", " ")
    try:
        number = kind(value)
    except (TypeError, ValueError):
        raise ValueError(f"{words} is not a number") from None
    if not low <= number <= high:
        raise ValueError(f"{words} lies between {low:g} and {high:g}")
    return number


def as_said(rules: Rules) -> dict[str, Any]:
    """What `rules_of` reads."""
    return {name: list(value) if isinstance(value, tuple) else value for name, value in asdict(rules).items()}
