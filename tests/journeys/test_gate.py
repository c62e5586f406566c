"""The page of the gate in a real browser: nothing refused by its policy, nothing over the side, axe finds nothing."""
from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest

from charthouse.adapters.paper.gate import render_gate
from charthouse.flow.gate_report import report
from charthouse.rooms.coding.gate.learn import Gate, learn
from charthouse.rooms.coding.gate.threshold import Promise
from rooms.coding.gate.sites import chart, codes

pytestmark = pytest.mark.browser


def page_of(size: int, late: int = 0) -> str:
    chance = random.Random(7)
    charts = [chart(f"{n:03}", codes(chance, sharp=4, base=3), missed=["N18.32"] * (n % 9 == 0), doubts=[(chance.random() / 2, False)]) for n in range(size)]
    gate = Gate(settings=learn(charts, Promise(), "engine 1"), engine="engine 1")
    return render_gate(report(gate, charts, {"outpatient": [{"held": ["gate/code"], "finished": False}] * late}))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("gate")
    for name, size, late in (("open", 190, 3), ("few", 12, 0), ("none", 0, 0)):
        (folder / f"{name}.html").write_text(page_of(size, late), encoding="utf-8")
    return folder


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("name", "width"), [("open", 1280), ("open", 390), ("few", 1280), ("none", 390)])
def test_the_page_is_whole_for_everybody(browser: Any, folder: Path, name: str, width: int, scheme: str) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe-playwright-python is not installed").Axe()
    said: list[str] = []
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
    page = context.new_page()
    page.on("console", lambda m: said.append(m.text))
    page.on("request", lambda r: None if r.url.startswith(folder.as_uri()) else said.append(r.url))
    page.goto((folder / f"{name}.html").as_uri())
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    assert said == []
    page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    found = axe.run(page, options={"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"]}}).response["violations"]
    assert [(v["id"], [n["html"][:150] for n in v["nodes"][:3]]) for v in found] == []
    context.close()


def test_the_pictures_take_the_colours_of_the_page(browser: Any, folder: Path) -> None:
    lines = {}
    for scheme in ("light", "dark"):
        context = browser.new_context(color_scheme=scheme)
        page = context.new_page()
        page.goto((folder / "open.html").as_uri())
        assert page.locator(".chart svg").count() == 3
        page.get_by_text("The curve as a table").first.click()
        page.locator("details[open] tbody tr").first.wait_for()
        lines[scheme] = page.locator(".chart svg").first.evaluate("s => getComputedStyle(s.querySelector('.mark-line path')).stroke")
        context.close()
    assert lines["light"] != lines["dark"]
