"""A coder's day in a real browser over a real record: charts finished by keyboard alone, a code added from words after an emoji, two windows on one chart, a session that ends."""
from __future__ import annotations

from datetime import date
from typing import Any

import httpx2
import pytest
from web_kit import Bench

from charthouse.bootstrap import demo, record
from charthouse.doors.web.caller import COOKIE
from charthouse.record.access import Actor
from charthouse.record.filing import Filing

pytestmark = pytest.mark.browser
EMOJI = "NURSING NOTE\n😀 e\u0301tat stable, 👩‍👩‍👧 at the bedside. Severe headache since Monday, acetaminophen given.\n"


def at(bench: Bench, start: str) -> str:
    return f"/chart/{next(id for name, id in bench.visits.items() if name.startswith(start))}"


def opened(bench: Bench, path: str) -> Any:
    page = bench.page("coder", path)
    page.wait_for_selector("[data-ready]")
    return page


def saved(page: Any) -> None:
    page.locator("[data-drg][aria-busy=false]").wait_for(state="attached")


def chosen(page: Any) -> str:
    return str(page.locator(".code[aria-current] .pick code").inner_text())


def state(client: httpx2.Client, path: str) -> dict[str, Any]:
    answer = client.get(f"{path}/state")
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def finish(page: Any) -> None:
    """By keys alone: everything that waits accepted, a POA indicator said where F8 leads to a stop for want of it, submitted past its warnings."""
    waiting = page.locator("[data-group=diagnoses] .code:not(.decided), [data-group=procedures] .code:not(.decided)")
    while waiting.count():
        page.keyboard.press("a")
    saved(page)
    while page.locator(".stops.stop").count():
        page.keyboard.press("F8")
        assert "POA" in page.locator("[data-said]").inner_text()
        page.keyboard.press("y")
        page.keyboard.press("y")
        saved(page)
    page.keyboard.press("Control+Enter")
    if page.locator(".stops:visible").count():
        page.keyboard.press("Control+Enter")


def test_a_coder_finishes_five_charts_by_keyboard_alone(own_bench: Bench) -> None:
    """From my day: `s` begins with the first chart; each that is submitted leads to the next, and a list that is done to the list."""
    client = own_bench.as_("coder")
    page = own_bench.page("coder", "/")
    page.keyboard.press("s")
    done: list[str] = []
    while len(done) < 5:
        page.wait_for_url(lambda url: url not in done)
        if "/work/" in page.url:  # the list is done: the next one begins at my day
            page.keyboard.press("g")
            page.keyboard.press("d")
            page.wait_for_url(own_bench.url + "/")
            page.locator("[data-key=start] kbd").wait_for()
            page.keyboard.press("s")
            page.wait_for_url("**/chart/*")
        page.wait_for_selector("[data-ready]")
        done.append(page.url)
        if len(done) == 1:  # one code is rejected for a reason, and that undone
            path = page.url.removeprefix(own_bench.url)
            before = [c["code"] for c in state(client, path)["codes"]]
            page.keyboard.press("x")
            page.keyboard.press("1")
            saved(page)
            page.keyboard.press("u")
            page.locator("[data-said]", has_text="Undone").wait_for()
            assert [c["code"] for c in state(client, path)["codes"]] == before
        finish(page)
    page.wait_for_url(lambda url: url not in done)
    finals = [state(client, url.removeprefix(own_bench.url))["final"] for url in done]
    assert [f["by"] for f in finals] == ["Ana Ruiz"] * 5


def test_a_code_is_added_from_words_after_an_emoji(own_bench: Bench) -> None:
    path = at(own_bench, "09")
    clerk = record.sign_in(own_bench.site, Actor(id="clerk", roles=frozenset({"him_manager"}), facilities=frozenset({demo.FACILITY}), origin="test"), "operations")
    clerk.file(Filing(encounter=path.rpartition("/")[2], content=EMOJI.encode(), text=EMOJI, kind="nursing_note", author="R. Novak RN", service_date=date(2026, 1, 20), source="test", signed=True))
    demo.code(own_bench.site)
    page = opened(own_bench, path)
    page.locator(".entry", has_text="Nursing note").click()
    page.locator(".texts .document h2", has_text="Nursing note").wait_for()
    page.evaluate("""() => { const walk = document.createTreeWalker(document.querySelector('.texts .text'), NodeFilter.SHOW_TEXT);
      for (let n = walk.nextNode(); n; n = walk.nextNode()) { const at = n.data.indexOf('headache'); if (at >= 0) { getSelection().setBaseAndExtent(n, at, n, at + 8); return; } } }""")
    page.keyboard.press("+")
    assert page.locator(".finder input").input_value() == "headache"
    page.locator(".found [role=option]", has_text="R51.9").wait_for()
    page.locator(".finder input").fill("R51.9")
    page.locator(".found [role=option][aria-selected=true]", has_text="R51.9").wait_for()
    page.keyboard.press("Enter")
    saved(page)
    assert chosen(page) == "R51.9"
    line = next(c for c in state(own_bench.as_("coder"), path)["codes"] if c["code"] == "R51.9")
    start = EMOJI.index("headache")
    assert any((e["start"], e["end"], e["text"]) == (start, start + 8, "headache") for e in line["evidence"])
    assert "headache" in page.locator(".texts mark.lit").all_text_contents()


def test_two_windows_on_one_chart(own_bench: Bench) -> None:
    path = at(own_bench, "09")
    page, client = opened(own_bench, path), own_bench.as_("coder")
    now = state(client, path)
    other = next(c for c in now["codes"] if c["role"] == "secondary")
    assert client.post(f"{path}/acts", json={"version": now["version"], "what": "flag", "line": other["line"]}).status_code == 200
    page.keyboard.press("a")
    page.get_by_role("alert").get_by_text("changed elsewhere").wait_for()
    assert page.locator(".code", has_text="flagged").count() == 1
    page.get_by_role("button", name="Do it again").click()
    saved(page)
    assert [a["what"] for a in state(client, path)["acts"]] == ["flag", "accept"]


def test_a_session_that_ends_loses_nothing(own_bench: Bench) -> None:
    path = at(own_bench, "02")
    page = opened(own_bench, path)
    page.evaluate("""async () => { await fetch('/sign-out', {method: 'POST', headers: {'x-csrf': document.querySelector('meta[name=csrf]').content}, redirect: 'manual'}); }""")
    page.keyboard.press("a")
    page.get_by_text("Your session has ended").wait_for()
    page.get_by_role("button", name="Go on").click()
    page.get_by_text("You are not signed in yet.").wait_for()
    page.context.add_cookies([{"name": COOKIE, "value": own_bench.as_("coder").cookies[COOKIE], "url": own_bench.url}])
    page.get_by_role("button", name="Go on").click()
    saved(page)
    assert [a["what"] for a in state(own_bench.as_("coder"), path)["acts"]] == ["accept"]


def test_the_drg_follows_what_is_decided(own_bench: Bench) -> None:
    page = opened(own_bench, at(own_bench, "09"))
    before = page.locator(".drg-n").inner_text()
    for code in ("I50.23", "J96.01"):
        page.locator(".pick", has_text=code).click()
        page.keyboard.press("x")
        page.keyboard.press("1")
        saved(page)
    assert page.locator(".drg-n").inner_text() != before
    assert page.locator(".drg .was").inner_text().strip().startswith("was")
    page.keyboard.press("u")
    page.keyboard.press("u")
    page.locator(".drg-n", has_text=before).wait_for()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious_on_a_real_chart(bench: Bench, scheme: str) -> None:
    page = bench.page("coder", at(bench, "10"), scheme=scheme)
    page.wait_for_selector("[data-ready]")
    page.keyboard.press("j")
    bench.axe(page)
    page.locator("[data-group=left-off] > summary").click()
    page.keyboard.press("Control+Enter")
    bench.axe(page)


def test_who_may_not_decide_is_refused(bench: Bench) -> None:
    path = at(bench, "01")
    page = bench.page("auditor", path)
    page.locator("[data-ready], .without").first.wait_for(state="attached")
    page.keyboard.press("a")
    assert state(bench.as_("coder"), path)["version"] == 0
    assert bench.as_("administrator").get(path).status_code == 403
