"""Procedures by a site's own CPT file: codes written or given, descriptors matched. All codes and wording here are made up."""
from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from charthouse import bootstrap
from charthouse.adapters.books.importers import add_files
from charthouse.adapters.storage.codebook import SqliteCodeBook
from charthouse.flow.run import run
from charthouse.flow.steps import Kit, Received, Work
from charthouse.record.chart import Encounter
from charthouse.record.code import CodeLine
from charthouse.record.document import Patient
from charthouse.rooms.coding.services.cpt import Descriptors

MADE_UP = Descriptors.of([("0001X", "Folding of paper lantern, small"), ("0002X", "Folding of paper lantern, large, with silk tassel"), ("0003X", "Polishing of brass sundial")])


def coded(text: str, kit: Kit, procedures: tuple[str, ...] = (), descriptors: Descriptors = MADE_UP) -> list[CodeLine]:
    encounter = Encounter(id="case", setting="outpatient", on=date(2026, 3, 2), patient=Patient(), procedures=procedures)
    ours = replace(kit, visiting=replace(kit.visiting, descriptors=descriptors))
    work = run(Work(encounter=encounter, received=(Received(id="note", content=text, kind="clinic_note"),)), ours, until="coding")
    return [c for c in work.codes if c.system == "CPT"]


@pytest.mark.parametrize(("text", "codes"), [
    ("PLAN: CPT 0009X was reported.", ["0009X"]), ("PLAN: CPT code: 0009X", ["0009X"]), ("PLAN: CPT codes 0009X, 0008X", ["0009X", "0008X"]),
    ("PLAN: MRN 0009X", []), ("PLAN: CPT 12 was not needed", []), ("PLAN: cpt of the team", [])])
def test_codes_that_stand_in_the_note(text: str, codes: list[str], kit: Kit) -> None:
    found = coded(text, kit)
    assert [c.code for c in found] == codes
    for c in found:
        assert c.status == "review"
        assert c.title == ""
        assert text[c.evidence[0].start:c.evidence[0].end] == c.code
        assert "not loaded" in {r.verdict for r in c.reasons}


def test_a_code_that_a_person_sent_is_kept_unchecked(kit: Kit) -> None:
    (line,) = coded("PLAN: Rest.", kit, procedures=("0009X",))
    assert (line.status, line.evidence) == ("review", ())
    assert any(r.message == "No CPT file is loaded for this date: not checked." for r in line.reasons)


@pytest.mark.parametrize(("text", "code"), [
    ("PROCEDURE: Folding of a small paper lantern", "0001X"), ("Procedures performed:\nPolishing of the brass sundial, left\n\nPLAN: Rest.", "0003X"),
    ("PROCEDURE: Large paper lantern folding with silk tassel", "0002X"), ("PROCEDURE: Lantern", None), ("PROCEDURE: None", None),
    ("PROCEDURE: Polishing of brass sundial deferred", None), ("HPI: Folding of a small paper lantern last year.", None), ("PROCEDURE: Repair of a garden gate", None)])
def test_a_procedure_line_matches_one_descriptor_or_none(text: str, code: str | None, kit: Kit) -> None:
    found = coded(text, kit)
    assert [c.code for c in found] == ([code] if code else [])
    for c in found:
        assert c.status == "review"
        assert text[c.evidence[0].start:c.evidence[0].end] == c.evidence[0].text


def test_descriptors_that_are_too_alike_match_none() -> None:
    alike = Descriptors.of([("0001X", "Folding of paper lantern, upper shelf"), ("0002X", "Folding of paper lantern, lower shelf")])
    assert alike.match("Folding of paper lantern on a shelf") is None
    assert alike.match("Folding of paper lantern, upper shelf") == ("0001X", 1.0)


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> SqliteCodeBook:
    """A code book with the site's made-up files in it."""
    folder = tmp_path_factory.mktemp("site")
    (folder / "LONGULT_2026.txt").write_text("0001X\tFolding of paper lantern, small\n0003X\tPolishing of brass sundial\n", encoding="utf-8")
    (folder / "em_codes.csv").write_text("category,level,code\noffice established,low,0003X\n", encoding="utf-8")
    path = folder / "books" / "codebook.sqlite"
    path.parent.mkdir()
    add_files(path, (folder / "LONGULT_2026.txt", folder / "em_codes.csv"), lambda label, done, total: None)
    return SqliteCodeBook(path)


def test_with_the_site_s_files_codes_have_titles_and_levels_have_codes(own: SqliteCodeBook, kit: Kit) -> None:
    assert own.level_code("office established", "low") == "0003X"
    assert own.level_code("office new", "low") == ""
    assert own.valid("0001X", date(2026, 3, 2))
    ours = replace(kit, book=own, visiting=bootstrap.visiting(own))
    text = "PROCEDURE: Folding of small paper lantern\nPLAN: CPT 0009X.\nASSESSMENT AND PLAN\n1. Hypertension. Well controlled. Continue lisinopril 20 mg daily."
    encounter = Encounter(id="case", setting="outpatient", on=date(2026, 3, 2), patient=Patient(), visit="established")
    work = run(Work(encounter=encounter, received=(Received(id="note", content=text, kind="clinic_note"),)), ours, until="coding")
    found = {c.code: (c.title, c.status) for c in work.codes if c.system == "CPT"}
    assert found == {"0003X": ("Polishing of brass sundial", "review"), "0001X": ("Folding of paper lantern, small", "review"), "0009X": ("", "suppressed")}
    (e,) = work.evaluations
    assert (e.category, e.level, e.code) == ("office established", "low", "0003X")


def test_the_site_s_descriptors_are_found_and_do_not_join_reading(own: SqliteCodeBook) -> None:
    assert own.find("brass sundial", system="CPT")[0].code == "0003X"
    assert not any(target == "0003X" for _, target, *_ in own.dictionary())
