"""The parts of the coding screen that touch no page, run where they will run: code points against units, marks in segments, what an act will do, the queue of acts."""
from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from api_kit import served
from fastapi import FastAPI
from fastapi.responses import HTMLResponse
from fastapi.staticfiles import StaticFiles

from charthouse.doors.web.page import HERE

pytestmark = pytest.mark.browser
FAMILY, CAFE = "👩‍👩‍👧", "cafe\u0301"  # one emoji of five code points and eight units; an accent that is a character of its own
STATE: dict[str, Any] = {
    "encounter": {"setting": "inpatient"}, "reasons": [{"key": "1", "id": "not-supported", "label": "Not supported"}], "version": 1, "acts": [], "problems": [],
    "codes": [{"line": "L1", "system": "ICD-10-CM", "code": "I50.23", "title": "Heart failure", "role": "principal", "decision": "", "evidence": []},
              {"line": "L2", "system": "ICD-10-CM", "code": "J96.01", "title": "Respiratory failure", "role": "secondary", "decision": "", "evidence": []},
              {"line": "L3", "system": "ICD-10-CM", "code": "E87.6", "title": "Hypokalemia", "role": "secondary", "decision": "accepted", "evidence": []}],
    "left_off": [{"line": "L4", "system": "ICD-10-CM", "code": "J18.9", "title": "Pneumonia", "role": "secondary", "decision": "", "evidence": []}]}


@pytest.fixture(scope="module")
def blank(browser: Any) -> Iterator[Any]:
    """An empty page beside the scripts."""
    app = FastAPI()
    app.get("/", response_class=HTMLResponse)(lambda: "<!doctype html><title>blank</title>")
    app.mount("/static", StaticFiles(directory=HERE / "static"))
    with served(lambda: app) as url:
        page = browser.new_page(base_url=url)
        page.goto("/")
        yield page


def run(page: Any, module: str, body: str, *given: Any) -> Any:
    """What `body`, an async function of the module `m` and of what is given, answers."""
    return page.evaluate(f"async (given) => {{ const m = await import('/static/coding/{module}.js'); return await ({body})(m, ...given); }}", list(given))


@pytest.mark.parametrize(("text", "word"), [
    ("plain words", "words"), ("😀 headache", "headache"), (f"{FAMILY} seen, {CAFE} au lait", "au lait"), (f"{FAMILY} seen", FAMILY), (f"x {CAFE} y", CAFE), ("😀😀\n😀 fever", "fever"),
    ("e\u0301e\u0301 \U0001d54f cough", "cough")])
def test_a_selection_counts_as_python_counts(blank: Any, text: str, word: str) -> None:
    found = run(blank, "points", """(m, text, word) => { const r = m.ruler(text), at = text.indexOf(word), [s, e] = m.trimmed(text, ...m.whole(text, at, at + word.length));
      return [r.points(s), r.points(e), r.units(r.points(s)), s]; }""", text, word)
    start = text.index(word)
    assert found[:2] == [start, start + len(word)]
    assert found[2] == found[3]


def test_half_of_a_character_is_grown_to_the_whole(blank: Any) -> None:
    text = f"a {FAMILY} and {CAFE}."
    grown = run(blank, "points", "(m, text) => { const r = m.ruler(text); return [m.whole(text, 3, 5), m.whole(text, text.indexOf('cafe'), text.indexOf('cafe') + 4)].map(([s, e]) => [r.points(s), r.points(e)]); }", text)
    assert [text[s:e] for s, e in grown] == [FAMILY, CAFE]


def test_segments_lose_nothing_and_the_shorter_mark_decides(blank: Any) -> None:
    text = "No evidence of pneumonia or pleural effusion."
    marks = [{"start": 3, "end": 44, "pattern": "present"}, {"start": 15, "end": 24, "pattern": "absent", "ref": "L1.1"}, {"start": 15, "end": 24, "pattern": "possible"}]
    parts = run(blank, "marks", "(m, text, marks) => m.segments(text, marks, [{start: 10, end: 30}])", text, marks)
    assert "".join(text[p["start"]:p["end"]] for p in parts) == text
    at = next(p for p in parts if p["start"] == 15)
    assert (at["end"], at["pattern"], at["refs"], at["closes"]) == (24, "absent", ["L1.1"], ["L1.1"])
    assert [p["copy"] is not None for p in parts] == [10 <= p["start"] < 30 for p in parts]


def test_a_long_text_is_cut_at_line_ends(blank: Any) -> None:
    text = "".join(f"line {n} of a long note\n" for n in range(2000))
    sizes = run(blank, "marks", "(m, text) => m.blocks(text, m.segments(text, [], [])).map((b) => [b[0].start, b.at(-1).end])", text)
    assert "".join(text[s:e] for s, e in sizes) == text
    assert len(sizes) > 10
    assert all(text[e - 1] == "\n" and e - s < 6000 for s, e in sizes)


@pytest.mark.parametrize(("act", "codes", "left_off", "words"), [
    ({"what": "accept", "line": "L1"}, ["I50.23 accepted", "J96.01 ", "E87.6 accepted"], ["J18.9 "], "Accepted I50.23"),
    ({"what": "accept", "line": "L4"}, ["I50.23 ", "J96.01 ", "E87.6 accepted", "J18.9 accepted"], [], "Accepted J18.9"),
    ({"what": "reject", "line": "L2", "reason": "not-supported"}, ["I50.23 ", "E87.6 accepted"], ["J96.01 rejected", "J18.9 "], "Rejected J96.01"),
    ({"what": "change", "line": "L1", "code": "I50.33"}, ["I50.33 changed", "J96.01 ", "E87.6 accepted"], ["J18.9 "], "I50.23 changed to I50.33"),
    ({"what": "add", "line": "new-1", "system": "ICD-10-CM", "code": "R51.9"}, ["I50.23 ", "J96.01 ", "E87.6 accepted", "R51.9 added"], ["J18.9 "], "Added R51.9"),
    ({"what": "principal", "line": "L2"}, ["J96.01 accepted", "I50.23 ", "E87.6 accepted"], ["J18.9 "], "J96.01 made principal"),
    ({"what": "add", "line": "new-1", "system": "ICD-10-CM", "code": "J18.9"}, ["I50.23 ", "J96.01 ", "E87.6 accepted", "J18.9 accepted"], [], "Added J18.9"),
    ({"what": "undo"}, ["I50.23 ", "J96.01 ", "E87.6 accepted"], ["J18.9 "], "Undone"),
])
def test_what_an_act_will_do(blank: Any, act: dict[str, Any], codes: list[str], left_off: list[str], words: str) -> None:
    found = run(blank, "predict", "(m, state, act) => { const to = m.predict(state, act), say = (c) => `${c.code} ${c.decision}`; return [to.codes.map(say), to.left_off.map(say), m.words(state, act)]; }", STATE, act)
    assert found == [codes, left_off, words]


@pytest.mark.parametrize(("line", "to"), [("L1", "L2"), ("L2", "L1"), ("L3", "L1"), ("L4", "L1")])
def test_where_one_goes_after_deciding(blank: Any, line: str, to: str) -> None:
    assert run(blank, "predict", "(m, state, line) => m.next(state, m.predict(state, {what: 'accept', line}), line)", STATE, line) == to


QUEUE = """async (m, state, acts, answers) => {
  const told = [], sent = [];
  const send = async (act, version) => { sent.push([act.what, act.line ?? "", version]); const a = answers.shift();
    return { ...a, state: a.state ?? (a.status === 200 || a.status === 409 ? { ...state, version: version + 1, codes: a.codes ?? state.codes } : undefined) }; };
  const q = new m.Queue(state, { send, changed: () => {}, failed: (act, message) => told.push(["failed", act.what, message]), conflict: (list) => told.push(["conflict", ...list.map((a) => a.what)]),
    halted: (why, list) => told.push(["halted", why, list.length]), resumed: () => told.push(["saved"]), renamed: (from, to) => told.push(["renamed", from, to]) });
  for (const act of acts) q.push(act);
  const shown = q.shown.codes.map((c) => `${c.code} ${c.decision}`);
  await q.run();
  if (q.held) { told.push(["waits", q.waiting.length]); await q.resume(); }
  return { told, sent, shown, after: q.shown.codes.map((c) => `${c.code} ${c.decision}`), left: q.waiting.length, version: q.sure.version };
}"""
ACCEPT = [{"what": "accept", "line": "L1"}, {"what": "accept", "line": "L2"}]


def test_acts_are_shown_at_once_and_sent_in_order(blank: Any) -> None:
    done = run(blank, "queue", QUEUE, STATE, ACCEPT, [{"status": 200}, {"status": 200}])
    assert done["shown"] == ["I50.23 accepted", "J96.01 accepted", "E87.6 accepted"]
    assert (done["sent"], done["told"], done["version"]) == ([["accept", "L1", 1], ["accept", "L2", 2]], [["saved"]], 3)


def test_what_cannot_be_is_taken_back_alone(blank: Any) -> None:
    done = run(blank, "queue", QUEUE, STATE, ACCEPT, [{"status": 422, "message": "It cannot."}, {"status": 200}])
    assert done["told"] == [["failed", "accept", "It cannot."], ["saved"]]
    assert done["sent"][1] == ["accept", "L2", 1]


@pytest.mark.parametrize(("status", "why"), [(401, "signed-out"), (0, "offline"), (503, "offline"), (429, "offline")])
def test_what_cannot_be_sent_waits(blank: Any, status: int, why: str) -> None:
    done = run(blank, "queue", QUEUE, STATE, ACCEPT, [{"status": status}, {"status": 200}, {"status": 200}])
    assert done["told"] == [["halted", why, 2], ["waits", 2], ["saved"]]
    assert done["left"] == 0


def test_a_conflict_hands_back_all_that_waited(blank: Any) -> None:
    done = run(blank, "queue", QUEUE, STATE, ACCEPT, [{"status": 409}])
    assert (done["told"], done["left"], done["version"]) == ([["conflict", "accept", "accept"]], 0, 2)


def test_a_code_that_was_added_takes_the_name_that_the_server_gives(blank: Any) -> None:
    codes = [*STATE["codes"], {"line": "L9", "system": "ICD-10-CM", "code": "R51.9", "decision": "added"}]
    acts = [{"what": "add", "code": "R51.9", "system": "ICD-10-CM"}, {"what": "poa", "line": "new-1", "value": "Y"}]
    done = run(blank, "queue", QUEUE, STATE, acts, [{"status": 200, "codes": codes}, {"status": 200, "codes": codes}])
    assert done["sent"] == [["add", "new-1", 1], ["poa", "L9", 2]]
    assert ["renamed", "new-1", "L9"] in done["told"]


def test_the_table_of_keys_has_no_collision(blank: Any) -> None:
    keys = run(blank, "keymap", "(m) => m.KEYS.map(([name, label, key]) => key)")
    assert len(keys) == len(set(keys)) == 20


def test_documents_stand_by_type_and_by_date(blank: Any) -> None:
    documents = [{"id": "1", "kind": "progress_note", "date": "2026-01-02"}, {"id": "2", "kind": "discharge_summary", "date": "2026-01-04"}, {"id": "3", "kind": "progress_note", "date": "2026-01-01"}]
    found = run(blank, "tree", "(m, d) => ['type', 'date'].map((how) => m.grouped(d, how).map(([k, own]) => [k, own.map((x) => x.id).join('')]))", documents)
    assert found == [[["discharge_summary", "2"], ["progress_note", "31"]], [["", "312"]]]
