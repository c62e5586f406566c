"""Intake in a real browser over a real record: files are taken in, what cannot be filed is held, and a person settles it."""
from __future__ import annotations

from pathlib import Path

import pytest
from web_kit import Bench

from charthouse.bootstrap import demo

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_clerk_takes_a_file_in_and_settles_what_is_held(own_bench: Bench, scheme: str, tmp_path: Path) -> None:
    note, stray = tmp_path / "note.txt", tmp_path / "stray.txt"
    note.write_text(f"Addendum to the discharge summary, {scheme}.\nAssessment: Acute kidney injury, resolved.\n", encoding="utf-8")
    stray.write_text(f"Progress note, {scheme}\nAssessment: Pneumonia, on ceftriaxone.\n", encoding="utf-8")
    page = own_bench.page("records_clerk", "/intake", scheme=scheme)
    own_bench.axe(page)
    page.get_by_label("Files", exact=True).set_input_files(str(note))
    page.get_by_label("Number of the visit").fill("H-09")
    page.get_by_label("Kind", exact=True).select_option("progress_note")
    page.get_by_role("button", name="Take in").click()
    page.get_by_text("note.txt: filed, Progress note").wait_for()
    own_bench.axe(page)
    page.get_by_label("Files", exact=True).set_input_files(str(stray))
    page.get_by_role("button", name="Take in").click()
    page.get_by_text("nothing in it says whose it is").first.wait_for()
    page.get_by_role("link", name="Look at it").click()
    assert "Pneumonia, on ceftriaxone." in page.locator("pre").inner_text()
    own_bench.axe(page)
    page.get_by_label("Number of the visit").fill("H-99")
    page.get_by_role("button", name="File it").click()
    page.locator("[role=alert]").wait_for()  # there is no such visit, and it waits on
    page.get_by_label("Number of the visit").fill("H-10")
    page.get_by_role("button", name="File it").click()
    page.get_by_text("Nothing is held").wait_for()
    demo.code(own_bench.site)
    stay = next(id for name, id in own_bench.visits.items() if name.startswith("10"))
    assert any(c["code"] == "J18.9" for c in own_bench.as_("coder").get(f"/chart/{stay}/state").json()["codes"])


def test_what_is_no_document_is_kept_and_shown_as_text_at_most(own_bench: Bench) -> None:
    clerk = own_bench.as_("records_clerk")
    csrf = clerk.headers["x-csrf"]
    page = '<script>alert(1)</script><img src=x onerror="alert(2)">'
    for name, content in (("page.html", page.encode()), ("bomb.pdf", b"%PDF-1.7\n" + b"\x00" * 5000), ("picture.png", b"\x89PNG\r\n\x1a\n" + b"x" * 100)):
        answer = clerk.post("/intake", files={"files": (name, content)}, data={"csrf": csrf})
        assert answer.status_code == 200, answer.text[:300]
        assert "<script>alert" not in answer.text
    held = [line.split('"')[0] for line in clerk.get("/intake").text.split('href="/intake/')[1:]]
    assert len(held) >= 2
    for id in held:
        assert "<script>alert" not in clerk.get(f"/intake/{id}").text
        original = clerk.get(f"/intake/{id}/original")
        assert original.headers["content-type"] == "application/octet-stream"
        assert original.headers["content-disposition"].startswith("attachment")
        assert original.headers["x-content-type-options"] == "nosniff"
    assert clerk.post("/intake", data={"csrf": csrf}).status_code == 422
    assert clerk.post("/intake", files={"files": ("a.txt", b"x")}, data={"csrf": csrf, "kind": "novel"}).status_code == 422
    assert clerk.get("/intake/none").status_code == 404
    assert own_bench.as_("coder").get("/intake").status_code == 403
    assert own_bench.as_("him_manager").get("/intake").status_code == 200
