"""The index, the same for SQLite and PostgreSQL: what is found, by whom, and that what is gone is gone."""
from __future__ import annotations

import json
import time
from dataclasses import replace
from datetime import date, datetime

import pytest
import sqlalchemy as sa
from storage_kit import CLERK, a_document, a_patient, a_visit, desk_of

from charthouse.adapters.storage import backup, finding, restore, schema
from charthouse.adapters.storage.layout import Layout
from charthouse.adapters.storage.site import Site
from charthouse.flow.desk import Desk
from charthouse.flow.finding import Answer, coded, find, rebuild, visits
from charthouse.record.access import Actor
from charthouse.record.errors import AccessDenied
from charthouse.record.filing import Filing
from charthouse.record.finding import AssignedCode, Question
from charthouse.rooms.finding import understand

TODAY = date(2026, 4, 20)


def ask(desk: Desk, text: str, *, first: int = 0, most: int = 10, **given: object) -> Answer:
    known = understand(text, TODAY, ways=lambda p: ("heart attack", "myocardial infarction", "MI") if p == "heart attack" else (),
                       codes=lambda p: ("L97.??1", "L97.??2") if p == "wound stage" else (), given=Question(**given))  # type: ignore[arg-type]
    return find(desk, known.question, first=first, most=most)


def found(desk: Desk, text: str = "", **given: object) -> set[str]:
    return {hit.document for hit, _ in ask(desk, text, **given).shown}


def code(code: str, system: str = "ICD-10-CM") -> AssignedCode:
    return AssignedCode(system=system, code=code, role="principal", status="auto")


@pytest.fixture
def visit(desk: Desk) -> str:
    return a_visit(desk, a_patient(desk), number="V1", unit="4 West", setting="inpatient", admitted=datetime(2026, 1, 10, 8), discharged=datetime(2026, 1, 14, 9))


CASES = [
    ("gout", True), ("GOUT", True), ("gouts", True), ('"acute gout of the foot"', True), ('"gout acute"', False), ("foot gout", True), ("tophi OR gout", True), ("gout -foot", False),
    ("gout NOT foot", False), ("-tophi", True), ("-gout", False), ("podag*", True), ("podag", False), ("MI", True), ("heart attack", True), ("Ménière", True), ("meniere", True),
    ("haemorrhoids", True), ('"ménière disease" -tophi', True), ("zebra", False), ("", True), ("the of", True), ("o'neil", True), ("5.3", True),
]


@pytest.mark.parametrize(("text", "hit"), CASES)
def test_words_phrases_beginnings_and_what_is_not_wanted(desk: Desk, visit: str, text: str, hit: bool) -> None:
    a_document(desk, visit, "Acute gout of the foot (podagra), after an MI. Hemorrhoids. Ménière's disease. K 5.3. Seen by O'Neil.")
    assert len(found(desk, text)) == hit


@pytest.mark.parametrize("text", ['"', '""', "AND OR NOT", "a:b:c", "code:", "NEAR(a b)", "* ^ {x} : -", "((", "from:yesterday", "'; DROP TABLE patient; --", "\x00", "-", "a\\'b", "-\"\"",
                                  "col : x", "x" * 500, "without a coded", "in 9999", "last 999 years", "2026-02-30", "since 2026-02-30", "🦴 | 骨", "\\", "'", "a OR", "OR a", "%_%"])
def test_no_question_is_a_syntax_error(desk: Desk, visit: str, text: str) -> None:
    a_document(desk, visit, "Nothing to see.")
    assert ask(desk, text).found.count in (0, 1)


def test_filters(desk: Desk, visit: str) -> None:
    mine = desk.file(Filing(encounter=visit, content=b"x", text="gout", kind="operative_note", author="Dr. Ada Example", service_date=date(2026, 1, 12)))
    other = a_document(desk, a_visit(desk, a_patient(desk, "2", family="Other", birth_date=date(1990, 1, 1)), admitted=datetime(2026, 4, 2, 8)), "gout")
    patient = ask(desk, "", number="1").shown[0][0].patient
    for given in ({"number": "1"}, {"name": "exam"}, {"name": "Example, Er"}, {"born": date(1961, 3, 2)}, {"visit": "V1"}, {"kind": "operative_note"}, {"author": "ada"},
                  {"setting": "inpatient"}, {"unit": "4 West"}, {"until": date(2026, 1, 12)}, {"patient": patient}):
        assert found(desk, "gout", **given) == {mine}, given
        assert found(desk, "", **given) == {mine}, given
    assert found(desk, "gout last quarter") == {mine}
    assert found(desk, "gout this month") == {other}  # a document without a date stands on the day of its visit
    assert found(desk, "gout kind:operative_note mrn:1") == {mine}
    assert found(desk, "name:oth%") == set()
    assert found(desk, "gout", facility="north") == {mine, other}


def test_codes_families_ranges_and_what_is_not_coded(desk: Desk, visit: str) -> None:
    engine = desk_of(desk.store, replace(CLERK, roles=frozenset({"engine"})))  # type: ignore[arg-type]
    staged, unstaged, uncoded = (a_visit(desk, a_patient(desk, n)) for n in "234")
    documents = [a_document(desk, v, f"diabetic foot ulcer of visit {n}") for n, v in enumerate((staged, unstaged, uncoded))]
    coded(engine, staged, [code("E11.621"), code("L97.522")])
    coded(engine, unstaged, [code("E11.621"), code("L97.509"), code("0Y6M0Z9", "ICD-10-PCS")])
    assert found(desk, "ulcer", codes=(("E11*",),)) == found(desk, "code:E11.621") == found(desk, "code:E11621") == found(desk, "code:E08-E13") == {*documents[:2]}
    assert found(desk, "code:E11* code:L97.52?") == {documents[0]}
    assert found(desk, "code:0Y6*") == found(desk, "code:I10,0y6m0z9") == {documents[1]}
    assert found(desk, "ulcer -code:L97.52*") == {documents[1]}
    assert found(desk, "diabetic foot ulcers without a coded wound stage") == {documents[1]}
    coded(engine, unstaged, [code("L97.512")])
    assert found(desk, "diabetic foot ulcers without a coded wound stage") == set()


def test_a_page_is_ranked_counted_and_shows_where_it_says_so(desk: Desk, visit: str) -> None:
    for n in range(12):
        a_document(desk, visit, f"Note {n}. " + "Unrelated words of a long note. " * 20 + "He has gout.")
    best = a_document(desk, visit, "Gout. Gout of the great toe, gout again.")
    answer = ask(desk, "gout", most=5)
    assert (answer.found.count, answer.found.more, len(answer.shown)) == (13, False, 5)
    assert answer.shown[0][0].document == best
    pages = [hit.document for first in (0, 5, 10) for hit, _ in ask(desk, "gout", first=first, most=5).shown]
    assert len(set(pages)) == 13
    assert ask(desk, "gout", first=15, most=5).found.count == 13
    passage = answer.shown[1][1]
    assert [passage.text[s:e] for s, e in passage.marks] == ["gout"]
    assert passage.before
    assert answer.shown[1][0].text[passage.start:].startswith(passage.text)


def test_beyond_what_is_counted_it_says_more(desk: Desk, visit: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from charthouse.adapters.storage import words

    monkeypatch.setattr(finding, "COUNTED", 4)
    monkeypatch.setattr(words.FileWords, "ranked", 3)
    monkeypatch.setattr(words.ServerWords, "ranked", 3)
    made = [a_document(desk, visit, f"gout {n}") for n in range(6)]
    answer = ask(desk, "gout")
    assert (answer.found.count, answer.found.more, answer.found.ranked) == (4, True, 3)
    assert found(desk, "gout") <= set(made)


# -- who may see what --------------------------------------------------------------------------------------------------------------------
def test_nothing_of_another_facility_or_of_a_restricted_patient_is_found_or_counted(desk: Desk, site: Site, visit: str) -> None:
    mine = a_document(desk, visit, "gout")
    other = replace(CLERK, facilities=frozenset({"south"}))
    coder = replace(CLERK, roles=frozenset({"coder"}))
    assert ask(desk_of(site, other), "gout").found.count == 0
    assert ask(desk_of(site, replace(CLERK, facilities=frozenset())), "").found.count == 0
    assert found(desk_of(site, coder), "gout") == {mine}
    officer = desk_of(site, replace(CLERK, roles=frozenset({"privacy_officer"})), "privacy")
    patient = ask(desk, "gout").shown[0][0].patient
    officer.restrict(patient)
    assert ask(desk_of(site, coder), "gout").found.count == 0
    assert found(desk, "gout") == {mine}  # a manager may see restricted records
    officer.restrict(patient, False)
    assert found(desk_of(site, coder), "gout") == {mine}
    with pytest.raises(AccessDenied):
        ask(desk_of(site, Actor(id="x", roles=frozenset({"engine"}), facilities=frozenset({"north"}))), "gout")


def test_each_search_and_each_patient_shown_is_told_without_the_question(desk: Desk, site: Site, visit: str) -> None:
    a_document(desk, visit, "gout")
    patient = ask(desk, "gout name:Example").shown[0][0].patient
    with site.snapshot() as connection:
        rows = connection.execute(sa.select(schema.event).order_by(schema.event.c.seq.desc()).limit(2)).mappings().all()
    assert [(r["action"], r["subject"], r["patient"]) for r in rows] == [("chart.find", f"patient:{patient}", patient), ("chart.find", "find", "")]
    assert rows[1]["version"] == "1 clauses; name"


# -- in step with the record --------------------------------------------------------------------------------------------------------------
def test_what_changes_in_the_record_changes_in_the_index(desk: Desk, site: Site, visit: str) -> None:
    """As a merge, a transfer, a new kind and an error do it, by whatever module."""
    mine = a_document(desk, visit, "gout")
    other = a_patient(desk, "2", restricted=True)
    with site.engine.begin() as connection:
        connection.execute(sa.text("UPDATE document SET patient = :p, kind = 'letter' WHERE id = :d"), {"p": other, "d": mine})
        connection.execute(sa.text("UPDATE encounter SET unit = 'ICU', patient = :p WHERE id = :v"), {"p": other, "v": visit})
    assert found(desk, "gout", patient=other, kind="letter", unit="ICU") == {mine}
    assert found(desk_of(site, replace(CLERK, roles=frozenset({"coder"}))), "gout") == set()
    with site.engine.begin() as connection:
        connection.execute(sa.text("UPDATE document SET state = 'error' WHERE id = :d"), {"d": mine})
    assert found(desk, "gout") == set()


def test_what_is_forgotten_leaves_no_word_behind(desk: Desk, site: Site, layout: Layout, visit: str) -> None:
    """Nor does another document with the same text, or the next one, suffer by it."""
    kept, gone = a_document(desk, visit, "xanthelasma kept"), a_document(desk, visit, "quixoticword zyzzyva")
    desk.use("chart.file", ("encounter", visit), lambda open, access: open.finding.forget(access, gone))
    after = a_document(desk, visit, "an entirely other note")
    assert found(desk, "quixoticword") == found(desk, "zyzzyva") == set()
    assert found(desk, "xanthelasma") == {kept}
    assert found(desk, "entirely") == {after}
    assert found(desk, "") == {kept, after}
    if not layout.database:
        with site.snapshot() as connection:
            blocks = b"".join(bytes(b) for b in connection.exec_driver_sql("SELECT block FROM search_text_data").scalars())
        assert b"zyzzyva" not in blocks
        assert b"quixotic" not in blocks
        assert b"xanthelasma" in blocks


def test_no_word_lies_on_the_disk(desk: Desk, layout: Layout, visit: str) -> None:
    a_document(desk, visit, "quixoticword")
    assert found(desk, "quixoticword")
    assert layout.database or all(b"quixotic" not in p.read_bytes() for p in layout.folder.rglob("*") if p.is_file())


def test_a_text_that_came_later_is_entered(desk: Desk, site: Site, visit: str) -> None:
    scan = desk.file(Filing(encounter=visit, content=b"\x89PNG", media="image/png"))
    assert found(desk, "") == {scan}
    with site._writing.begin() as connection:
        hash = site.blobs().put(connection, b"gout, as read")
        connection.execute(sa.text("UPDATE document SET text = :t WHERE id = :d"), {"t": hash, "d": scan})
        connection.execute(schema.search_entry.delete())  # it was never entered with its words
        finding.put(connection, scan, "gout, as read")
    desk.use("chart.file", ("encounter", visit), lambda open, access: open.finding.enter(access, scan))
    assert found(desk, "gout") == {scan}


def test_a_damaged_text_hides_nothing_else(desk: Desk, site: Site, visit: str) -> None:
    for n in range(3):
        a_document(desk, visit, f"gout {n}")
    with site._writing.begin() as connection:
        connection.execute(schema.small_blob.update().where(schema.small_blob.c.file == sa.select(sa.func.min(schema.small_blob.c.file)).scalar_subquery()).values(sealed=b"damaged"))
    assert sorted(bool(hit.text) for hit, _ in ask(desk, "gout").shown) == [False, True, True]


def a_result(connection: sa.Connection, site: Site, visit: str, codes: list[str]) -> None:
    """A coding result as the worker keeps it."""
    body = json.dumps({"codes": [{"system": "ICD-10-CM", "code": c, "role": "principal", "status": s, "poa": "Y"} for c, s in zip(codes, ("auto", "suppressed"), strict=False)]})
    hash = site.blobs().put(connection, body.encode())
    connection.execute(schema.step.insert().values(encounter=visit, name="coding", key=hash[:8], state="done", due_at=datetime.now(), result=hash, done_at=datetime.now()))


def test_all_of_it_is_made_anew_from_the_record(desk: Desk, site: Site, visit: str) -> None:
    mine = a_document(desk, visit, "gout")
    with site._writing.begin() as connection:
        a_result(connection, site, visit, ["M10.9"])
    time.sleep(0.01)
    with site._writing.begin() as connection:
        a_result(connection, site, visit, ["M10.071", "I10"])
        connection.execute(schema.search_code.delete())
    administrator = desk_of(site, Actor(id="os:x", roles=frozenset({"administrator"})), "administration")
    told: list[tuple[str, int, int]] = []
    assert rebuild(administrator, lambda *a: told.append(a)) == 1
    assert told == [("documents", 1, 1)]
    assert found(desk, "gout code:M10.071") == {mine}
    assert found(desk, "code:M10.9") == found(desk, "code:I10") == set()


def test_a_restored_site_finds(desk: Desk, site: Site, empty: Layout, visit: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    mine = a_document(desk, visit, "gout of the great toe")
    file = tmp_path_factory.mktemp("backup") / "b.age"
    backup.take(site, file, passphrase="a long passphrase")
    again = restore.put_back(empty, file, passphrase="a long passphrase")
    try:
        assert found(desk_of(again), '"great toe"') == {mine}
    finally:
        again.close()


# -- for the indexes ----------------------------------------------------------------------------------------------------------------------
def test_the_coded_visits_of_some_days(desk: Desk, site: Site, visit: str) -> None:
    engine = desk_of(site, replace(CLERK, roles=frozenset({"engine"})))
    later = a_visit(desk, a_patient(desk, "2", sex="M", restricted=True), admitted=datetime(2026, 4, 2, 8))
    coded(engine, visit, [code("L97.522"), code("E11.621")])
    coded(engine, later, [code("I10")])
    with desk.together() as one:
        first, second = list(visits(one, date(2026, 1, 14), date(2026, 4, 2)))
    assert (first.encounter, first.number, first.visit, first.age, first.sex, first.stay, first.discharged) == (visit, "1", "V1", 64, "F", 4, date(2026, 1, 14))
    assert [c.code for c in first.codes] == ["L97.522", "E11.621"]
    assert (second.encounter, second.stay, second.discharged) == (later, None, None)
    with desk.together() as one:
        assert [v.encounter for v in visits(one, date(2026, 1, 15), date(2026, 4, 1))] == []
    auditor = desk_of(site, replace(CLERK, facilities=frozenset({"south"})))
    with auditor.together() as one:
        assert list(visits(one, date(2026, 1, 1), date(2026, 12, 31))) == []
