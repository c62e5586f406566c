"""Passwords that will do, sessions that are over, and how long wrong tries wait."""
from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from charthouse.record.access import Actor
from charthouse.record.session import Session
from charthouse.rooms.people import over, proven, wait, weak

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
SESSION = Session(id="s", shown="Ana", actor=Actor(id="user:ana", roles=frozenset()), purpose="payment", csrf="x", begun_at=NOW, seen_at=NOW, proven_at=NOW)


@pytest.mark.parametrize("password", ["short", "fourteen chars", "passwordpassword", "Password1234567890", "aaaaaaaaaaaaaaaaaaaa", "qwertyuiopasdfghjkl", "123456789012345678", "ana.ruiz-ana.ruiz-ana", "charthousehospital!!",
                                      "abcdefghijklmnopqrst", "x" * 201])
def test_will_not_do(password: str) -> None:
    assert weak(password, "ana.ruiz", "Ana Ruiz")


@pytest.mark.parametrize("password", ["river lamp cobalt nineteen", "Kx4!mPq9zT2@wVn7r", "correct horse battery staple", "é ü 漢字 und noch ein paar", "7h3 0ld m1ll by the brook"])
def test_will_do(password: str) -> None:
    assert weak(password, "ana.ruiz", "Ana Ruiz") == ""


@pytest.mark.parametrize(("idle", "old", "answer"), [(29, 60, False), (30, 60, True), (0, 12 * 60 - 1, False), (0, 12 * 60, True)])
def test_when_a_session_is_over(idle: int, old: int, answer: bool) -> None:
    from dataclasses import replace

    assert over(replace(SESSION, begun_at=NOW - timedelta(minutes=old), seen_at=NOW - timedelta(minutes=idle)), NOW) is answer


def test_proof_holds_for_five_minutes() -> None:
    assert proven(SESSION, NOW + timedelta(minutes=4, seconds=59))
    assert not proven(SESSION, NOW + timedelta(minutes=5))


@pytest.mark.parametrize(("failures", "after", "seconds"), [(0, 0, 0), (4, 0, 0), (5, 0, 30), (5, 29, 1), (5, 30, 0), (6, 0, 60), (8, 0, 240), (10, 0, 900), (60, 0, 900), (60, 901, 0)])
def test_how_long_wrong_tries_wait(failures: int, after: int, seconds: int) -> None:
    assert wait(failures, NOW - timedelta(seconds=after), NOW) == timedelta(seconds=seconds)
