"""An arrival as bytes and back. What comes back was perhaps made by a process that read hostile bytes, so it is checked: each field is of
its type, no field is unknown, and nothing is made but the nouns of `received.py`."""
from __future__ import annotations

import base64
import json
import types
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from functools import cache
from hashlib import sha256
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from charthouse.record.received import Arrival

Take = Callable[[Any], Any]


def packed(arrival: Arrival) -> bytes:
    """JSON; fields that say nothing are left out."""
    return json.dumps(_out(arrival), ensure_ascii=True, separators=(",", ":")).encode("ascii")


def unpacked(content: bytes) -> Arrival:
    """Raises ValueError for what `packed` did not write."""
    try:
        arrival = _taker(Arrival)(json.loads(content))
    except (KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ValueError(f"not an arrival ({type(error).__name__})") from None
    assert isinstance(arrival, Arrival)
    return arrival


def said_hash(arrival: Arrival) -> str:
    """The hash of what it says: of all but when it was sent, which changes when a sender tries again."""
    told = _out(arrival)
    told.pop("sent_at", None)
    return sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()


def _out(value: Any) -> Any:
    if value is None or isinstance(value, (str, int, float)):
        return value
    if isinstance(value, tuple):
        return [_out(v) for v in value]
    if isinstance(value, bytes):
        return base64.b64encode(value).decode("ascii")
    if isinstance(value, date):
        return value.isoformat()
    return {name: _out(here) for name, default in _defaults(value.__class__) if (here := getattr(value, name)) != default or default is ...}


@cache
def _defaults(cls: Any) -> tuple[tuple[str, Any], ...]:
    from dataclasses import MISSING

    return tuple((f.name, ... if f.default is MISSING else f.default) for f in fields(cls))


@cache
def _taker(wanted: Any) -> Take:
    """What turns JSON into a value of this type, or raises."""
    if is_dataclass(wanted):
        return _noun(wanted)
    origin, inner = get_origin(wanted), get_args(wanted)
    if origin is Literal:
        return lambda v: v if v in inner else _no(wanted)
    if origin is tuple:
        return _row(inner)
    if origin in (Union, types.UnionType):
        (some,) = (a for a in inner if a is not type(None))
        take = _taker(some)
        return lambda v: None if v is None else take(v)
    return _PLAIN[wanted]


def _noun(cls: Any) -> Take:
    hints = get_type_hints(cls)
    takers = {f.name: _taker(hints[f.name]) for f in fields(cls)}

    def take(value: Any) -> Any:
        if not isinstance(value, dict):
            _no(cls)
        return cls(**{name: takers[name](v) for name, v in value.items()})

    return take


def _row(inner: tuple[Any, ...]) -> Take:
    if inner[-1] is ...:
        each = _taker(inner[0])
        return lambda v: tuple([each(x) for x in v]) if isinstance(v, list) else _no(list)
    takers = [_taker(a) for a in inner]
    return lambda v: tuple([t(x) for t, x in zip(takers, v, strict=True)]) if isinstance(v, list) else _no(list)


def _is(*wanted: type) -> Take:
    return lambda v: v if type(v) in wanted else _no(wanted[0])


def _no(wanted: Any) -> Any:
    raise ValueError(f"not a {getattr(wanted, '__name__', wanted)}")


_PLAIN: dict[Any, Take] = {
    str: _is(str), int: _is(int), bool: _is(bool), float: lambda v: float(_is(int, float)(v)), bytes: lambda v: base64.b64decode(v, validate=True),
    date: lambda v: date.fromisoformat(v), datetime: lambda v: datetime.fromisoformat(v)}
