"""`charthouse ocr`, and scans where text is taken: the command, its lines, the picture, the report in a browser."""
from __future__ import annotations

import io
import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from charthouse.doors.cli.main import app

pytest.importorskip("rapidocr", reason="the part for OCR is not installed: pip install 'charthouse[ocr]'")
pytest.importorskip("tesserocr", reason="the part for OCR is not installed: pip install 'charthouse[ocr]'")
SCANS = Path(__file__).parent.parent / "adapters" / "readers" / "scans"
run = CliRunner()


@pytest.fixture(scope="module")
def lines(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    folder = tmp_path_factory.mktemp("ocr")
    (folder / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\nnothing")
    (folder / "note.txt").write_text("no picture")
    files = [SCANS / "fax.tif", folder / "broken.png", folder / "note.txt", folder / "gone.pdf"]
    done = run.invoke(app(), ["ocr", *map(str, files), "--ndjson", "--picture", str(folder / "drawn")])
    assert done.exit_code == 4
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert [r["id"] for r in rows] == [str(f) for f in files]
    rows[0]["drawn"] = sorted(p.name for p in (folder / "drawn").iterdir())
    return rows


def test_a_line_a_file_with_pages_words_and_boxes(lines: list[dict[str, Any]]) -> None:
    first, second = lines[0]["pages"]
    assert "atrial fibrillation" in first["text"]
    assert "Continue apixaban 5 mg twice daily." in second["text"]
    for page in (first, second):
        assert (page["width"], page["height"]) == (1700, 2290) or page["width"] == 1700
        for word in page["words"]:
            left, top, right, bottom = word["box"]
            assert page["text"][word["start"] : word["end"]] == word["text"]
            assert 0 <= left < right <= page["width"]
            assert 0 <= top < bottom <= page["height"]
            assert 0 <= word["confidence"] <= 1
    assert lines[0]["drawn"] == ["fax-1.png", "fax-2.png"]


def test_what_cannot_be_read_says_why_and_the_others_are_read(lines: list[dict[str, Any]]) -> None:
    assert [r["error"]["code"] for r in lines[1:]] == ["CH-0621", "CH-0621", "CH-0205"]


def test_an_engine_that_is_not_there_is_refused() -> None:
    done = run.invoke(app(), ["ocr", "a.png", "--engine", "other"])
    assert done.exit_code == 4
    assert "--engine is one of both, rapidocr, tesseract" in done.stderr


@pytest.fixture(scope="module")
def coded(tmp_path_factory: pytest.TempPathFactory, data_folder: Path) -> Path:
    """A visit of one scanned page and one file that is damaged, coded."""
    folder = tmp_path_factory.mktemp("visit")
    visit = folder / "in" / "wilma"
    visit.mkdir(parents=True)
    shutil.copy(SCANS / "discharge-summary.png", visit)
    (visit / "broken.pdf").write_bytes(b"%PDF-1.7\n")
    (visit / "encounter.toml").write_text('setting = "outpatient"\nservice_date = 2026-05-06\n[patient]\nsex = "F"\nage = 76\n')
    done = run.invoke(app(), ["run", str(folder / "in"), "--out", str(folder / "out")])
    assert done.exit_code == 0, done.stderr
    return folder / "out"


def test_a_scan_is_coded_and_its_evidence_has_a_place_on_the_page(coded: Path) -> None:
    result = json.loads((coded / "wilma.json").read_text())
    codes = {c["code"]: c for c in result["codes"]}
    assert {"I50.23", "E11.42"} <= set(codes)
    span = next(s for s in codes["E11.42"]["evidence"] if "diabetic polyneuropathy" in s["text"])
    (place,) = span["places"]
    assert place["page"] == 1
    assert [u["subject"] for u in result["unread"]] == ["broken.pdf"]
    assert result["unread"][0]["rule"] == "intake/CH-0621"
    page = result["documents"][0]["pages"][0]
    assert (page["width"], page["height"], abs(page["skew"] - 1.2) < 0.2) == (1700, 2200, True)


@pytest.fixture
def shown(browser: Any, coded: Path) -> Iterator[Any]:
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    said: list[str] = []
    page.on("console", lambda m: said.append(m.text))
    page.on("pageerror", lambda e: said.append(str(e)))
    page.goto((coded / "wilma.html").as_uri())
    yield page
    page.close()
    assert said == []


@pytest.mark.browser
def test_the_highlight_lies_on_the_words_of_the_picture(shown: Any) -> None:
    """The mark of E11.42 in the browser covers the ink of its words, and nothing is written in the mark's place but them."""
    from PIL import Image

    line = shown.locator(".code", has_text="E11.42").first
    line.click()
    spot = shown.locator(".spot.now")
    assert spot.count() == 1
    box = spot.bounding_box()
    scan = shown.locator(".scan svg").bounding_box()
    with Image.open(SCANS / "discharge-summary.png") as image:
        scale = image.width / scan["width"]
        left, top = (box["x"] - scan["x"]) * scale, (box["y"] - scan["y"]) * scale
        words = image.convert("L").crop((round(left) - 2, round(top) - 2, round(left + box["width"] * scale) + 2, round(top + box["height"] * scale) + 2))
    from charthouse.bootstrap.ocr import image_reader

    ground = Image.new("L", (words.width + 120, words.height + 120), 244)
    ground.paste(words, (60, 60))
    content = io.BytesIO()
    ground.save(content, "PNG")
    read = next(image_reader().read(content.getvalue(), "spot.png")).documents[0].text
    assert read.split() == ["Type", "2", "diabetes", "mellitus", "with", "diabetic", "polyneuropathy"]


@pytest.mark.browser
def test_a_click_on_the_picture_chooses_the_code(shown: Any) -> None:
    shown.locator('.spot[data-e^="1.1"]').first.click()
    assert shown.locator(".code[aria-current] .pick code").first.text_content() == "I50.23"
    assert shown.locator("mark.lit").count() >= 1
