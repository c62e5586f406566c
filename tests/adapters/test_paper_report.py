"""The report as HTML: hostile text stays text, evidence is marked where it stands, nothing comes from elsewhere."""
from __future__ import annotations

import re
from base64 import b64encode
from hashlib import sha256
from html.parser import HTMLParser

import pytest

from adapters import test_paper_samples as samples
from charthouse.adapters.paper.report import confidence, link, render, render_index


class Reader(HTMLParser):
    """What a browser would see: marked text by evidence, ids, links, attributes, style and script as they stand."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.marked: dict[str, str] = {}
        self.raw: dict[str, str] = {}
        self.text = ""
        self._open: list[str] = []
        self._refs: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self._open.append(tag)
        if tag == "mark":
            self._refs = (dict(attrs).get("data-e") or "").split()

    def handle_endtag(self, tag: str) -> None:
        self._refs = [] if tag == "mark" else self._refs
        self._open.pop() if self._open and self._open[-1] == tag else None

    def handle_data(self, data: str) -> None:
        if self._open and self._open[-1] in ("style", "script"):
            self.raw[self._open[-1]] = data
            return
        self.text += data
        for ref in self._refs:
            self.marked[ref] = self.marked.get(ref, "") + data

    def all(self, name: str) -> list[str]:
        return [a[name] or "" for _, a in self.tags if name in a]


PAGES = {"inpatient": render(samples.inpatient()), "empty": render(samples.empty()), "hostile": render(samples.hostile()), "index": render_index(samples.rows())}


def test_every_quotation_is_marked_with_its_own_words() -> None:
    result, page = samples.inpatient(), Reader(PAGES["inpatient"])
    standing = [c for c in result["codes"] if c["status"] != "suppressed"]
    left_off = [c for c in result["codes"] if c["status"] == "suppressed"]
    expected = {f"{n}.{k}": e["text"] for n, c in enumerate(standing, 1) for k, e in enumerate(c["evidence"], 1)}
    expected |= {f"{'abc'[n]}.{k}": e["text"] for n, c in enumerate(left_off) for k, e in enumerate(c["evidence"], 1)}
    assert page.marked == expected


def test_the_level_of_a_visit_is_shown_with_its_elements_and_doubts() -> None:
    said = " ".join(Reader(PAGES["inpatient"]).text.split())
    for words in ("E/M inpatient initial: high", "By time; total time 80 minutes", "Problems: J96.01 threatens life.", "No code is loaded for this level."):
        assert words in said
    assert "E/M" not in Reader(PAGES["empty"]).text


def test_a_line_shows_its_units_and_says_where_a_title_is_not_loaded() -> None:
    result = samples.inpatient()
    result["codes"].append(samples.code("J0000", "", system="HCPCS", role="procedure", poa="", units=4))
    said = Reader(render(result)).text
    assert "4 units" in said
    assert "title not loaded" in said


def test_hostile_text_is_shown_and_never_run() -> None:
    page = Reader(PAGES["hostile"])
    assert sum(tag == "script" for tag, _ in page.tags) == 1
    assert not any(tag in ("img", "iframe", "object", "base", "form", "link") for tag, _ in page.tags)
    assert page.text.count(samples.HOSTILE) > 10
    assert samples.HOSTILE not in PAGES["hostile"]


def test_control_characters_are_seen() -> None:
    result = samples.hostile()
    result["documents"][0]["text"] += "\x00\x1b\x0c\ud800"
    assert "␀␛␌\ufffd" in render(result).encode().decode()


@pytest.mark.parametrize("name", PAGES)
def test_the_policy_lets_its_own_style_and_script_run_and_nothing_else(name: str) -> None:
    page = Reader(PAGES[name])
    policy = next(a["content"] or "" for tag, a in page.tags if tag == "meta" and a.get("http-equiv") == "Content-Security-Policy")
    for tag in ("style", "script"):
        digest = b64encode(sha256(page.raw[tag].encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in policy
    assert policy.startswith("default-src 'none';")
    assert "unsafe" not in policy


@pytest.mark.parametrize("name", PAGES)
def test_nothing_is_fetched_and_nothing_is_inline(name: str) -> None:
    page = Reader(PAGES[name])
    assert not re.search(r"https?://|@import|url\(", PAGES[name].replace(samples.URL, ""))
    assert not [a for _, attrs in page.tags for a in attrs if a == "style" or a.startswith("on")]
    assert not page.all("src")


@pytest.mark.parametrize("name", ["inpatient", "empty", "hostile"])
def test_every_link_leads_to_a_place_in_the_page(name: str) -> None:
    page = Reader(PAGES[name])
    ids = page.all("id")
    assert len(ids) == len(set(ids))
    assert set(page.all("href")) <= {f"#{i}" for i in ids}


def test_anchors_tell_nothing_about_the_patient() -> None:
    assert all(re.fullmatch(r"#(codes|[cds]-?\w+(-\d+)?)", h) for h in Reader(PAGES["inpatient"]).all("href"))
    assert not any("J96" in h or "Ruiz" in h for h in Reader(PAGES["inpatient"]).all("href"))


def test_patterns_follow_the_facts() -> None:
    for words, pattern in (("pneumonia", "absent"), ("sepsis", "possible"), ("stroke", "history"), ("acute on chronic systolic ", "present")):
        assert re.search(rf'<mark id="[^"]+" class="{pattern}[^>]*>{words}', PAGES["inpatient"]), words


def test_a_quotation_that_does_not_stand_is_said_and_not_marked() -> None:
    result = samples.inpatient()
    result["codes"][0]["evidence"][0]["start"] += 1
    page = render(result)
    assert "1.1" not in Reader(page).marked
    assert "do not stand at the place given" in page


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("inpatient", ["DRG", "291", "1.2838", "Held by", "2 of 3 documents read", "scan.pdf holds no text", "copied from", "Left off (3)", "MS-DRG v43", "k3y",
                       "Printed from Charthouse; check before billing", "read as Windows-1252", "ICD-10-CM Official Guidelines I.A.19", "weight not loaded"]),
        ("empty", ["No DRG yet", "No code was found", "No document was read", "0 of 0 documents read"]),
        ("index", ["4 encounters", "1 failed", "note.txt cannot be read", "CH-0203", "no code stands", "1.2838", "scan.pdf holds no text"]),
    ],
)  # fmt: skip
def test_the_page_says(name: str, words: list[str]) -> None:
    text = " ".join(Reader(PAGES[name]).text.split())
    assert [w for w in words if w not in text] == []


def test_a_changed_drg_and_a_missing_weight_are_said() -> None:
    result = samples.inpatient()
    result["grouping"] |= {"initial_drg": "290", "weight": None, "return_code": "INVALID_PDX", "what_if": []}
    text = " ".join(Reader(render(result)).text.split())
    assert "DRG 290 became 291" in text
    assert "The grouper answers INVALID_PDX" in text
    assert "not loaded" in text
    assert "Nothing to try" in text


@pytest.mark.parametrize(
    ("page", "href"), [("a b.html", "./a%20b.html"), ("javascript:alert(1)", "./javascript%3Aalert%281%29"), ("//evil.example", ".///evil.example"), ("a#b?c", "./a%23b%3Fc")]
)
def test_links_of_the_index_stay_beside_it(page: str, href: str) -> None:
    assert link(page) == href


@pytest.mark.parametrize(("number", "shown"), [(1.0, "1.00"), (0.9961, "0.99"), (0.29, "0.29"), (0.0, "0.00")])
def test_confidence_is_never_rounded_up(number: float, shown: str) -> None:
    assert confidence(number) == shown


def test_no_rows_say_what_to_do() -> None:
    assert "No encounter was found" in render_index([])


def test_the_same_result_gives_the_same_page() -> None:
    assert render(samples.inpatient()) == PAGES["inpatient"]


def test_what_the_record_leaves_open_stands_before_the_codes() -> None:
    page = Reader(render(samples.inpatient() | {"hints": [samples.ruling("The record does not say the stage.", "warning")]}))
    assert page.text.index("Left open by the record") < page.text.index("The record does not say the stage.")
    assert "Left open by the record" not in Reader(render(samples.inpatient())).text
