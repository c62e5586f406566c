"""Chart audit in a real browser over a real record: a sample is drawn, an auditor codes blind and compares, and nobody audits their own coding."""
from __future__ import annotations

import pytest
from web_kit import Bench

from charthouse.bootstrap import record, site_kit
from charthouse.flow import audits
from charthouse.record.access import Actor

pytestmark = pytest.mark.browser


def finished(bench: Bench, start: str) -> str:
    """A chart that the coder has finished with all that was proposed."""
    coder, chart = bench.as_("coder"), next(id for name, id in bench.visits.items() if name.startswith(start))
    state = coder.get(f"/chart/{chart}/state").json()
    for code in state["codes"]:
        state = coder.post(f"/chart/{chart}/acts", json={"version": state["version"], "what": "accept", "line": code["line"]}).json()
    assert coder.post(f"/chart/{chart}/submit", json={"version": state["version"], "sure": True}).status_code == 200
    return chart


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_an_auditor_codes_blind_and_compares(own_bench: Bench, scheme: str) -> None:
    chart = finished(own_bench, "01")
    theirs = [c["code"] for c in own_bench.as_("coder").get(f"/chart/{chart}/state").json()["codes"]]
    page = own_bench.page("auditor", "/audit", scheme=scheme)
    own_bench.axe(page)
    page.get_by_label("Name").fill("November")
    page.get_by_role("button", name="Draw").click()
    page.get_by_text("1 of 1 finished charts").wait_for()
    own_bench.axe(page)
    page.get_by_role("link", name="Code blind 1").click()
    page.get_by_role("heading", name="Code it as you find it").wait_for()
    assert not any(code in page.content() for code in theirs)
    for code in (*theirs[1:], "L60.0"):
        page.get_by_label("Code or words").fill(code)
        page.locator("#found [aria-selected=true] code", has_text=code).wait_for()
        page.keyboard.press("Enter")
        page.locator(f"#codes li[data-code='{code}']").wait_for()
    own_bench.axe(page)
    page.keyboard.press("Control+Enter")
    page.get_by_role("heading", name="Two codings compared").wait_for()
    own_bench.axe(page)
    found = page.locator(".ruling").evaluate_all("all => all.map(e => e.dataset.rule + ' ' + e.querySelector('code').textContent)")
    assert {f"audit/over {theirs[0]}", "audit/under L60.0", f"audit/first {theirs[0]}"} == set(found)
    page.get_by_role("link", name="The sample").click()
    page.get_by_text("1 codes over, 1 under").wait_for()
    again = own_bench.as_("auditor").post(page.url.replace(own_bench.url, "") + f"/chart/{chart}", json={"codes": [{"code": "L60.0"}]})
    assert again.status_code == 409


def test_nobody_audits_their_own_coding_and_wrong_codes_are_told(own_bench: Bench) -> None:
    chart = finished(own_bench, "02")
    made = own_bench.as_("auditor").post("/audit", data={"name": "x", "since": "2020-01-01", "until": "2030-01-01"})
    audit = made.headers["location"].rsplit("/", 1)[1]
    own = record.sign_in(own_bench.site, Actor(id="demo:coder", roles=frozenset({"auditor"}), facilities=frozenset({"Harbor"}), origin="test"), "operations")
    with pytest.raises(Exception, match="nobody audits their own coding"):
        audits.blind(own, audit, chart)
    with pytest.raises(Exception, match="nobody audits their own coding"):
        audits.code(own, site_kit(), audit, chart, [{"code": "L60.0"}], "Ana")
    auditor = own_bench.as_("auditor")
    for codes, why in (([], "at least one"), ([{"code": "I50.2"}], "not a complete code"), ([{"code": "L60.0"}, {"code": "l60.0"}], "twice")):
        refused = auditor.post(f"/audit/{audit}/chart/{chart}", json={"codes": codes})
        assert refused.status_code == 422
        assert why in refused.json()["error"]["message"]
    assert auditor.post("/audit", data={"name": "x", "since": "2020-01-01", "until": "2020-01-02"}).status_code == 422
    assert own_bench.as_("coder").get("/audit").status_code == 403
