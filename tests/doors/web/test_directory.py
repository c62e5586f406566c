"""Signing in with the hospital's directory (a provider that others wrote) and with passkeys (the browser's own authenticator), in a real browser."""
from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import ExitStack, closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx2
import pytest
import sqlalchemy as sa
from api_kit import served
from oidc_provider_mock import User, run_server_in_thread
from oidc_provider_mock._storage import AuthorizationCode
from web_kit import Bench

from charthouse.adapters.storage.codebook import SqliteCodeBook
from charthouse.adapters.storage.schema import event
from charthouse.bootstrap import record, web
from charthouse.doors.web.app import create
from charthouse.flow import people

pytestmark = pytest.mark.browser
GOOD = "river lamp cobalt nineteen"
USERS = (User(sub="u-ana", claims={"preferred_username": "ana", "name": "Ana Ruiz", "roles": ["HIM-Coders"], "facilities": ["Harbor"]}),
         User(sub="u-boss", claims={"preferred_username": "boss", "name": "Ines Boss", "roles": ["HIM-Admins"]}), User(sub="u-stranger", claims={"preferred_username": "sam", "name": "Sam", "roles": ["Kitchen"]}))


@pytest.fixture
def bench(book: SqliteCodeBook, data_folder: Path, tmp_path: Path, browser: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bench]:
    """An empty record with one local administrator, and a directory beside it. The address is a name, as passkeys want it."""
    monkeypatch.setattr(AuthorizationCode, "get_auth_time", lambda self: int(time.time()))
    (tmp_path / "books").symlink_to(data_folder / "books")
    monkeypatch.setenv("CHARTHOUSE_DATA", str(tmp_path))
    with ExitStack() as stack:
        peer = stack.enter_context(run_server_in_thread(user_claims=USERS, require_nonce=True))
        for name, value in {"ISSUER": f"http://localhost:{peer.server_port}", "CLIENT": "charthouse", "ROLES": "HIM-Coders=coder,HIM-Admins=administrator", "NAME": "Harbor Directory"}.items():
            monkeypatch.setenv(f"CHARTHOUSE_OIDC_{name}", value)
        (tmp_path / "secret").write_text("kept in a file\n", encoding="utf-8")
        monkeypatch.setenv("CHARTHOUSE_OIDC_SECRET_FILE", str(tmp_path / "secret"))
        opened = stack.enter_context(closing(record.initialise()))
        first = web.first_administrator(opened)
        assert first is not None
        url = stack.enter_context(served(lambda: create(web.workbench(opened)))).replace("127.0.0.1", "localhost")
        made = Bench(url=url, site=opened, visits={"password": first[1]}, browser=lambda: browser)
        with made.quiet():
            yield made


def context(bench: Bench) -> Any:
    made = bench.browser().new_context(base_url=bench.url)
    made.set_default_timeout(10_000)
    bench._contexts.append(made)
    return made


def by_directory(bench: Bench, who: str, path: str = "/") -> Any:
    page = context(bench).new_page()
    page.goto(path)
    page.get_by_role("link", name="Sign in with Harbor Directory").click()
    page.get_by_role("button", name=who).click()
    return page


def events(bench: Bench) -> list[tuple[str, str, str, str]]:
    with bench.site.snapshot() as connection:
        return [tuple(r) for r in connection.execute(sa.select(event.c.actor, event.c.action, event.c.outcome, event.c.reason).order_by(event.c.seq))]  # type: ignore[misc]


def test_somebody_of_the_directory_comes_in_and_goes(bench: Bench) -> None:
    page = by_directory(bench, "u-ana", "/work/mine")
    page.wait_for_url(bench.url + "/work/mine")  # where they wanted to be
    assert "Ana Ruiz" in page.locator("header, .bar").first.inner_text()
    assert page.goto("/users").status == 403  # a coder's roles, and no others
    page.goto("/account")
    assert "kept there" in page.locator("main").inner_text()
    assert page.get_by_label("The one you have").count() == 0
    assert ("oidc:u-ana", "session.begin", "done", "") in events(bench)
    page.goto("/")
    page.locator("summary", has_text="Ana Ruiz").click()
    page.get_by_role("button", name="Sign out").click()
    page.get_by_role("link", name="Sign out of Harbor Directory, too").wait_for()
    assert page.goto("/work/mine").url.endswith("/sign-in?next=/work/mine")


def test_who_has_no_role_or_is_disabled_here_stays_out(bench: Bench) -> None:
    page = by_directory(bench, "u-stranger")
    page.get_by_text("gives you no role in Charthouse").wait_for()
    assert ("oidc:u-stranger", "session.begin", "refused", "no role") in events(bench)
    by_directory(bench, "u-ana").wait_for_url(bench.url + "/")
    desk = record.sign_in(bench.site, record.operator(), "administration")
    people.change(desk, "oidc:u-ana", lambda a: replace(a, disabled=True))
    again = by_directory(bench, "u-ana")
    again.get_by_text("This could not be done").wait_for()
    assert ("oidc:u-ana", "session.begin", "refused", "disabled") in events(bench)
    with pytest.raises(Exception, match="hospital's directory"):
        people.change(desk, "oidc:u-ana", lambda a: replace(a, roles=frozenset({"auditor"})))


def test_who_one_is_is_shown_again_by_the_directory(bench: Bench) -> None:
    page = by_directory(bench, "u-boss")
    page.wait_for_url(bench.url + "/")
    with bench.site.transaction() as open:
        for hash, _ in open.people.tokens("oidc:u-boss"):
            found = open.people.session(hash)
            assert found is not None
            open.people.seen(hash, replace(found, proven_at=found.proven_at.replace(year=2020)))
    page.goto("/prove?next=/users")
    bench.axe(page)
    page.get_by_role("link", name="Show it to Harbor Directory").click()
    page.get_by_role("button", name="u-boss").last.click()
    page.wait_for_url(bench.url + "/users")
    new = page.locator("section.card", has=page.get_by_role("heading", name="Add somebody"))
    new.get_by_label("Login").fill("eve")
    new.get_by_label("Coder", exact=True).check()
    new.get_by_role("button", name="Add").click()
    page.locator("p[role=status] code").wait_for()
    other = page.context.new_page()
    other.goto("/sign-in/oidc?again=true&next=/users")
    other.get_by_role("button", name="u-ana").last.click()
    other.get_by_text("somebody else who signed in there").wait_for()


def test_an_answer_that_nobody_began_here_is_refused(bench: Bench) -> None:
    with httpx2.Client(base_url=bench.url) as client:
        assert client.get("/sign-in/oidc/back?state=x&code=y").status_code == 403
        begun = client.get("/sign-in/oidc")
        assert begun.status_code == 303
        assert client.get("/sign-in/oidc/back?state=wrong&code=y").status_code == 403
        assert client.get("/sign-in/oidc/back?state=wrong&code=y").status_code == 403  # and it was taken
        assert client.get("/session", headers={"accept": "application/json"}).status_code == 401
        assert client.get("/sign-in/oidc?again=true").status_code == 404


def keyed(page: Any) -> Any:
    """The browser's own authenticator."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable", {"enableUI": False})
    made = session.send("WebAuthn.addVirtualAuthenticator", {"options": {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True, "isUserVerified": True, "automaticPresenceSimulation": True}})
    return session, made["authenticatorId"]


def entered(page: Any, password: str, code: str = "") -> None:
    page.goto("/sign-in")
    page.get_by_label("Login").fill("admin")
    page.get_by_label("Password").fill(password)
    page.get_by_label("Code of your").fill(code)
    page.get_by_role("button", name="Sign in", exact=True).click()


def test_a_passkey_is_the_second_factor_and_proves_again(bench: Bench) -> None:
    page = context(bench).new_page()
    entered(page, bench.visits["password"])
    page.get_by_label("The one you have").fill(bench.visits["password"])
    page.get_by_label("A new one").fill(GOOD)
    page.get_by_label("The new one again").fill(GOOD)
    page.get_by_role("button", name="Change it").click()
    page.get_by_text("Your password is changed").wait_for()
    keyed(page)
    page.goto("/account")
    page.get_by_label("Name of a new one").fill("my laptop")
    page.get_by_role("button", name="Add a passkey").click()
    page.get_by_text("my laptop since").wait_for()
    bench.axe(page)
    page.goto("/")
    page.locator("summary", has_text="Administrator").first.click()
    page.get_by_role("button", name="Sign out").click()
    page.get_by_label("Login").wait_for()
    entered(page, GOOD)  # the passkey is asked for, and the browser answers by itself
    page.wait_for_url(bench.url + "/")
    page.goto("/prove?next=/users")
    page.get_by_role("button", name="Use my passkey").click()
    page.wait_for_url(bench.url + "/users")
    assert [(a, o) for _, a, o, _ in events(bench) if a in ("session.prove", "account.factor")] == [("account.factor", "done"), ("session.prove", "done")]
    # without the authenticator: the password alone lets nobody in, and neither does a made-up answer
    with httpx2.Client(base_url=bench.url) as client:
        answer = client.post("/sign-in", data={"login": "admin", "password": GOOD, "code": ""})
        assert "Now your passkey" in answer.text
        assert client.get("/session", headers={"accept": "application/json"}).status_code == 401
        forged = {"id": "x", "rawId": "x", "type": "public-key", "response": {"clientDataJSON": "e30", "authenticatorData": "AA", "signature": "AA", "userHandle": None}, "clientExtensionResults": {}}
        assert client.post("/sign-in/passkey", json={"answer": forged}).status_code == 403
        assert client.post("/sign-in/passkey", json={"answer": forged}).status_code == 403
        assert client.post("/sign-in", data={"login": "admin", "password": GOOD, "code": "123456"}).status_code == 403
    # an answer that was used once is no answer again
    page.goto("/account")
    held: list[Any] = []
    page.on("request", lambda r: held.append(r.post_data_json) if r.url.endswith("/prove/passkey") else None)
    page.goto("/prove?next=/account")
    page.get_by_role("button", name="Use my passkey").click()
    page.wait_for_url(bench.url + "/account")
    csrf = page.locator("meta[name=csrf]").get_attribute("content")
    again = page.evaluate("([body, csrf]) => fetch('/prove/passkey', { method: 'POST', headers: { 'content-type': 'application/json', 'x-csrf': csrf, accept: 'application/json' }, body: JSON.stringify(body) }).then((r) => r.status)", [held[0], csrf])
    assert again == 422
    page.get_by_role("button", name="Take my laptop away").click()
    page.get_by_text("The passkey is taken away").wait_for()
    entered(page, GOOD)
    page.wait_for_url(bench.url + "/")


def test_an_administrators_reset_takes_the_passkeys_away_and_a_copy_is_found_out(bench: Bench) -> None:
    from charthouse.record.account import Passkey
    from charthouse.record.errors import SignInRefused

    with bench.site.transaction() as open:
        open.passkeys.put(Passkey(id="abcd", account="user:admin", name="x", key="abcd", made_at=people.datetime.now(people.UTC)))
    desk = record.sign_in(bench.site, record.operator(), "administration")
    people.reset(desk, web.hasher(), "user:admin")
    with bench.site.transaction() as open:
        assert open.passkeys.of("user:admin") == ()
    from charthouse.adapters.passkeys import WebAuthn

    _, challenge = WebAuthn().ask("user:admin", "http://localhost:1", ())
    with pytest.raises(SignInRefused):
        WebAuthn().proven(challenge, {"id": "abcd"}, ())
