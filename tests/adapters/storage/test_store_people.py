"""Accounts and sessions on SQLite and PostgreSQL, with the real hasher: signing in, its wrong tries, the second factor, and an administrator's work."""
from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pyotp
import pytest
import sqlalchemy as sa
from storage_kit import NOW, desk_of

from charthouse.adapters.secrets import Argon2AndTotp
from charthouse.adapters.storage.schema import account, event, session
from charthouse.adapters.storage.site import Site
from charthouse.bootstrap.web import Stored
from charthouse.flow import people
from charthouse.flow.people import Entrance
from charthouse.record.access import Actor
from charthouse.record.errors import AccessDenied, BadRequest, LoginTaken, NoRecord, SignInRefused, TooManyTries

HASHER = Argon2AndTotp(memory=1024)
ADMIN = Actor(id="root", roles=frozenset({"administrator"}), origin="test")
GOOD = "river lamp cobalt nineteen"


class Clock:
    now = NOW

    def __call__(self) -> object:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def entrance(site: Site, clock: Clock) -> Entrance:
    return Entrance(store=site, hasher=HASHER, clock=clock)  # type: ignore[arg-type]


def given(site: Site, login: str = "Ana.Ruiz", *roles: str) -> str:
    return people.add(desk_of(site, ADMIN, "administration"), HASHER, login, "Ana Ruiz", frozenset(roles or ("coder",)), frozenset({"north"}))


def events(site: Site) -> list[tuple[str, str, str]]:
    with site.snapshot() as connection:
        return [tuple(r) for r in connection.execute(sa.select(event.c.actor, event.c.action, event.c.outcome).where(event.c.action.like("session%")).order_by(event.c.seq))]  # type: ignore[misc]


def test_in_by_login_and_password_only(site: Site, entrance: Entrance) -> None:
    password = given(site)
    found = entrance.sign_in("ANA.ruiz ", password, "", "10.0.0.1")
    assert (found.id, found.must_change, found.actor("x").facilities) == ("user:ana.ruiz", True, frozenset({"north"}))
    for login, wrong in (("ana.ruiz", password[:-1]), ("ana.ruiz", ""), ("nobody", password)):
        with pytest.raises(SignInRefused):
            entrance.sign_in(login, wrong, "", "10.0.0.1")
    assert events(site) == [("user:ana.ruiz", "session.begin", "done"), ("user:ana.ruiz", "session.begin", "refused"), ("user:ana.ruiz", "session.begin", "refused"), ("somebody", "session.begin", "refused")]
    with site.snapshot() as connection:
        assert password not in str(connection.execute(sa.select(account)).all())


def test_wrong_tries_wait_even_for_the_right_password(site: Site, entrance: Entrance, clock: Clock) -> None:
    password = given(site)
    for _ in range(5):
        with pytest.raises(SignInRefused):
            entrance.sign_in("ana.ruiz", "wrong", "", "")
    with pytest.raises(TooManyTries, match=r"Wait 3[01] seconds"):
        entrance.sign_in("ana.ruiz", password, "", "")
    clock.now = NOW + timedelta(seconds=31)
    assert entrance.sign_in("ana.ruiz", password, "", "").failures == 0


def test_ones_own_password(site: Site, entrance: Entrance) -> None:
    password = given(site)
    with pytest.raises(SignInRefused):
        entrance.set_password("user:ana.ruiz", "wrong", GOOD, "")
    with pytest.raises(BadRequest, match="guessed first"):
        entrance.set_password("user:ana.ruiz", password, "passwordpassword", "")
    entrance.set_password("user:ana.ruiz", password, GOOD, "")
    assert not entrance.sign_in("ana.ruiz", GOOD, "", "").must_change
    with pytest.raises(SignInRefused):
        entrance.sign_in("ana.ruiz", password, "", "")


def test_a_second_factor_is_shown_to_work_then_asked_for_and_no_code_works_twice(site: Site, entrance: Entrance, clock: Clock) -> None:
    password, factor = given(site), HASHER.factor()
    app = pyotp.TOTP(factor)
    with pytest.raises(BadRequest, match="not right"):
        entrance.set_factor("user:ana.ruiz", factor, "000000", "")
    entrance.set_factor("user:ana.ruiz", factor, app.at(NOW), "")
    for code in ("", "123456", app.at(NOW)):  # that of the setting up was used
        with pytest.raises(SignInRefused):
            entrance.sign_in("ana.ruiz", password, code, "")
    clock.now = NOW + timedelta(minutes=2)
    code = app.at(clock.now)
    assert entrance.sign_in("ana.ruiz", password, f"{code[:3]} {code[3:]}", "").id == "user:ana.ruiz"
    with pytest.raises(SignInRefused):
        entrance.sign_in("ana.ruiz", password, code, "")


def test_an_administrators_work(site: Site, entrance: Entrance) -> None:
    desk = desk_of(site, ADMIN, "administration")
    password = given(site)
    with pytest.raises(LoginTaken):
        given(site, "ANA.RUIZ")
    with pytest.raises(BadRequest, match="at least one role"):
        given(site, "other", "king")
    with pytest.raises(AccessDenied):
        people.accounts(desk_of(site))
    people.change(desk, "user:ana.ruiz", lambda a: replace(a, disabled=True))
    with pytest.raises(SignInRefused):
        entrance.sign_in("ana.ruiz", password, "", "")
    people.change(desk, "user:ana.ruiz", lambda a: replace(a, disabled=False, roles=frozenset({"auditor"})))
    assert entrance.sign_in("ana.ruiz", password, "", "").roles == {"auditor"}
    again = people.reset(desk, HASHER, "user:ana.ruiz")
    assert entrance.sign_in("ana.ruiz", again, "", "").must_change
    with pytest.raises(NoRecord):
        people.reset(desk, HASHER, "user:nobody")


def test_the_last_administrator_stays(site: Site) -> None:
    desk = desk_of(site, ADMIN, "administration")
    given(site, "root", "administrator")
    with pytest.raises(BadRequest, match="last administrator"):
        people.change(desk, "user:root", lambda a: replace(a, disabled=True))
    given(site, "second", "administrator")
    people.change(desk, "user:root", lambda a: replace(a, roles=frozenset({"coder"})))


def test_sessions_end_by_time_by_hand_and_by_an_account_that_changes(site: Site, entrance: Entrance, clock: Clock) -> None:
    found = entrance.sign_in("ana.ruiz", given(site), "", "10.0.0.1")
    sessions = Stored(site, clock)  # type: ignore[arg-type]
    token = sessions.begin(found.actor("10.0.0.1"), found.shown, "payment")
    with site.snapshot() as connection:
        assert token not in str(connection.execute(sa.select(session)).all())
    assert sessions.find("wrong") is None
    held = sessions.find(token)
    assert held is not None
    assert (held.actor.id, held.actor.origin, held.purpose, held.must_change) == ("user:ana.ruiz", "10.0.0.1", "payment", True)
    sessions.turn(token, "operations")
    clock.now = NOW + timedelta(minutes=29)
    used = sessions.find(token)
    assert used is not None
    assert used.purpose == "operations"
    clock.now = NOW + timedelta(minutes=58)
    assert sessions.find(token) is not None
    clock.now = NOW + timedelta(minutes=88)
    assert sessions.find(token) is None
    other = sessions.begin(found.actor(""), found.shown, "payment")
    people.change(desk_of(site, ADMIN, "administration"), found.id, lambda a: replace(a, roles=frozenset({"biller"})))
    assert sessions.find(other) is None
    third = sessions.begin(found.actor(""), found.shown, "payment")
    sessions.end(third)
    assert sessions.find(third) is None
