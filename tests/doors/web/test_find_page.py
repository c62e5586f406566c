"""Finding in a real browser over a real record: nothing of the question stands in the address."""
from __future__ import annotations

import pytest
from web_kit import Bench

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_by_words_with_the_passage_marked(bench: Bench, scheme: str) -> None:
    page = bench.page("records_clerk", "/find", scheme=scheme)
    bench.axe(page)
    page.get_by_label("Words").fill("acute hypoxic respiratory failure")
    page.keyboard.press("Enter")
    page.locator(".hits li").first.wait_for()
    assert page.url == f"{bench.url}/find"
    assert "failure" in page.locator(".hits mark").all_inner_texts()
    assert page.locator(".hits a").first.inner_text() == "Achterberg, Desmond"
    assert page.get_by_label("Words").input_value() == "acute hypoxic respiratory failure"
    bench.axe(page)


def test_by_name_kind_and_code(bench: Bench) -> None:
    clerk = bench.as_("records_clerk")
    found = clerk.post("/find", data={"name": "Achter", "kind": "discharge_summary"}).text
    assert "1 to 1 of 1" in found
    assert "1 to" in clerk.post("/find", data={"words": "heart failure", "code": "I50*"}).text
    assert "Nothing was found" in clerk.post("/find", data={"words": "heart failure", "code": "I50*", "without": "I50*"}).text
    assert clerk.post("/find", data={}).status_code == 422
    assert clerk.post("/find", data={"words": "x", "since": "yesterday"}).status_code == 422
    assert bench.as_("administrator").get("/find").status_code == 403
