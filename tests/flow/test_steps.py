"""The table of steps, and that running it twice changes nothing."""
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, replace
from datetime import date

import pytest

from charthouse import bootstrap
from charthouse.adapters.storage.codebook import SqliteCodeBook
from charthouse.flow.result import as_dict
from charthouse.flow.run import key, run
from charthouse.flow.steps import STEPS, Kit, Received, Work, stay_of
from charthouse.ports.second_reader import Question, Reply, Usage
from charthouse.record.chart import Encounter, Setting
from charthouse.record.document import Patient
from charthouse.record.errors import EmptyNote, UnreadableDocument

NOTE = "Discharge diagnosis:\n1. Pneumonia\n2. Acute kidney injury\nHypertension. No fever."


@pytest.fixture(scope="module")
def kit(book: SqliteCodeBook) -> Kit:
    return bootstrap.kit()


def work(text: str | bytes = NOTE, *more: str | bytes, setting: Setting = "inpatient", on: date = date(2026, 3, 2)) -> Work:
    encounter = Encounter(id="1", setting=setting, on=on, patient=Patient(sex="M", age=70))
    return Work(encounter=encounter, received=tuple(Received(id=f"d{n}", content=content) for n, content in enumerate((text, *more), 1)))


def test_each_step_takes_what_an_earlier_one_gave() -> None:
    there = {"received"}
    for step in STEPS:
        assert step.takes in there, step.name
        there.add(step.gives)


def test_takes_and_gives_are_fields_of_the_work_and_each_is_given_once() -> None:
    names = {f.name for f in fields(Work)}
    assert {s.takes for s in STEPS} | {s.gives for s in STEPS} <= names
    assert len({s.gives for s in STEPS}) == len({s.name for s in STEPS}) == len(STEPS)


def test_every_step_is_named_for_its_room() -> None:
    import charthouse.rooms

    rooms = {p.name for path in charthouse.rooms.__path__ for p in __import__("pathlib").Path(path).iterdir()}
    assert {s.name for s in STEPS} <= rooms


class Silent:
    """A second reader that never answers."""

    name = "silent"

    def read(self, questions: Sequence[Question]) -> tuple[tuple[Reply, ...], Usage]:
        return tuple(Reply(content=None, why="no connection") for _ in questions), Usage()


@pytest.mark.parametrize("step", STEPS, ids=lambda s: s.name)
def test_a_run_stops_after_the_step_it_is_told_to(kit: Kit, step: object) -> None:
    done = run(work(), replace(kit, second_reader=Silent()), until=step.name)  # type: ignore[attr-defined]
    names = [s.name for s in STEPS]
    for later in STEPS[names.index(step.name) + 1:]:  # type: ignore[attr-defined]
        assert not getattr(done, later.gives)
    assert getattr(done, step.gives)  # type: ignore[attr-defined]


@pytest.mark.parametrize("setting", ["outpatient", "inpatient", "mention"])
def test_the_same_work_gives_the_same_result(kit: Kit, setting: Setting) -> None:
    first, second = (run(work(setting=setting), kit) for _ in range(2))
    assert as_dict(first, full=True) == as_dict(second, full=True)
    assert first == second


def test_running_a_finished_work_again_changes_nothing(kit: Kit) -> None:
    done = run(work(), kit)
    assert run(done, kit) == done


def test_only_an_inpatient_is_grouped(kit: Kit) -> None:
    assert run(work(setting="outpatient"), kit).grouping is None
    done = run(work(setting="inpatient"), kit)
    assert done.grouping is not None
    assert done.edits


def test_a_chart_without_a_diagnosis_has_no_stay(kit: Kit) -> None:
    done = run(work("The patient is well and went home."), kit)
    assert stay_of(replace(done, codes=())) is None
    assert run(replace(done, received=(Received(id="d1", content="Well."),)), kit).grouping is None


def test_left_off_codes_do_not_reach_the_grouper(kit: Kit) -> None:
    done = run(work(), kit)
    stay = stay_of(done)
    assert stay is not None
    standing = [c.code for c in done.codes if c.status != "suppressed" and c.system == "ICD-10-CM"]
    assert [stay.principal.code, *(d.code for d in stay.secondary)] == standing


# -- the key of a result ---------------------------------------------------------------------------------------------


def key_of(made: Work, kit: Kit) -> str:
    return key(run(made, kit, until="intake"), kit)


@pytest.mark.parametrize(
    "other",
    [work(NOTE + " "), work(NOTE, "more"), work(setting="outpatient"), work(on=date(2026, 3, 3)), work(NOTE.replace("No fever", "Fever"))],
    ids=["a space", "a document", "the setting", "the date", "a word"],
)
def test_the_key_changes_with_what_the_result_depends_on(kit: Kit, other: Work) -> None:
    assert key_of(other, kit) != key_of(work(), kit)


def test_the_key_changes_with_the_models(kit: Kit) -> None:
    other = replace(kit, claims=replace(kit.claims, version="another"))
    assert key_of(work(), other) != key_of(work(), kit)


def test_the_key_changes_with_what_the_grouping_and_the_coding_depend_on(kit: Kit) -> None:
    made = work()
    died = replace(made, encounter=replace(made.encounter, discharge_status="20"))
    child = replace(made, encounter=replace(made.encounter, patient=Patient(sex="F", age=3)))
    assert len({key_of(made, kit), key_of(died, kit), key_of(child, kit)}) == 3


def test_the_same_documents_have_the_same_key(kit: Kit) -> None:
    assert key_of(work(), kit) == key_of(work(), kit)
    assert key_of(work(NOTE.encode()), kit) == key_of(work(NOTE), kit)


# -- documents that cannot be read -----------------------------------------------------------------------------------


@pytest.mark.parametrize(("content", "error"), [("", EmptyNote), (b"\x00\x01", UnreadableDocument)])
def test_the_only_document_stops_the_chart(kit: Kit, content: str | bytes, error: type[Exception]) -> None:
    with pytest.raises(error):
        run(work(content), kit)


def test_one_of_several_is_named_and_the_others_are_read(kit: Kit) -> None:
    done = run(work(b"\x89PNG\x00", NOTE, " "), kit)
    assert [d.id for d in done.documents] == ["d2"]
    assert [(r.subject, r.rule, r.verdict) for r in done.unread] == [("d1", "intake/CH-0203", "error"), ("d3", "intake/CH-0201", "error")]
    assert done.codes


def test_none_of_several_stops_the_chart(kit: Kit) -> None:
    with pytest.raises(EmptyNote):
        run(work(" ", "\n"), kit)
