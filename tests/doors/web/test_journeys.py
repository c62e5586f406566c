"""A working day in a real browser over a real record."""
from __future__ import annotations

from typing import Any

import pytest
from web_kit import Bench

pytestmark = pytest.mark.browser


def visit_of(page: Any) -> str:
    return str(page.url.rsplit("/", 1)[1])


def test_a_coder_finishes_five_charts_by_keyboard_alone(own_bench: Bench) -> None:
    page, client = own_bench.page("coder", "/work/outpatient"), own_bench.as_("coder")
    page.locator("#rows tr a").first.wait_for()
    page.keyboard.press("s")
    done: list[str] = []
    while len(done) < 5:
        page.wait_for_url("**/chart/*")
        page.wait_for_selector("[data-ready]")
        chart = visit_of(page)
        assert chart not in done
        for _ in range(60):
            state = client.get(f"/chart/{chart}/state").json()
            if not [c for c in state["codes"] if not c["decision"]]:
                break
            page.keyboard.press("a")
            page.wait_for_timeout(40)
        for _ in range(4):
            state = client.get(f"/chart/{chart}/state").json()
            if state["final"]:
                break
            page.keyboard.press("Control+Enter")
            page.wait_for_timeout(300)
        assert client.get(f"/chart/{chart}/state").json()["final"]["by"] == "Ana Ruiz"
        done.append(chart)
        page.wait_for_url(lambda url, last=chart: last not in url)
    finished = own_bench.as_("him_manager").get("/work/done/rows").json()
    assert {r["encounter"] for r in finished["rows"]} == set(done)
    assert {r["finished_by"] for r in finished["rows"]} == {"Ana Ruiz"}


def test_who_lacks_the_role_is_refused_and_the_refusal_is_in_the_ledger(own_bench: Bench) -> None:
    chart = next(iter(own_bench.visits.values()))
    before = own_bench.site.verify()
    page = own_bench.page("administrator", f"/chart/{chart}")
    assert "This could not be done" in page.locator("h1").inner_text()
    assert own_bench.site.verify() == before + 1
    import sqlalchemy as sa

    from charthouse.adapters.storage.schema import event

    with own_bench.site.snapshot() as connection:
        last = connection.execute(sa.select(event).order_by(event.c.seq.desc()).limit(1)).mappings().one()
    assert (last["actor"], last["action"], last["outcome"]) == ("demo:administrator", "chart.read", "refused")
