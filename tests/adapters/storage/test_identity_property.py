"""Whatever is registered, admitted, filed, merged and taken apart, in whatever order: nothing is orphaned, and unmerge undoes merge exactly."""
from __future__ import annotations

import itertools

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, invariant, multiple, rule, run_state_machine_as_test
from storage_kit import CLERK, a_document, a_patient, a_visit, desk_of, merged_by_two

from charthouse.adapters.storage.site import Site
from charthouse.flow import identity
from charthouse.flow.desk import Desk
from charthouse.record.access import Actor
from charthouse.record.errors import SamePatient
from charthouse.record.filing import Registration

LEAD = Actor(id="lead", roles=frozenset({"identity_lead", "him_manager", "privacy_officer"}), facilities=frozenset({"north"}), origin="test")


class OnePatient(RuleBasedStateMachine):
    """Beside the site a model of it: what each record got itself, and which record each was folded into."""

    site: Site  # one for all examples: each works on patients of its own
    counter = itertools.count()
    patients, visits, merges = Bundle("patients"), Bundle("visits"), Bundle("merges")

    def __init__(self) -> None:
        super().__init__()
        self.desk, self.lead, self.officer = desk_of(self.site, CLERK), desk_of(self.site, LEAD), desk_of(self.site, LEAD, "privacy")
        self.numbers: dict[str, set[tuple[str, str]]] = {}
        self.into: dict[str, str] = {}
        self.restricted: set[str] = set()
        self.visit_of: dict[str, str] = {}
        self.texts: dict[str, list[str]] = {}

    def survivor(self, id: str) -> str:
        while id in self.into:
            id = self.into[id]
        return id

    def person(self, id: str) -> set[str]:
        return {one for one in self.numbers if self.survivor(one) == self.survivor(id)}

    def seen(self) -> dict[str, object]:
        """All that can be read of the record."""
        with self.desk.together() as one:
            return {id: one.patient(id) for id in self.numbers} | {v: one.chart(v) for v in self.visit_of}

    @rule(target=patients)
    def register(self) -> str:
        number = str(next(self.counter))
        id = a_patient(self.desk, number, given=f"Given{number}")
        self.numbers[id] = {("urn:north:mrn", number)}
        return id

    @rule(patient=patients, target=visits)
    def admit(self, patient: str) -> str:
        visit = a_visit(self.desk, patient)
        self.visit_of[visit], self.texts[visit] = patient, []
        return visit

    @rule(visit=visits)
    def file(self, visit: str) -> None:
        text = f"Note {len(self.texts[visit])}."
        a_document(self.desk, visit, text)
        self.texts[visit].append(text)

    @rule(patient=patients)
    def another_number(self, patient: str) -> None:
        number = ("other", f"{patient}-{len(self.numbers[patient])}")
        with self.lead.together() as one:
            identity._keep(one, patient, Registration(facility="north", identifiers=(number,)))
        self.numbers[patient].add(number)

    @rule(patient=patients, restricted=st.booleans())
    def restrict(self, patient: str, restricted: bool) -> None:
        self.officer.restrict(patient, restricted)
        self.restricted = self.restricted | self.person(patient) if restricted else self.restricted - self.person(patient)

    @rule(a=patients, b=patients, target=merges)
    def merge(self, a: str, b: str) -> object:
        stays, goes = self.survivor(a), self.survivor(b)
        if stays == goes:
            with pytest.raises(SamePatient):
                merged_by_two(self.lead, a, b, "test")
            return multiple()
        merged = merged_by_two(self.lead, a, b, "test")
        self.into[goes] = stays
        return merged, goes

    @rule(a=patients, b=patients)
    def merge_and_unmerge(self, a: str, b: str) -> None:
        if self.survivor(a) != self.survivor(b):
            before = self.seen()
            identity.unmerge(self.lead, merged_by_two(self.lead, a, b, "test"), "test")
            assert self.seen() == before

    @rule(done=consumes(merges))
    def unmerge(self, done: tuple[str, str]) -> None:
        identity.unmerge(self.lead, done[0], "test")
        del self.into[done[1]]

    @invariant()
    def nothing_is_orphaned(self) -> None:
        with self.lead.together() as one:
            for id in self.numbers:
                self.is_its_survivors_with_all_numbers(one, id)
            for visit in self.visit_of:
                self.is_where_it_belongs(one, visit)
            for id, stays in self.into.items():
                assert [(m.folded, m.survivor) for m in identity.lineage(one, id) if m.undone_at is None and m.folded == id] == [(id, stays)]

    def is_its_survivors_with_all_numbers(self, one: Desk, id: str) -> None:
        said = one.patient(id)
        assert sorted(said.identifiers) == sorted(number for record in self.person(id) for number in self.numbers[record])
        assert said.restricted == bool(self.person(id) & self.restricted)
        assert ("urn:north:mrn", said.given.removeprefix("Given")) in self.numbers[self.survivor(id)]

    def is_where_it_belongs(self, one: Desk, visit: str) -> None:
        patient = self.visit_of[visit]
        where = identity._open(one).gate.resource("encounter", visit)
        assert where is not None
        assert (where.patient, where.restricted) == (self.survivor(patient), bool(self.person(patient) & self.restricted))
        chart = one.chart(visit)
        assert [d.text for d in chart.documents] == self.texts[visit]
        assert chart.encounter.patient.name == f"{one.patient(self.survivor(patient)).given} Example"


def _run(site: Site, examples: int, steps: int) -> None:
    OnePatient.site = site
    run_state_machine_as_test(OnePatient, settings=settings(max_examples=examples, stateful_step_count=steps, deadline=None, suppress_health_check=list(HealthCheck)))  # type: ignore[no-untyped-call]
    site.verify()


def test_nothing_is_ever_orphaned(site: Site) -> None:
    _run(site, *((3, 15) if site.layout.database else (12, 20)))
