"""Reports in a real browser over a real record."""
from __future__ import annotations

import csv
import io

import pytest
from web_kit import Bench

from charthouse.rooms.statistics import REPORTS

pytestmark = pytest.mark.browser
PERIOD = "since=2026-01-01&until=2026-12-31"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious(bench: Bench, scheme: str) -> None:
    for path in (f"/reports?{PERIOD}", f"/reports/case-mix?{PERIOD}", "/reports/queries?since=2020-01-01&until=2020-01-02"):
        page = bench.page("him_manager", path, scheme=scheme)
        bench.axe(page)


def test_a_manager_reads_what_a_coder_did(own_bench: Bench) -> None:
    coder = own_bench.as_("coder")
    chart = next(id for name, id in own_bench.visits.items() if name.startswith("01"))
    state = coder.get(f"/chart/{chart}/state").json()
    for code in state["codes"]:
        state = coder.post(f"/chart/{chart}/acts", json={"version": state["version"], "what": "accept", "line": code["line"]}).json()
    assert coder.post(f"/chart/{chart}/submit", json={"version": state["version"], "sure": True}).status_code == 200
    page = own_bench.page("him_manager", f"/reports?{PERIOD}")
    assert page.locator(".card", has_text="Productivity").locator("strong").inner_text() == "1"
    page.get_by_role("link", name="Productivity").click()
    row = page.locator("tbody tr", has_text="Ana Ruiz").locator("td").all_inner_texts()
    assert row[:4] == ["Ana Ruiz", "outpatient", "1", str(len(state["codes"]))]
    page.get_by_role("link", name="All reports").click()
    page.get_by_role("link", name="Discharged, not final").click()
    assert page.locator("svg.bars rect").count() >= 1
    assert page.locator(".headline strong").inner_text() == "11"


@pytest.mark.parametrize("name", REPORTS)
def test_the_table_for_another_program(bench: Bench, name: str) -> None:
    manager = bench.as_("him_manager")
    answer = manager.get(f"/reports/{name}/csv?{PERIOD}")
    assert answer.headers["content-type"].startswith("text/csv")
    rows = list(csv.reader(io.StringIO(answer.text)))
    assert len({len(r) for r in rows}) == 1
    given = list(csv.reader(io.StringIO(manager.get(f"/reports/{name}/csv?{PERIOD}&leaves=true").text)))
    assert not any(cell.isdigit() and 0 < int(cell) < 11 for row in given[1:] for cell in row[1:2])


def test_what_is_not_there(bench: Bench) -> None:
    manager = bench.as_("him_manager")
    assert manager.get("/reports/none", headers={"accept": "application/json"}).status_code == 404
    assert manager.get("/reports/dnfb?since=2026-02-01&until=2026-01-01").status_code == 422
    assert bench.as_("coder").get("/reports").status_code == 403
