"""Worklists in a real browser: a coder works through one by keyboard, a manager reassigns, edits a list and pauses the gate."""
from __future__ import annotations

import pytest
from web_kit import Bench

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("path", ["/", "/work/inpatient", "/work/mine", "/team", "/team/lists/old", "/team/lists/new"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious(bench: Bench, path: str, scheme: str) -> None:
    page = bench.page("him_manager", path, scheme=scheme)
    page.wait_for_load_state("networkidle")
    bench.axe(page)


def test_a_list_is_walked_filtered_and_opened_by_keys(bench: Bench) -> None:
    page = bench.page("coder", "/work/outpatient")
    page.locator("#rows tr a").first.wait_for()
    assert page.locator("#count").inner_text() == "8 charts"
    page.keyboard.press("j")
    second = page.locator("#rows tr.now a")
    name = second.inner_text()
    assert page.evaluate("document.activeElement.textContent") == name
    page.keyboard.press("/")
    page.keyboard.type(name.split(",")[0].lower())
    page.locator("#rows tr").nth(1).wait_for(state="detached")
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    page.wait_for_url("**/chart/*")


def test_the_next_chart_is_lent_and_the_second_coder_gets_another(own_bench: Bench) -> None:
    one, two = own_bench.page("coder", "/"), own_bench.page("second_coder", "/")
    one.keyboard.press("s")
    one.wait_for_url("**/chart/*")
    two.keyboard.press("s")
    two.wait_for_url("**/chart/*")
    assert one.url != two.url
    two.goto(one.url)
    two.get_by_text("Ana Ruiz is working on this chart").wait_for()
    taken = own_bench.as_("second_coder").post(one.url.replace(own_bench.url, "") + "/acts", json={"version": 0, "what": "flag", "line": "dX"})
    assert taken.status_code == 422
    assert "Ana Ruiz is working on this chart" in taken.json()["error"]["message"]


def test_a_manager_reassigns_and_the_coder_sees_it(own_bench: Bench) -> None:
    page = own_bench.page("him_manager", "/work/inpatient")
    page.locator("#rows tr a").first.wait_for()
    page.keyboard.press("x")
    page.keyboard.press("j")
    page.keyboard.press("x")
    page.get_by_label("give to").select_option("demo:second_coder")
    page.get_by_role("button", name="Assign").click()
    page.get_by_text("2 given to Luis Ferro").wait_for()
    coder = own_bench.page("second_coder", "/work/mine")
    coder.locator("#rows tr a").first.wait_for()
    assert coder.locator("#count").inner_text() == "2 charts"
    assert own_bench.as_("coder").get("/work/mine/rows").json()["count"] == 0
    page.goto("/team")
    assert page.locator("tr", has_text="Luis Ferro").locator("td").nth(1).inner_text() == "2"


def test_a_list_is_made_with_its_count_in_sight(own_bench: Bench) -> None:
    page = own_bench.page("him_manager", "/team/lists/new")
    page.get_by_text("It would hold 12 charts now.").wait_for()
    page.get_by_label("Name").fill("Medicare, clinic")
    page.get_by_label("Clinic").check()
    page.get_by_text("It would hold 8 charts now.").wait_for()
    page.get_by_label("Least sure code below").fill("7")
    page.get_by_text("between 0 and 1").wait_for()
    page.get_by_label("Least sure code below").fill("")
    page.get_by_role("button", name="Save").click()
    page.wait_for_url("**/work/medicare-clinic-*")
    page.get_by_text("8 charts").wait_for()


def test_the_gate_is_paused_with_a_reason(own_bench: Bench) -> None:
    page = own_bench.page("him_manager", "/team")
    page.get_by_label("because").fill("New templates")
    page.get_by_role("button", name="Pause").click()
    page.get_by_text("New templates").wait_for()
    page.get_by_role("button", name="Resume").click()
    page.get_by_text("New templates").wait_for(state="detached")
    assert own_bench.as_("coder").get("/team").status_code == 403
