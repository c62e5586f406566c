"""Reports in a real browser over a real record."""
from __future__ import annotations

import csv
import io
from datetime import date

import pytest
from web_kit import Bench

from charthouse.bootstrap import report_files, worker
from charthouse.record.report import Figures
from charthouse.rooms.statistics import REPORTS

pytestmark = pytest.mark.browser
NOTHING = Figures(since=date(2026, 1, 1), until=date(2026, 1, 2), today=date(2026, 1, 3))
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
    answer = manager.get(f"/reports/{name}/whole/csv?{PERIOD}")
    assert answer.headers["content-type"].startswith("text/csv")
    rows = list(csv.reader(io.StringIO(answer.text)))
    assert len({len(r) for r in rows}) == 1
    given = list(csv.reader(io.StringIO(manager.get(f"/reports/{name}/file/csv?{PERIOD}").text)))
    assert not any(cell.isdigit() and 0 < int(cell) < 11 for row in given[1:] for cell in row[REPORTS[name](NOTHING).counts:REPORTS[name](NOTHING).counts + 1])


def test_what_is_not_there(bench: Bench) -> None:
    manager = bench.as_("him_manager")
    assert manager.get("/reports/none", headers={"accept": "application/json"}).status_code == 404
    assert manager.get("/reports/dnfb?since=2026-02-01&until=2026-01-01").status_code == 422
    assert bench.as_("coder").get("/reports").status_code == 403


def test_files_are_read_back_by_other_programs(bench: Bench) -> None:
    import tempfile

    import duckdb
    import pypdfium2

    manager = bench.as_("him_manager")
    for name in ("dnfb", "diseases", "productivity"):
        pdf = pypdfium2.PdfDocument(manager.get(f"/reports/{name}/file/pdf?{PERIOD}").content)
        words = " ".join(page.get_textpage().get_text_range() for page in pdf)
        assert REPORTS[name](NOTHING).title in words
        assert f"page 1 of {len(pdf)}" in words
        assert "<11" in words or name != "diseases"
    content = manager.get(f"/reports/diseases/whole/parquet?{PERIOD}").content
    with tempfile.NamedTemporaryFile(suffix=".parquet") as file:
        file.write(content)
        file.flush()
        (found,) = duckdb.sql(f"select \"Code\", cases, what from '{file.name}' where \"Code\" = 'I10'").fetchall()
    assert found[1] >= 3
    assert found[2] == "Essential (primary) hypertension"
    assert manager.get(f"/reports/dnfb/file/xls?{PERIOD}").status_code == 422


def test_reports_of_quality_and_volume(own_bench: Bench) -> None:
    manager = own_bench.as_("him_manager")
    def table(name: str) -> list[list[str]]:
        return list(csv.reader(io.StringIO(manager.get(f"/reports/{name}/whole/csv?{PERIOD}").text)))[1:]

    assert {r[0] for r in table("census")} >= {"2026-01"}
    assert table("deficiencies")  # the worker has looked at every chart
    assert {r[0] for r in table("owners")}
    assert any(r[0] == "5A0935A" for r in table("operations"))
    coder, chart = own_bench.as_("coder"), next(id for name, id in own_bench.visits.items() if name.startswith("01"))
    state = coder.get(f"/chart/{chart}/state").json()
    for code in state["codes"]:
        state = coder.post(f"/chart/{chart}/acts", json={"version": state["version"], "what": "accept", "line": code["line"]}).json()
    coder.post(f"/chart/{chart}/submit", json={"version": state["version"], "sure": True})
    ((engine, decided, accepted, *_),) = table("engines")
    assert len(engine) == 8
    assert decided == accepted == str(len(state["codes"]))
    auditor = own_bench.as_("auditor")
    audit = auditor.post("/audit", data={"name": "x", "since": "2020-01-01", "until": "2030-01-01"}).headers["location"]
    auditor.post(f"{audit}/chart/{chart}", json={"codes": [{"code": c["code"]} for c in state["codes"]]})
    assert table("accuracy") == [["Ana Ruiz", "1", "100.0", "0", "0", "0", "0"]]


def test_reports_come_by_themselves(own_bench: Bench) -> None:
    page = own_bench.page("him_manager", "/reports")
    page.get_by_label("Report", exact=True).select_option("dnfb")
    page.get_by_label("every").select_option("month")
    page.get_by_role("button", name="Add").click()
    page.get_by_text("dnfb, every month, as pdf").wait_for()
    own_bench.axe(page)
    with worker.engine() as engine:
        assert engine.tend() == []
        (made,) = report_files.folder().iterdir()
        before = made.read_bytes()
        assert made.name.endswith("_dnfb.pdf")
        assert before.startswith(b"%PDF")
        assert engine.tend() == []
        assert made.read_bytes() == before
    page.get_by_role("button", name="Take dnfb every month away").click()
    page.get_by_text("dnfb, every month, as pdf").wait_for(state="hidden")
    assert own_bench.as_("him_manager").post("/reports/schedule", data={"report": "none", "every": "week", "format": "pdf"}).status_code == 422
