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
    where = page.url
    for rule, button in (("audit/over", "The coder is right"), ("audit/first", "The coder is right"), ("audit/under", "It holds")):
        form = page.locator("li", has=page.locator(f".ruling[data-rule='{rule}']")).locator("form")
        form.locator("input[name=why]").fill("the record says so")
        form.get_by_role("button", name=button).click()
        page.wait_for_url(where)
    page.get_by_text("All is settled").wait_for()
    own_bench.axe(page)
    page.get_by_role("link", name="The sample").click()
    page.get_by_text("0 codes over, 1 under").wait_for()
    page.get_by_text("settled", exact=True).wait_for()
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


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_review_of_a_finished_chart_is_settled_and_studied(own_bench: Bench, scheme: str) -> None:
    coder, chart = own_bench.as_("coder"), next(id for name, id in own_bench.visits.items() if name.startswith("09"))
    state = coder.get(f"/chart/{chart}/state").json()
    line = next(c["line"] for c in state["codes"] if c["code"] == "J96.01")
    state = coder.post(f"/chart/{chart}/acts", json={"version": state["version"], "what": "reject", "line": line, "reason": "not said"}).json()
    state = coder.post(f"/chart/{chart}/acts", json={"version": state["version"], "what": "add", "code": "L60.0"}).json()
    added = next(c["line"] for c in state["codes"] if c["code"] == "L60.0")
    state = coder.post(f"/chart/{chart}/acts", json={"version": state["version"], "what": "poa", "line": added, "value": "Y"}).json()
    for code in [c for c in state["codes"] if not c["decision"]]:
        state = coder.post(f"/chart/{chart}/acts", json={"version": state["version"], "what": "accept", "line": code["line"]}).json()
    assert coder.post(f"/chart/{chart}/submit", json={"version": state["version"], "sure": True}).status_code == 200
    page = own_bench.page("auditor", "/audit/review", scheme=scheme)
    own_bench.axe(page)
    page.get_by_label("Filter the findings").fill("J96.01 under")
    finding = page.locator("li[data-finding]:visible")
    assert finding.count() == 1
    assert "Taken off as" in finding.inner_text()
    finding.locator("input[name=why]").fill("BiPAP and SpO2 81%: it was treated")
    finding.get_by_role("button", name="It holds").click()
    page.wait_for_url("**/audit/review")
    assert page.locator("[data-rule='audit/no-evidence']", has_text="L60.0").count() == 1  # over-coding is found as well
    made = own_bench.as_("auditor").post("/audit", data={"name": "x", "since": "2020-01-01", "until": "2030-01-01", "rule": "audit/no-evidence"})
    assert "among those of finding audit/no-evidence" in own_bench.as_("auditor").get(made.headers["location"]).text
    education = own_bench.page("auditor", "/audit/education", scheme=scheme)
    education.get_by_text("1 × rejected sure J96").wait_for()
    own_bench.axe(education)
    mine = own_bench.page("coder", "/education", scheme=scheme)
    mine.get_by_text("BiPAP and SpO2 81%: it was treated").wait_for()
    assert mine.locator("[data-rule='audit/no-evidence']").count() == 0  # what is not settled is not held against anybody
    own_bench.axe(mine)
    mine.get_by_role("button", name="Studied").click()
    mine.get_by_text("studied 20").wait_for()
    assert own_bench.as_("second_coder").get("/education").text.count("J96.01") == 0
    assert own_bench.as_("auditor").post("/audit/review/settle", data={"encounter": chart, "key": "audit/rejected-sure J96.01", "right": "true", "why": "again"}).status_code == 409


def test_a_coder_answers_a_finding_once_and_reopening_a_chart_takes_its_review_back(own_bench: Bench) -> None:
    chart, auditor, coder = finished(own_bench, "03"), own_bench.as_("auditor"), own_bench.as_("coder")
    audit = auditor.post("/audit", data={"name": "x", "since": "2020-01-01", "until": "2030-01-01"}).headers["location"].rsplit("/", 1)[1]
    assert auditor.post(f"/audit/{audit}/chart/{chart}", json={"codes": [{"code": "L60.0"}]}).status_code == 200
    said = {"audit": audit, "encounter": chart, "key": "audit/under L60.0", "words": "The nail was not looked at."}
    assert coder.post("/education/reply", data=said).status_code == 303
    assert coder.post("/education/reply", data=said).status_code == 409
    assert "The nail was not looked at." in auditor.get(f"/audit/{audit}/chart/{chart}").text
    assert auditor.post("/education/reply", data=said).status_code == 403
    before = auditor.get("/audit/review").text.count(f"/chart/{chart}")
    version = coder.get(f"/chart/{chart}/state").json()["version"]
    assert coder.post(f"/chart/{chart}/undo", json={"version": version}).status_code == 200
    after = auditor.get("/audit/review").text.count(f"/chart/{chart}")
    assert after == 0 <= before


def test_a_sample_as_csv_asks_who_one_is_again(own_bench: Bench) -> None:
    finished(own_bench, "04")
    auditor = own_bench.as_("auditor")
    where = auditor.post("/audit", data={"name": "x", "since": "2020-01-01", "until": "2030-01-01"}).headers["location"]
    lines = auditor.get(f"{where}/csv").text.splitlines()
    assert lines[0].startswith("chart,setting,coder")
    assert len(lines) == 2
