"""What every page of the workbench has: who may come in, what may be sent, the headers, the keys and the look."""
from __future__ import annotations

import httpx2
import pytest
from web_kit import Bench

from charthouse.doors.web.app import ROUTERS
from charthouse.doors.web.caller import Needs, checked
from charthouse.doors.web.sign_in import PUBLIC


def test_every_route_asks_who_it_is() -> None:
    from fastapi.routing import APIRoute

    def asks(dependant: object) -> bool:
        return any(isinstance(d.call, Needs) or d.call is checked or asks(d) for d in dependant.dependencies)  # type: ignore[attr-defined]

    routes = [r for router in ROUTERS for r in router.routes if isinstance(r, APIRoute)]
    assert len(routes) > 3
    assert [r.path for r in routes if not asks(r.dependant) and r.path not in PUBLIC] == []


def test_nobody_is_sent_to_sign_in_and_a_program_is_told(bench: Bench) -> None:
    answer = httpx2.get(f"{bench.url}/")
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in?next=/")
    answer = httpx2.get(f"{bench.url}/session", headers={"accept": "application/json"})
    assert (answer.status_code, answer.json()["error"]["code"]) == (401, "CH-0800")


@pytest.mark.parametrize("to", ["//evil.example", "https://evil.example", "/\\evil.example", "/\r\nx"])
def test_signing_in_leads_nowhere_else(bench: Bench, to: str) -> None:
    answer = httpx2.post(f"{bench.url}/sign-in/demo", data={"role": "coder", "next": to})
    assert (answer.status_code, answer.headers["location"]) == (303, "/")


@pytest.mark.parametrize("token", ["", "wrong", "é"])
def test_what_comes_from_another_page_changes_nothing(bench: Bench, token: str) -> None:
    client = bench.as_("coder")
    del client.headers["x-csrf"]
    answer = client.post("/sign-out", data={"csrf": token})
    assert answer.status_code == 422
    assert client.get("/session").status_code == 200


def test_a_session_that_was_ended_opens_nothing(bench: Bench) -> None:
    client = bench.as_("coder")
    held = dict(client.cookies)
    assert client.post("/sign-out").status_code == 303
    assert httpx2.get(f"{bench.url}/session", cookies=held, headers={"accept": "application/json"}).status_code == 401


def test_headers(bench: Bench) -> None:
    client = bench.as_("coder")
    page, file = client.get("/"), client.get("/static/keys.js")
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert "unsafe" not in page.headers["content-security-policy"]
    assert (page.headers["cache-control"], page.headers["x-content-type-options"], file.headers["cache-control"]) == ("no-store", "nosniff", "no-cache")
    assert "style=" not in page.text
    assert "<script>" not in page.text


def test_too_large_and_unknown(bench: Bench) -> None:
    client = bench.as_("coder")
    assert client.get("/nowhere").status_code == 404
    assert client.post("/purpose", content=b"x" * (33 * 2**20), headers={"content-type": "application/x-www-form-urlencoded"}).status_code == 413


def test_a_purpose_is_turned(bench: Bench) -> None:
    client = bench.as_("coder")
    assert client.post("/purpose", data={"purpose": "operations"}).status_code == 303
    assert client.get("/session").json()["purpose"] == "operations"
    assert client.post("/purpose", data={"purpose": "curiosity"}).status_code == 422


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious(bench: Bench, scheme: str) -> None:
    page = bench.page("coder", "/", scheme=scheme)
    bench.axe(page)
    page.keyboard.press("?")
    bench.axe(page)
    page.keyboard.press("Escape")
    page.keyboard.press("Control+k")
    bench.axe(page)
    page.goto("/sign-in")
    bench.axe(page)


@pytest.mark.browser
def test_keys_are_remapped_and_a_collision_is_refused(bench: Bench) -> None:
    page = bench.page("coder", "/")
    assert page.locator("[data-do=sheet] kbd").inner_text() == "?"
    page.keyboard.press("?")
    field = page.get_by_label("Key of: The sheet of keys")
    field.press("g")
    assert "Go to My day" in page.locator("dialog .error").inner_text()
    page.get_by_label("Key of: The sheet of keys").press("z")
    page.keyboard.press("Escape")
    assert page.locator("[data-do=sheet] kbd").inner_text() == "z"
    page.keyboard.press("?")
    assert page.locator("dialog[open]").count() == 0
    page.keyboard.press("z")
    assert page.locator("dialog[open]").count() == 1
    assert page.evaluate("""async () => {
      const keys = await import("/static/keys.js");
      try { keys.register({ name: "other", label: "Other", key: "z", run() {} }); return "taken twice"; } catch (error) { return error.message; }
    }""") == 'The key "z" of "other" is that of "sheet" already'


@pytest.mark.browser
def test_the_palette_goes_places_by_name(bench: Bench) -> None:
    page = bench.page("coder", "/sign-in")
    page.goto("/")
    page.keyboard.press("Control+k")
    page.keyboard.type("my d")
    assert page.locator("[role=option]").first.inner_text().startswith("My day")
    with page.expect_navigation():
        page.keyboard.press("Enter")


@pytest.mark.browser
def test_a_session_that_ends_loses_no_work(bench: Bench) -> None:
    page = bench.page("coder", "/")
    first = page.evaluate("document.querySelector('meta[name=csrf]').content")
    page.evaluate("""() => { window.answer = import("/static/ask.js").then((m) => m.ask("/session")); }""")
    assert page.evaluate("window.answer")["csrf"] == first
    page.context.clear_cookies()
    page.evaluate("""() => { window.answer = import("/static/ask.js").then((m) => m.ask("/session")); }""")
    page.get_by_role("heading", name="Your session has ended").wait_for()
    page.get_by_role("button", name="Go on").click()
    assert "not signed in yet" in page.locator("dialog .wrong").inner_text()
    with page.context.expect_page() as other:
        page.get_by_role("link", name="Sign in").click()
    other.value.get_by_role("button", name="Coder Ana Ruiz").click()
    other.value.wait_for_url(f"{bench.url}/")
    page.get_by_role("button", name="Go on").click()
    said = page.evaluate("window.answer")
    assert said["csrf"] != first
    assert page.evaluate("document.querySelector('meta[name=csrf]').content") == said["csrf"]
