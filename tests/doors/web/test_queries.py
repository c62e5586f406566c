"""Queries in a real browser over a real record: asked, refused while they lead, answered by the provider, and the chart coded anew."""
from __future__ import annotations

from typing import Any

import httpx2
import pytest
from web_kit import Bench

from charthouse.bootstrap import demo

pytestmark = pytest.mark.browser


def chart(bench: Bench) -> str:
    return next(id for name, id in bench.visits.items() if name.startswith("09"))


def asked(client: httpx2.Client, at: str, **said: Any) -> httpx2.Response:
    now = client.get(f"/chart/{at}/state").json()
    code = next(c for c in now["codes"] if c["code"] == "I50.23")
    e = code["evidence"][0]
    body = {"to": "Dr. M. Sekulow", "kind": "specificity", "form": "open", "title": "Heart failure", "question": "Can the heart failure be described further?", "options": [], "line": code["line"],
            "indicators": [{"document": e["document"], "start": e["start"], "end": e["end"], "text": e["text"], "label": "Discharge summary"}]} | said
    return client.post(f"/query/new?chart={at}", json=body)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious(bench: Bench, scheme: str) -> None:
    coder = bench.as_("coder")
    number = asked(coder, chart(bench)).json()["number"]
    line = next(c["line"] for c in coder.get(f"/chart/{chart(bench)}/state").json()["codes"] if c["code"] == "I50.23")
    for role, path in (("coder", f"/query/new?chart={chart(bench)}&line={line}"), ("coder", "/queries"), ("coder", f"/query/{number}/letter"), ("provider", "/answers"), ("provider", f"/query/{number}")):
        page = bench.page(role, path, scheme=scheme)
        page.wait_for_load_state("networkidle")
        bench.axe(page)


def test_a_coder_asks_the_provider_answers_and_the_chart_is_coded_anew(own_bench: Bench) -> None:
    at = chart(own_bench)
    page = own_bench.page("coder", f"/chart/{at}")
    page.wait_for_selector("[data-ready]")
    state = own_bench.as_("coder").get(f"/chart/{at}/state").json()
    assert "E44.0" not in [c["code"] for c in state["codes"]]
    page.keyboard.press("q")
    page.wait_for_url("**/query/new**")
    page.get_by_label("Question").fill("The DRG would be higher. Would you agree?")
    page.locator("[data-rule='cdi/impact']").wait_for()
    assert page.locator("#send").is_disabled()
    page.get_by_label("Title").fill("Nutritional findings")
    page.get_by_label("Question").fill("In your clinical judgment, is there a diagnosis that accounts for these findings, and if so, which?")
    page.get_by_label("As", exact=True).select_option("open")
    page.get_by_text("Compliant: it can be sent").wait_for()
    page.keyboard.press("Control+Enter")
    page.wait_for_url(f"**/chart/{at}")
    provider = own_bench.page("provider", "/answers")
    provider.get_by_role("link", name="Q-").click()
    provider.get_by_label("Your answer").fill("Moderate protein-calorie malnutrition")
    provider.get_by_role("button", name="Sign and answer").click()
    provider.get_by_text("It is filed in the record").wait_for()
    demo.code(own_bench.site)
    state = own_bench.as_("coder").get(f"/chart/{at}/state").json()
    code = next(c for c in state["codes"] if c["code"] == "E44.0")
    answer = next(d for d in state["documents"] if d["kind"] == "query_answer")
    assert {e["document"] for e in code["evidence"]} == {answer["id"]}
    assert answer["author"] == "Dr. M. Sekulow"


def test_words_are_quoted_from_the_text(own_bench: Bench) -> None:
    page = own_bench.page("coder", f"/query/new?chart={chart(own_bench)}")
    page.evaluate("""() => {
      const pre = [...document.querySelectorAll('pre[data-document]')].find((p) => p.textContent.includes('weaned')), text = pre.firstChild, from = text.data.indexOf('weaned');
      pre.hidden = false; const range = document.createRange(); range.setStart(text, from - 1); range.setEnd(text, from + 7);
      getSelection().removeAllRanges(); getSelection().addRange(range);
    }""")
    page.keyboard.press("+")
    quoted = page.locator("#indicators li").last
    assert quoted.locator("q").inner_text() == "weaned"
    whole = own_bench.as_("coder").get(f"/chart/{chart(own_bench)}/documents/{quoted.get_attribute('data-document')}").json()["text"]
    assert whole[int(quoted.get_attribute("data-start")):int(quoted.get_attribute("data-end"))] == "weaned"


def test_what_is_not_compliant_is_not_sent_whoever_asks(bench: Bench) -> None:
    refused = asked(bench.as_("cdi_nurse"), chart(bench), question="Please document acute on chronic systolic heart failure, it is an MCC.")
    assert refused.status_code == 422
    assert {f["rule"] for f in refused.json()["findings"]} >= {"cdi/directs", "cdi/impact"}
    made_up = asked(bench.as_("coder"), chart(bench), indicators=[{"document": "none", "start": 0, "end": 3, "text": "pus", "label": ""}])
    assert [f["rule"] for f in made_up.json()["findings"]] == ["cdi/not-quoted"]


def test_answered_once_and_withdrawn_with_a_reason(own_bench: Bench) -> None:
    coder, provider, at = own_bench.as_("coder"), own_bench.as_("provider"), chart(own_bench)
    number = asked(coder, at, form="choice", options=["Acute on chronic systolic heart failure", "Chronic systolic heart failure", "Other (please state)", "Unable to determine"]).json()["number"]
    assert provider.post(f"/query/{number}/answer", data={"choice": "Something else"}).status_code == 422
    assert provider.post(f"/query/{number}/answer", data={"choice": "Other (please state)"}).status_code == 422
    assert provider.post(f"/query/{number}/answer", data={"choice": "Unable to determine"}).status_code == 303
    assert provider.post(f"/query/{number}/answer", data={"choice": "Unable to determine"}).status_code == 409
    second = asked(coder, at).json()["number"]
    assert coder.post(f"/query/{second}/withdraw", data={"why": ""}).status_code == 422
    assert coder.post(f"/query/{second}/withdraw", data={"why": "Answered by telephone, see addendum"}).status_code == 303
    assert provider.post(f"/query/{second}/answer", data={"words": "Late"}).status_code == 409
    assert own_bench.as_("biller").get("/queries").status_code == 403
    assert coder.get(f"/query/{second}").status_code == 403
    assert provider.get("/query/Q-NOTHING").status_code == 404


def test_what_the_record_leaves_open_is_shown_in_the_text_and_asked_in_two_keys(own_bench: Bench) -> None:
    at = chart(own_bench)
    page = own_bench.page("cdi_nurse", f"/chart/{at}")
    question = page.locator("[data-question='conflict:kidney stage']")
    question.wait_for()
    assert "The record does not agree on the stage of the chronic kidney disease." in question.inner_text()
    question.locator("button.quote").nth(1).click()
    page.locator("[data-texts] .now", has_text="CKD stage 3b").first.wait_for()
    own_bench.axe(page)
    question.get_by_role("link", name="Query").click()
    page.wait_for_url("**/query/new**")
    assert page.locator("#indicators li").count() == 2
    assert page.get_by_label("Answers to choose among").input_value().splitlines() == ["Chronic kidney disease, stage 3a", "Chronic kidney disease, stage 3b", "Other (please state)", "Unable to determine"]
    page.get_by_text("Compliant: it can be sent").wait_for()
    page.keyboard.press("Control+Enter")
    page.wait_for_url(f"**/chart/{at}")
    question.get_by_role("link", name="Asked: Q-").wait_for()


def test_charts_with_open_questions_have_a_list_of_their_own(own_bench: Bench) -> None:
    at, nurse = chart(own_bench), own_bench.as_("cdi_nurse")
    listed = {r["encounter"]: r["questions"] for r in nurse.get("/work/questions-left/rows").json()["rows"]}
    questions = nurse.get(f"/chart/{at}/questions").json()["questions"]
    assert listed[at] == len(questions) > 0
    assert nurse.get(f"/query/new?chart={at}&question={questions[0]['key']}").status_code == 200
