"""Signing in as at a real site, in a real browser: the first administrator, somebody new, a second factor, and what is refused."""
from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx2
import pyotp
import pytest
from api_kit import served
from web_kit import Bench

from charthouse.adapters.storage.codebook import SqliteCodeBook
from charthouse.bootstrap import record, web
from charthouse.doors.web.app import create

pytestmark = pytest.mark.browser
GOOD = "river lamp cobalt nineteen"


@pytest.fixture
def site(book: SqliteCodeBook, data_folder: Path, tmp_path: Path, browser: Any) -> Iterator[tuple[Bench, str]]:
    """An empty record, and the first administrator's password."""
    (tmp_path / "books").symlink_to(data_folder / "books")
    before, os.environ["CHARTHOUSE_DATA"] = os.environ["CHARTHOUSE_DATA"], str(tmp_path)
    try:
        with closing(record.initialise()) as opened:
            first = web.first_administrator(opened)
            assert first is not None
            assert web.first_administrator(opened) is None
            with served(lambda: create(web.workbench(opened))) as url:
                made = Bench(url=url, site=opened, visits={}, browser=lambda: browser)
                with made.quiet():
                    yield made, first[1]
    finally:
        os.environ["CHARTHOUSE_DATA"] = before


def entered(bench: Bench, login: str, password: str, code: str = "") -> Any:
    context = bench.browser().new_context(base_url=bench.url)
    bench._contexts.append(context)
    page = context.new_page()
    page.goto("/")
    page.get_by_label("Login").fill(login)
    page.get_by_label("Password").fill(password)
    page.get_by_label("Code of your").fill(code)
    page.get_by_role("button", name="Sign in").click()
    return page


def changed(page: Any, old: str) -> None:
    page.get_by_label("The one you have").fill(old)
    page.get_by_label("A new one").fill(GOOD)
    page.get_by_label("The new one again").fill(GOOD)
    page.get_by_role("button", name="Change it").click()
    page.get_by_text("Your password is changed").wait_for()


def test_the_first_day(site: tuple[Bench, str]) -> None:
    bench, password = site
    admin = entered(bench, "admin", password)
    admin.wait_for_url("**/account")
    admin.goto("/users")
    admin.wait_for_url("**/account")  # nothing else before the password is one's own
    bench.axe(admin)
    changed(admin, password)
    admin.goto("/users")
    bench.axe(admin)
    new = admin.locator("section.card", has=admin.get_by_role("heading", name="Add somebody"))
    new.get_by_label("Login").fill("ana")
    new.get_by_label("Name").fill("Ana Ruiz")
    new.get_by_label("Coder", exact=True).check()
    new.get_by_label("Facilities").fill("Harbor, North")
    new.get_by_role("button", name="Add").click()
    given = admin.locator("p[role=status] code").inner_text()
    ana = entered(bench, "ANA", given)
    ana.wait_for_url("**/account")
    changed(ana, given)
    secret = ana.locator("section.card", has=ana.get_by_role("heading", name="Second factor")).locator("code").first.inner_text()
    app = pyotp.TOTP(secret)
    bench.axe(ana)
    ana.get_by_label("Code").fill(app.now())
    ana.get_by_role("button", name="Set it up").click()
    ana.get_by_text("Your second factor is set").wait_for()
    without = entered(bench, "ana", GOOD)
    without.get_by_text("Login, password or code is not right").wait_for()
    assert without.get_by_label("Login").input_value() == "ana"
    assert httpx2.get(f"{bench.url}/users", cookies={c["name"]: c["value"] for c in ana.context.cookies()}).status_code == 403
    admin.goto("/users")
    admin.get_by_role("button", name="Disable ana").click()
    ana.goto("/")
    ana.get_by_role("button", name="Sign in").wait_for()


def test_what_cannot_be_taken_back_asks_for_the_password_again(site: tuple[Bench, str], monkeypatch: pytest.MonkeyPatch) -> None:
    from datetime import timedelta

    from charthouse.rooms.people import sessions

    bench, password = site
    admin = entered(bench, "admin", password)
    changed(admin, password)
    monkeypatch.setattr(sessions, "PROOF", timedelta(0))
    admin.goto("/users")
    admin.get_by_role("button", name="New password for admin").click()
    admin.wait_for_url("**/prove**")
    bench.axe(admin)
    admin.get_by_label("Password").fill("wrong")
    admin.get_by_role("button", name="Go on").click()
    admin.get_by_text("is not right").wait_for()
    admin.get_by_label("Password").fill(GOOD)
    admin.get_by_role("button", name="Go on").click()
    admin.get_by_role("heading", name="My day").wait_for()


def test_the_demos_door_is_shut_at_a_real_site(site: tuple[Bench, str]) -> None:
    bench, _ = site
    assert httpx2.post(f"{bench.url}/sign-in/demo", data={"role": "coder"}).status_code == 404
    for _ in range(31):
        last = httpx2.post(f"{bench.url}/sign-in", data={"login": f"guess{_}", "password": "x"})
    assert last.status_code == 429
