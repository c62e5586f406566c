"""The coding screen over a chart that stands in for the server's: all keys, what is shown at once, and what goes wrong."""
from __future__ import annotations

import io
import json
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from api_kit import served
from chart_stand_in import StandIn, router
from PIL import Image
from web_kit import Bench

from charthouse import bootstrap
from charthouse.adapters.storage.codebook import SqliteCodeBook
from charthouse.bootstrap import demo, record, web
from charthouse.doors.cli.folder import encounters, work_of
from charthouse.doors.web.app import create
from charthouse.flow.result import as_dict
from charthouse.flow.run import run

pytestmark = pytest.mark.browser
EMOJI = "Note: 😀 e\u0301tat, 👩‍👩‍👧 seen. Severe headache since Monday.\n"


@pytest.fixture(scope="module")
def result(book: SqliteCodeBook) -> dict[str, Any]:
    samples = demo.samples()
    assert samples is not None
    found = next(e for e in encounters(samples / "09-heart-failure-inpatient"))
    return as_dict(run(work_of(found, setting="inpatient", on=date(2026, 1, 23)), bootstrap.kit()), full=True)


@pytest.fixture(scope="module")
def whole(result: dict[str, Any], data_folder: Path, tmp_path_factory: pytest.TempPathFactory, browser: Any) -> Iterator[tuple[Bench, dict[str, StandIn]]]:
    charts: dict[str, StandIn] = {}
    folder = tmp_path_factory.mktemp("screen")
    (folder / "books").symlink_to(data_folder / "books")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CHARTHOUSE_DATA", str(folder))
        with closing(record.initialise()) as site:
            def made() -> Any:
                app = create(web.workbench(site, demo=True))
                ours = len(app.router.routes)
                app.include_router(router(charts))
                app.router.routes = [*app.router.routes[ours:], *app.router.routes[:ours]]
                return app

            with served(made) as url:
                yield Bench(url=url, site=site, visits={}, browser=lambda: browser), charts


@pytest.fixture
def chart(whole: tuple[Bench, dict[str, StandIn]], result: dict[str, Any]) -> Iterator[StandIn]:
    bench, charts = whole
    charts.clear()
    charts["one"] = StandIn.of(json.loads(json.dumps(result)))
    with bench.quiet():
        yield charts["one"]


@pytest.fixture
def bench(whole: tuple[Bench, dict[str, StandIn]]) -> Bench:
    return whole[0]


def opened(bench: Bench, path: str = "/chart/one", **given: Any) -> Any:
    page = bench.page("coder", path, **given)
    page.wait_for_selector("[data-ready]")
    return page


def chosen(page: Any) -> str:
    return str(page.locator(".code[aria-current] .pick code").inner_text())


def now(page: Any) -> str:
    """The words of the evidence that is shown now."""
    return "".join(page.locator(".texts mark.now").all_text_contents())


def said(page: Any) -> str:
    return str(page.locator("[data-said]").inner_text())


def settled(page: Any) -> None:
    page.locator("[data-drg][aria-busy=false]").wait_for(state="attached")


def test_the_chart_opens_at_its_first_code_with_the_evidence_in_sight(bench: Bench, chart: StandIn) -> None:
    page = opened(bench)
    assert (chosen(page), now(page)) == ("I13.0", "Hypertension")
    assert page.locator(".texts mark.now").first.is_visible()
    assert page.locator("[data-drg] h2").inner_text().startswith("DRG 291 Heart Failure and Shock with MCC")
    assert page.locator("[data-patient]").inner_text().startswith("Desmond Achterberg 70 M")
    assert page.title() == "Coding · Charthouse"
    assert "Achterberg" not in page.url


def test_codes_and_evidence_are_walked_by_keys(bench: Bench, chart: StandIn) -> None:
    page = opened(bench)
    page.keyboard.press("j")
    assert (chosen(page), now(page)) == ("I50.23", "Acute on chronic systolic heart failure")
    page.keyboard.press("k")
    assert chosen(page) == "I13.0"
    page.keyboard.press("n")
    page.locator(".texts .document h2", has_text="Progress note").wait_for()
    assert now(page) == "HTN"
    assert said(page).startswith("I13.0: evidence 2 of")
    page.keyboard.press("N")
    page.locator(".texts .document h2", has_text="Discharge summary").wait_for()
    page.keyboard.press("]")
    page.locator(".texts .document h2", has_text="History and physical").wait_for()
    assert page.locator("[data-tally]").first.inner_text() == "3 of 8 read"


def test_a_mark_in_the_text_selects_its_code(bench: Bench, chart: StandIn) -> None:
    page = opened(bench)
    page.locator(".texts mark", has_text="Hyperlipidemia").first.click()
    assert chosen(page) == "E78.5"


def test_accepting_moves_on_and_the_text_keeps_its_place(bench: Bench, chart: StandIn) -> None:
    page = opened(bench)
    top = page.locator("[data-texts]").evaluate("p => p.scrollTop")
    page.keyboard.press("a")
    assert chosen(page) == "I50.23"
    assert said(page) == "Accepted I13.0."
    assert page.locator(".code.accepted .pick code").inner_text() == "I13.0"
    assert page.locator("[data-texts]").evaluate("p => p.scrollTop") == top
    settled(page)
    assert [(g["what"], g["line"], g["version"]) for g in chart.got] == [("accept", "L1", 1)]


def test_a_held_key_decides_once(bench: Bench, chart: StandIn) -> None:
    page = opened(bench)
    for _ in range(4):
        page.keyboard.down("a")  # without a release each is a repeat
    page.keyboard.up("a")
    settled(page)
    assert len(chart.got) == 1


def test_rejecting_takes_one_key_for_the_reason(bench: Bench, chart: StandIn) -> None:
    page = opened(bench)
    page.keyboard.press("x")
    page.keyboard.press("j")  # another key is not a reason, and moves nothing
    assert chosen(page) in ("I13.0", "I50.23")
    page.keyboard.press("Escape")
    assert page.locator(".strip").count() == 0
    page.keyboard.press("x")
    page.keyboard.press("3")
    settled(page)
    got = chart.got[-1]
    assert (got["what"], got["reason"]) == ("reject", "integral")
    assert page.locator("[data-group=left-off] .code.rejected").count() == 1


def test_a_code_is_changed_from_the_book_and_enter_submits_nothing(bench: Bench, chart: StandIn) -> None:
    page = opened(bench)
    page.keyboard.press("j")
    page.keyboard.press("e")
    page.keyboard.press("Control+a")
    page.keyboard.type("zz")
    page.get_by_text("Nothing in the book").wait_for()
    page.keyboard.press("Enter")
    assert chart.got == []
    page.keyboard.press("Control+a")
    page.keyboard.type("heart fail")
    page.get_by_role("option", name="I50.33").wait_for()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.locator(".finder .book", has_text="a made note of the book").wait_for()
    page.keyboard.press("Tab")
    assert chosen(page) == "I50.33"
    settled(page)
    assert (chart.got[-1]["what"], chart.got[-1]["code"]) == ("change", "I50.33")
    assert "proposed was I50.23" in page.locator(".code[aria-current] .body").inner_text()


def test_a_category_opens_into_what_is_under_it(bench: Bench, chart: StandIn) -> None:
    page = opened(bench)
    page.keyboard.press("e")
    page.keyboard.press("Control+a")
    page.keyboard.type("I50.2")
    page.get_by_role("option", name="needs a 5th character").click()
    page.get_by_role("option", name="I50.22").wait_for()
    assert chart.got == []


def test_what_was_typed_is_there_again(bench: Bench, chart: StandIn) -> None:
    page = opened(bench)
    page.keyboard.press("e")
    page.keyboard.press("Control+a")
    page.keyboard.type("kidney st")
    page.keyboard.press("Escape")
    assert page.locator(".finder").count() == 0
    page.keyboard.press("e")
    assert page.locator(".finder input").input_value() == "kidney st"
    page.keyboard.press("Escape")
    page.keyboard.press("x")
    page.locator(".strip input").fill("see the 1st consult")  # digits in a field are no reasons
    page.keyboard.press("Escape")
    page.keyboard.press("x")
    assert page.locator(".strip input").input_value() == "see the 1st consult"
    page.keyboard.press("1")
    settled(page)
    assert (chart.got[-1]["reason"], chart.got[-1]["note"]) == ("not-supported", "see the 1st consult")


def test_a_code_is_added_from_words_after_an_emoji(bench: Bench, chart: StandIn) -> None:
    first = next(iter(chart.documents))
    document = next(d for d in chart.state["documents"] if d["kind"] == "discharge_summary")["id"]
    chart.documents[document] |= {"text": EMOJI + chart.documents[document]["text"], "facts": [], "copied": []}
    shift = len(EMOJI)
    for c in (*chart.state["codes"], *chart.state["left_off"]):
        c["evidence"] = [e | {"start": e["start"] + shift, "end": e["end"] + shift} if e["document"] == document else e for e in c["evidence"]]
    page = opened(bench)
    assert first
    assert now(page) == "Hypertension"  # marks stand right after the emoji, too
    page.evaluate("""() => { const text = document.querySelector('.texts .text'), walk = document.createTreeWalker(text, NodeFilter.SHOW_TEXT);
      for (let n = walk.nextNode(); n; n = walk.nextNode()) { const at = n.data.indexOf('headache'); if (at >= 0) { getSelection().setBaseAndExtent(n, at - 1, n, at + 9); return; } } }""")
    page.keyboard.press("+")
    assert page.locator(".finder input").input_value() == "headache"
    page.get_by_role("option", name="R51.9").wait_for()
    page.keyboard.press("Enter")
    settled(page)
    start = EMOJI.index("headache")
    assert chart.got[-1]["span"] == {"document": document, "start": start, "end": start + 8}
    assert chart.state["codes"][-1]["evidence"][0]["text"] == "headache"
    assert (chosen(page), now(page)) == ("R51.9", "headache")
    page.keyboard.press("y")
    page.keyboard.press("n")  # on the line that the server named
    settled(page)
    assert (chart.got[-1]["line"], chart.got[-1]["value"]) == (chart.state["codes"][-1]["line"], "N")


def test_poa_principal_and_flag(bench: Bench, chart: StandIn) -> None:
    page = opened(bench)
    page.keyboard.press("j")
    for key in ("y", "w", "f", "p"):
        page.keyboard.press(key)
    settled(page)
    assert [g["what"] for g in chart.got] == ["poa", "flag", "principal"]
    assert page.locator("[data-group=diagnoses] .pick code").first.inner_text() == "I50.23"
    assert "POA W" in page.locator(".code[aria-current]").inner_text()
    assert "flagged" in page.locator(".code[aria-current]").inner_text()
    assert page.locator(".code[aria-current] .pick").evaluate("e => e === document.activeElement")


def test_undo_and_redo_with_a_history_to_see(bench: Bench, chart: StandIn) -> None:
    page = opened(bench)
    page.keyboard.press("a")
    page.keyboard.press("a")
    page.keyboard.press("u")
    page.locator("[data-said]", has_text="Undone").wait_for()
    assert chosen(page) == "I50.23"
    assert page.locator(".code.accepted").count() == 1
    page.locator("[data-history] summary").click()
    assert page.locator("[data-history] .undone").count() == 1
    page.keyboard.press("U")
    page.locator("[data-said]", has_text="Done again").wait_for()
    assert page.locator(".code.accepted").count() == 2


def test_an_origin_is_shown_beside_its_copy(bench: Bench, chart: StandIn) -> None:
    page = opened(bench)
    page.locator(".entry", has_text="2026-01-20").click()
    page.locator(".texts .copied[data-from]").first.wait_for()
    page.locator(".texts .copied[data-from]").first.scroll_into_view_if_needed()
    page.keyboard.press("o")
    page.locator("[data-origin] mark.now").first.wait_for()
    assert "First written here" in page.locator("[data-origin]").inner_text()
    page.keyboard.press("Escape")
    assert page.locator("[data-origin]").is_hidden()


def test_what_the_server_refuses_is_taken_back_in_words(bench: Bench, chart: StandIn) -> None:
    chart.refuse = {"status": 422, "message": "E11.22 needs a code for the kidney disease."}
    page = opened(bench)
    page.keyboard.press("a")
    page.locator("[data-said].error").wait_for()
    assert "E11.22 needs a code for the kidney disease." in said(page)
    assert page.locator(".code.accepted").count() == 0
    assert chosen(page) == "I13.0"


def test_a_conflict_shows_the_chart_as_it_is_and_offers_the_act_again(bench: Bench, chart: StandIn) -> None:
    page = opened(bench)
    chart.elsewhere(what="reject", line="L3", reason="other", version=1)
    page.keyboard.press("+")
    page.keyboard.type("hypok")
    page.keyboard.press("Escape")
    page.keyboard.press("a")
    page.get_by_role("alert").get_by_text("changed elsewhere").wait_for()
    assert page.locator("[data-group=left-off] .code.rejected").count() == 1
    page.keyboard.press("+")
    assert page.locator(".finder input").input_value() == "hypok"  # what was typed stays
    page.get_by_role("button", name="Do it again").click()
    settled(page)
    assert chart.state["codes"][0]["decision"] == "accepted"


def test_a_session_that_ends_loses_nothing(bench: Bench, chart: StandIn) -> None:
    page = opened(bench)
    held = page.context.cookies()
    page.context.clear_cookies()
    page.route("**/acts", lambda route: route.fulfill(status=401, content_type="application/json", body='{"error": {"code": "CH-0800", "message": "Sign in."}}'), times=1)
    page.keyboard.press("a")
    page.get_by_text("Your session has ended").wait_for()
    page.context.add_cookies(held)
    page.get_by_role("button", name="Go on").click()
    settled(page)
    assert [g["what"] for g in chart.got] == ["accept"]
    page.route("**/acts", lambda route: route.fulfill(status=401, content_type="application/json", body='{"error": {"code": "CH-0800", "message": "Sign in."}}'), times=1)
    page.keyboard.press("a")
    page.get_by_role("button", name="Not now").click()
    page.get_by_text("1 act waits on this page and is not lost.").wait_for()
    assert page.locator(".code.accepted").count() == 2
    page.get_by_role("button", name="Try again").click()
    settled(page)
    assert [g["what"] for g in chart.got] == ["accept", "accept"]


def test_a_server_that_does_not_answer_is_waited_for(bench: Bench, chart: StandIn) -> None:
    page = opened(bench)
    page.route("**/acts", lambda route: route.abort(), times=1)
    page.keyboard.press("a")
    page.get_by_text("The server does not answer.").wait_for()
    page.get_by_role("button", name="Try again").click()
    settled(page)
    assert len(chart.got) == 1
    bench.said.clear()


STOP = {"stop": True, "line": "L4", "rule": "mce/sex", "verdict": "error", "message": "This code cannot be", "citation": "MCE", "subject": "E11.22", "edition": "v43", "spans": []}
WARNING = STOP | {"stop": False, "rule": "ocg/x", "verdict": "warning", "message": "Look again", "line": "L2", "subject": "I50.23"}


def test_a_hard_stop_stands_in_the_way_and_f8_jumps_to_it(bench: Bench, chart: StandIn) -> None:
    chart.state["problems"] = [STOP, WARNING]
    page = opened(bench)
    page.keyboard.press("Control+Enter")
    assert chosen(page) == "E11.22"
    assert said(page) == "Hard stop 1 of 2: This code cannot be"
    assert chart.got == []
    page.keyboard.press("F8")
    assert chosen(page) == "I50.23"
    page.keyboard.press("Escape")
    assert page.locator("[data-problems]").is_hidden()


def test_a_warning_needs_one_more_press_and_the_next_chart_loads(bench: Bench, chart: StandIn, whole: Any, result: dict[str, Any]) -> None:
    chart.state["problems"] = [WARNING]
    whole[1]["two"] = StandIn.of(json.loads(json.dumps(result)))
    page = opened(bench)
    page.keyboard.press("Control+Enter")
    assert said(page) == "1 warning. Submit once more to submit with it."
    assert chart.got == []
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/chart/two")
    page.wait_for_selector("[data-ready]")
    assert chart.got == [{"version": 1, "sure": True, "what": "submit"}]


def test_a_coder_finishes_five_charts_by_keyboard_alone(bench: Bench, chart: StandIn, whole: Any, result: dict[str, Any]) -> None:
    whole[1].update({f"c{n}": StandIn.of(json.loads(json.dumps(result))) for n in range(2, 6)})
    page = opened(bench)
    for n in range(1, 6):
        page.keyboard.press("x")  # each chart in another way: a code rejected, one changed, all others accepted
        page.keyboard.press(str(n))
        page.keyboard.press("e")
        page.locator(".found [role=option]").first.wait_for()
        page.keyboard.press("Enter")
        while page.locator("[data-group=diagnoses] .code:not(.decided), [data-group=procedures] .code:not(.decided)").count():
            page.keyboard.press("a")
        page.keyboard.press("Control+Enter")
        page.wait_for_url(f"**/chart/c{n + 1}" if n < 5 else bench.url + "/")
        if n < 5:
            page.wait_for_selector("[data-ready]")
    assert [c.state["final"] is not None for c in whole[1].values()] == [True] * 5
    assert {g["what"] for g in whole[1]["c5"].got} == {"reject", "change", "accept", "submit"}


def test_submitting_waits_for_what_is_typed(bench: Bench, chart: StandIn) -> None:
    page = opened(bench)
    page.keyboard.press("e")
    page.keyboard.type("kidney")
    page.keyboard.press("Control+Enter")
    assert said(page) == "Take what you typed, or leave it with Esc, before you submit."
    assert chart.got == []


def test_widths_are_remembered_and_panes_fold(bench: Bench, chart: StandIn) -> None:
    page = opened(bench)
    bar = page.get_by_role("separator", name="Width of the documents")
    before = int(bar.get_attribute("aria-valuenow"))
    bar.press("ArrowRight")
    bar.press("ArrowRight")
    box = page.get_by_role("separator", name="Width of the codes").bounding_box()
    page.mouse.move(box["x"] + 3, 300)
    page.mouse.down()
    page.mouse.move(box["x"] - 47, 300)
    page.mouse.up()
    codes = page.locator(".codes").bounding_box()["width"]
    page.reload()
    page.wait_for_selector("[data-ready]")
    assert page.locator(".documents").bounding_box()["width"] == before + 32
    assert page.locator(".codes").bounding_box()["width"] == codes
    page.locator("[data-fold=documents]").click()
    assert page.locator(".documents").is_hidden()
    page.keyboard.press("j")
    assert chosen(page) == "I50.23"


def test_who_may_only_read_decides_nothing(bench: Bench, chart: StandIn) -> None:
    chart.state["can"]["decide"] = False
    page = opened(bench)
    page.keyboard.press("a")
    assert said(page) == "You may read this chart, and not decide its codes."
    assert "to read only" in page.locator("[data-final]").inner_text()
    assert chart.got == []


def test_empty_and_missing_charts_say_what_to_do(bench: Bench, chart: StandIn) -> None:
    chart.state |= {"codes": [], "left_off": [], "documents": [], "grouping": None, "grouping_note": "Grouping starts with a principal diagnosis that stands."}
    page = opened(bench)
    assert "No document has come in for this visit yet." in page.locator(".documents").inner_text()
    assert page.get_by_text("No diagnosis stands.").is_visible()
    bench.axe(page)
    page.goto("/chart/nowhere")
    page.get_by_text("This chart cannot be shown").wait_for()
    assert "There is no such visit" in page.locator("[data-texts]").inner_text()


def scanned(chart: StandIn) -> str:
    """Makes the discharge summary one that was scanned: two pages, a word a line where the evidence of the first codes stands. Its id."""
    document = next(d for d in chart.state["documents"] if d["kind"] == "discharge_summary")
    text = chart.documents[document["id"]]["text"]
    half = len(text) // 2
    chart.documents[document["id"]]["pages"] = [{"number": n + 1, "width": 850, "height": 1100, "start": n * half, "end": (n + 1) * half, "turned": 0} for n in range(2)]
    document["pages"] = 2
    for at, code in enumerate((*chart.state["codes"], *chart.state["left_off"])):
        for e in code["evidence"]:
            if e["document"] == document["id"]:
                e["places"] = [{"page": 1 if e["start"] < half else 2, "box": [100, 60 + at * 30, 360, 82 + at * 30]}]
    for n in (1, 2):
        made = io.BytesIO()
        Image.new("RGB", (850, 1100), "white").save(made, "JPEG")
        chart.pictures[document["id"], n] = made.getvalue()
    return str(document["id"])


def test_a_scanned_page_is_a_picture_with_the_same_marks(bench: Bench, chart: StandIn) -> None:
    scanned(chart)
    page = opened(bench)
    assert page.locator(".scan img").first.evaluate("i => i.decode().then(() => [i.naturalWidth, i.naturalHeight])") == [850, 1100]
    spot = page.locator(".scan .spot.now").first
    frame, box = page.locator(".sheet").first.bounding_box(), spot.bounding_box()
    assert abs((box["x"] - frame["x"]) / frame["width"] - 100 / 850) < 0.01
    page.keyboard.press("j")
    assert page.locator(".scan .spot.now").first.get_attribute("data-refs") == "L2.1"
    page.locator(".spot[data-refs='L3.1']").click()
    assert chosen(page) == "J96.01"
    page.get_by_role("button", name="Words").click()
    assert page.locator(".texts mark.now").first.is_visible()
    assert now(page) == "Acute hypoxic respiratory failure"
    bench.axe(page)


def test_who_may_see_no_chart_is_refused_and_the_page_tells_nothing(bench: Bench, chart: StandIn) -> None:
    assert bench.as_("administrator").get("/chart/one").status_code == 403
    there, nowhere = (bench.as_("coder").get(f"/chart/{name}") for name in ("one", "nowhere"))
    assert (there.status_code, nowhere.status_code) == (200, 200)
    assert "Achterberg" not in there.text
    assert "one" not in nowhere.text.partition("data-chart=")[2][:20]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious(bench: Bench, chart: StandIn, scheme: str) -> None:
    chart.state["problems"] = [STOP, WARNING]
    page = opened(bench, scheme=scheme)
    page.keyboard.press("F8")
    page.keyboard.press("a")
    bench.axe(page)
    page.keyboard.press("x")
    bench.axe(page)
    page.keyboard.press("Escape")
    page.keyboard.press("e")
    page.locator(".finder [role=option]").first.wait_for()
    bench.axe(page)
    page.keyboard.press("Escape")
    page.locator(".entry", has_text="2026-01-20").click()
    page.locator(".texts .copied").first.wait_for()
    page.keyboard.press("o")
    page.locator("[data-origin] .text").wait_for()
    bench.axe(page)


def test_at_200_percent_nothing_is_lost(bench: Bench, chart: StandIn) -> None:
    page = opened(bench, width=640, height=400)
    assert page.evaluate("document.documentElement.scrollWidth") <= 640
    page.keyboard.press("a")
    assert chosen(page) == "I50.23"
    for name in ("Accept", "Reject", "Undo", "Submit"):
        assert page.get_by_role("button", name=name).first.is_visible()


def test_targets_are_large_enough(bench: Bench, chart: StandIn) -> None:
    page = opened(bench)
    small = page.locator("button:visible, summary:visible").evaluate_all("all => all.map(b => [b.textContent, b.getBoundingClientRect()]).filter(([t, r]) => r.height < 24 || r.width < 24).map(([t]) => t)")
    assert small == []
