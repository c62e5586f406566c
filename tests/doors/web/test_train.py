"""Training mode in a real browser: a new coder codes three cases by keyboard, sees what differs, and the curve."""
from __future__ import annotations

import pytest
from web_kit import Bench

from charthouse import bootstrap

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_new_coder_codes_three_cases_by_keyboard(own_bench: Bench, scheme: str) -> None:
    page = own_bench.page("coder", "/train", scheme=scheme)
    own_bench.axe(page)
    page.keyboard.press("s")
    for n in range(3):
        page.get_by_label("Code or words").wait_for()
        id = page.url.rsplit("/", 1)[1]
        case = bootstrap.training_cases()[id]
        given = [k.code for k in case.key] if n else ["L60.0"]
        assert not any(k.code in page.content() for k in case.key)
        for code in given:
            page.get_by_label("Code or words").fill(code)
            page.locator("#found [aria-selected=true] code", has_text=code).wait_for()
            page.keyboard.press("Enter")
            page.locator(f"#codes li[data-code='{code}']").wait_for()
        if not n:
            own_bench.axe(page)
        page.keyboard.press("Control+Enter")
        page.get_by_role("heading", name="What differs").wait_for()
        own_bench.axe(page)
        if n:
            page.get_by_text("The same codes as were adjudicated").wait_for()
        else:
            assert page.locator("[data-rule='training/over'] code").inner_text() == "L60.0"
            assert page.locator("[data-rule='training/under']").count() == len(case.key)
            page.locator("button.show").first.click()
            assert page.evaluate("String(getSelection())") in page.locator("pre[data-document]:visible").inner_text()
            page.locator("details", has_text="the book").first.locator("summary").click()
        page.get_by_role("link", name="Next case").wait_for()
        page.keyboard.press("s")
        page.get_by_label("Code or words").wait_for()
    page.goto("/train")
    assert page.locator("svg.curve circle").count() == 3
    page.get_by_text("2 of 3 charts right as a whole").wait_for()
    own_bench.axe(page)
    team = own_bench.page("him_manager", "/train/team", scheme=scheme)
    team.get_by_role("heading", name="Ana Ruiz").wait_for()
    own_bench.axe(team)


def test_training_is_kept_apart_and_what_cannot_be_is_told(own_bench: Bench) -> None:
    coder = own_bench.as_("coder")
    assert coder.post("/train/t001", json={"codes": []}).status_code == 422
    assert coder.post("/train/t001", json={"codes": [{"code": "E11"}]}).status_code == 422
    assert coder.post("/train/t001", json={"codes": [{"code": "I10"}, {"code": "i10"}]}).status_code == 422
    assert coder.post("/train/nowhere", json={"codes": [{"code": "I10"}]}).status_code == 404
    assert coder.get("/train/team").status_code == 403
    assert own_bench.as_("administrator").get("/train").status_code == 403
    assert coder.post("/train/09-heart-failure-inpatient", json={"codes": [{"code": "I13.0", "poa": "Y"}, {"code": "E87.6", "poa": "Y"}]}).status_code == 200
    page = coder.get("/train/09-heart-failure-inpatient").text
    assert "Present on admission N, not Y" in page
    assert "productivity" in own_bench.as_("him_manager").get("/reports/productivity").text.lower()
    assert "Ana Ruiz" not in own_bench.as_("him_manager").get("/reports/productivity").text
