"""The report in a real browser: read it, walk it by keys, narrow it, switch script off, look at it with axe."""
from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from adapters import test_paper_samples as samples
from charthouse.adapters.paper.report import render, render_index

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
pytestmark = pytest.mark.browser

Open = Callable[..., Any]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("report")
    for name, result in (("inpatient", samples.inpatient()), ("empty", samples.empty()), ("hostile", samples.hostile())):
        (folder / f"{name}.html").write_text(render(result), encoding="utf-8")
    (folder / "index.html").write_text(render_index(samples.rows()), encoding="utf-8")
    return folder


@pytest.fixture
def open_page(browser: Any, folder: Path) -> Iterator[Open]:
    """Opens a page by name. After the test: nothing on the console, nothing refused by the policy, nothing fetched."""
    said: list[str] = []
    contexts: list[Any] = []

    def open_page(name: str, *, width: int = 1280, height: int = 800, scheme: str = "light", script: bool = True) -> Any:
        context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme, java_script_enabled=script)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda m: said.append(m.text))
        page.on("pageerror", lambda e: said.append(str(e)))
        page.on("request", lambda r: None if r.url.startswith(folder.as_uri()) else said.append(r.url))
        page.on("dialog", lambda d: said.append(d.message))
        page.goto((folder / f"{name}.html").as_uri())
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert said == []


def now(page: Any) -> str:
    """The words of the evidence that is shown now; it must be in view."""
    first = page.locator("mark.now").first
    playwright.expect(first).to_be_in_viewport()
    return "".join(page.locator("mark.now").all_text_contents())


def chosen(page: Any) -> list[str]:
    return [t.strip() for t in page.locator(".code[aria-current] .pick code").all_text_contents()]


def test_a_click_on_a_code_lights_its_evidence(open_page: Open) -> None:
    page = open_page("inpatient")
    page.click("#c-2 .pick")
    assert chosen(page) == ["J96.01"]
    assert now(page) == "acute hypoxic respiratory failure"
    lit = {ref for refs in page.locator("mark.lit").evaluate_all("m => m.map(x => x.dataset.e)") for ref in refs.split() if ref.startswith("2.")}
    assert lit == {"2.1", "2.2"}
    background = "m => getComputedStyle(m).backgroundColor"
    assert page.locator("mark.lit").first.evaluate(background) != page.locator("mark.tinted:not(.lit)").first.evaluate(background)
    assert "#" not in page.url


def test_a_click_in_the_text_chooses_the_code(open_page: Open) -> None:
    page = open_page("inpatient")
    page.locator("mark", has_text="pneumonia").click()
    assert chosen(page) == ["J18.9"]  # left off: its list opens
    playwright.expect(page.locator("#c-a")).to_be_in_viewport()
    page.locator("sup a", has_text="1").first.click()
    assert chosen(page) == ["I50.23"]


def test_a_second_click_on_shared_words_chooses_the_other_code(open_page: Open) -> None:
    page = open_page("inpatient")
    shared = page.locator('mark[data-e~="1.1"][data-e~="3.1"]')
    shared.click()
    first = chosen(page)
    shared.click()
    assert {*first, *chosen(page)} == {"I50.23", "I50.9"}


def test_a_walk_by_keys(open_page: Open) -> None:
    page = open_page("inpatient")
    for key, code, words in (("j", "I50.23", "acute on chronic"), ("j", "J96.01", "acute hypoxic"), ("n", "J96.01", "acute hypoxic"), ("N", "J96.01", "acute hypoxic"),
                             ("ArrowDown", "I50.9", "heart failure"), ("ArrowUp", "J96.01", "acute hypoxic"), ("k", "I50.23", "acute on chronic")):  # fmt: skip
        page.keyboard.press(key)
        assert chosen(page) == [code]
        assert now(page).startswith(words)
    assert page.locator("#status").text_content() == "I50.23: evidence 1 of 1, History and physical, 2026-03-02"
    page.keyboard.press("Escape")
    assert chosen(page) == []
    assert page.locator(".lit, .now").count() == 0


def test_n_walks_across_documents(open_page: Open) -> None:
    page = open_page("inpatient", height=420)
    page.click("#c-2 .pick")
    places = []
    for _ in range(3):
        now(page)
        places.append(page.locator("mark.now").first.evaluate("m => m.closest('article').id"))
        assert page.locator("[data-document][aria-current]").get_attribute("data-document") == places[-1]
        page.keyboard.press("n")
    assert places == ["d2", "d1", "d2"]


def test_a_code_without_evidence_says_so(open_page: Open) -> None:
    page = open_page("inpatient")
    page.click("#c-4 .pick")
    assert page.locator("#status").text_content() == "5A09357: no words of the chart are quoted."
    page.keyboard.press("n")
    assert page.locator("mark.now").count() == 0


def test_keys_do_nothing_in_a_text_field_nor_when_switched_off(open_page: Open) -> None:
    page = open_page("inpatient")
    page.evaluate("document.querySelector('h1').append(document.createElement('input'))")
    page.locator("h1 input").press_sequentially("jn?")
    assert chosen(page) == []
    page.locator("h1 input").evaluate("i => i.remove()")
    page.keyboard.press("?")
    playwright.expect(page.locator("#keys")).to_be_visible()
    page.uncheck("#keys-on")
    page.keyboard.press("j")
    assert chosen(page) == []
    page.keyboard.press("Escape")
    playwright.expect(page.locator("#keys")).to_be_hidden()


def test_without_script_the_links_still_lead(open_page: Open) -> None:
    page = open_page("inpatient", script=False, height=300)
    playwright.expect(page.locator("#status")).to_be_hidden()
    page.locator("#c-2 .quotes a").last.click()
    playwright.expect(page.locator("mark:target")).to_be_in_viewport()
    page.locator("sup a.off").first.click()
    playwright.expect(page.locator(".code.off:target .pick")).to_be_in_viewport()  # the browser opens the folded list


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 900, 390])
@pytest.mark.parametrize("name", ["inpatient", "empty", "hostile", "index"])
def test_nothing_runs_over_the_side(open_page: Open, name: str, width: int, scheme: str) -> None:
    page = open_page(name, width=width, scheme=scheme)
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    over = "[...document.querySelectorAll('.texts, .codes, .documents')].filter(p => p.scrollWidth > p.clientWidth).map(p => p.className)"
    assert page.evaluate(over) == []


def test_targets_are_large_enough(open_page: Open) -> None:
    page = open_page("inpatient")
    small = "e => e.filter(x => x.checkVisibility() && x.getBoundingClientRect().height < 24).map(x => x.outerHTML)"
    assert page.locator("button, summary, .documents ol a, .pick, .quotes a, label").evaluate_all(small) == []


def test_focus_is_seen(open_page: Open) -> None:
    page = open_page("inpatient")
    for _ in range(12):
        page.keyboard.press("Tab")
        assert page.evaluate("getComputedStyle(document.activeElement).outlineWidth") == "2px"


def test_print_shows_what_the_screen_folds(open_page: Open) -> None:
    page = open_page("inpatient")
    page.emulate_media(media="print")
    for words in ("Said to be absent", "ICD-10-CM Official Guidelines I.A.19", "without J96.01 (MCC)"):
        playwright.expect(page.locator(".codes").get_by_text(words).first).to_be_visible()
    playwright.expect(page.locator("#help")).to_be_hidden()


def test_finding_in_the_index(open_page: Open) -> None:
    page = open_page("index")
    page.keyboard.press("/")
    page.keyboard.type("heart SIDE")
    assert page.locator("tbody tr:visible").count() == 1
    assert page.locator("#status").text_content() == "1 of 4 rows"
    page.fill("#find", "zzz")
    assert "None of 4 rows" in page.locator("#status").text_content()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("name", "width"), [("inpatient", 1280), ("inpatient", 390), ("empty", 1280), ("hostile", 1280), ("index", 1280), ("index", 390)])
def test_axe_finds_nothing(open_page: Open, name: str, width: int, scheme: str) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe-playwright-python is not installed").Axe()
    page = open_page(name, width=width, scheme=scheme)
    page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    if name == "inpatient":
        page.keyboard.press("j")
        page.keyboard.press("?")
    rules = ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"]
    found = axe.run(page, options={"runOnly": {"type": "tag", "values": rules}}).response["violations"]
    assert [(v["id"], [n["html"][:150] + " " + (n.get("failureSummary") or "") for n in v["nodes"][:3]]) for v in found] == []
