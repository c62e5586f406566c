"""The ledger of steps, on both databases: what is due, leases that end, tries that count, effect and done mark together."""
from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from storage_kit import NOW, a_document, a_patient, a_visit, desk_of

from charthouse.adapters.storage import ledger, schema, steps
from charthouse.adapters.storage.queue import quarantined, queue
from charthouse.adapters.storage.site import Site
from charthouse.flow import worker
from charthouse.flow.desk import SITE, Desk
from charthouse.ports.steps import Lease
from charthouse.record.access import Actor
from charthouse.record.errors import AccessDenied, LeaseLost, NothingQuarantined, StepDied
from charthouse.record.filing import Filing

ENGINE = Actor(id="engine", roles=frozenset({"engine"}), facilities=frozenset({"north"}))
OPERATOR = Actor(id="os:ann", roles=frozenset({"administrator"}))


def engine(site: Site, after: float = 0) -> Desk:
    return desk_of(site, ENGINE, clock=lambda: NOW + timedelta(seconds=after))


def lease(site: Site, name: str = "w", made: str = "m", after: float = 0) -> Lease | None:
    return engine(site, after).use("step.run", SITE, lambda open, access: open.steps.lease(access, "coding", made, name, 60))


def leased(site: Site, name: str = "w", made: str = "m", after: float = 0) -> Lease:
    found = lease(site, name, made, after)
    assert found is not None
    return found


def done(site: Site, of: Lease, result: bytes = b'{"codes": []}', after: float = 1) -> None:
    engine(site, after).use("code.propose", ("encounter", of.encounter), lambda open, access: open.steps.done(access, of, result, 0.5))


def failed(site: Site, of: Lease, why: str = "CH-0101") -> bool:
    return engine(site).use("step.run", ("encounter", of.encounter), lambda open, access: open.steps.failed(access, of, why, 0.1))


def states(site: Site) -> dict[str, int]:
    with site.snapshot() as connection:
        return {row[0]: row[1] for row in connection.execute(sa.select(schema.step.c.state, sa.func.count()).group_by(schema.step.c.state))}


def told(site: Site) -> list[tuple[str, str, str, str]]:
    with site.snapshot() as connection:
        return [(e.event.action, e.event.subject, e.event.version, e.event.reason) for e in ledger.entries(connection)]


@pytest.fixture
def visit(desk: Desk) -> str:
    """With a document."""
    made = a_visit(desk, a_patient(desk))
    a_document(desk, made)
    return made


def test_a_visit_is_due_once_it_has_something_to_read_and_again_when_more_comes(desk: Desk, site: Site) -> None:
    visit = a_visit(desk, a_patient(desk))
    assert lease(site) is None
    desk.file(Filing(encounter=visit, content=b"%PDF", media="application/pdf"))
    assert lease(site) is None
    a_document(desk, visit)
    one = leased(site)
    assert (one.encounter, one.facility, one.key, one.tries) == (visit, "north", "3-m", 1)
    assert lease(site, "another") is None
    done(site, one)
    assert lease(site) is None
    a_document(desk, visit, "a late document")
    again = leased(site)
    assert again.key == "4-m"
    done(site, again)
    assert leased(site, made="another engine").key == "4-another engine"


def test_a_backlog_larger_than_is_noted_at_once_is_noted_whole(desk: Desk, site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(steps, "AT_ONCE", 2)
    patient = a_patient(desk)
    visits = [a_visit(desk, patient) for _ in range(5)]
    for v in visits:
        a_document(desk, v, v)
    seen = []
    while (one := lease(site)) is not None:
        seen.append(one.encounter)
        done(site, one)
    assert sorted(seen) == sorted(visits)
    a_document(desk, visits[3], "late")
    with site.snapshot() as connection:
        assert queue(connection, NOW).due == 1
    assert leased(site).encounter == visits[3]


def test_the_result_and_the_done_mark_and_the_event_stand_together_or_not_at_all(visit: str, site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    one = leased(site)
    before = told(site)
    with monkeypatch.context() as patch:
        patch.setattr(ledger.Appending, "end", lambda self: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            done(site, one)
    assert (told(site), states(site)) == (before, {"leased": 1})
    assert worker.result(desk_of(site), visit) is None
    done(site, one)
    assert states(site) == {"done": 1}
    assert worker.result(desk_of(site), visit) == {"codes": []}
    assert told(site)[-2:] == [("code.propose", f"encounter:{visit}", "2-m", ""), ("chart.read", f"encounter:{visit}", "", "")]
    with pytest.raises(LeaseLost):
        done(site, one)
    assert site.verify() == len(before) + 3


def test_the_newest_result_is_shown_and_the_result_is_sealed(visit: str, desk: Desk, site: Site) -> None:
    done(site, leased(site), b'{"first": 1}')
    a_document(desk, visit, "more")
    done(site, leased(site), b'{"second": 2}', after=2)
    assert worker.result(desk, visit) == {"second": 2}
    with site.snapshot() as connection:
        assert all(b"first" not in sealed for (sealed,) in connection.execute(sa.select(schema.small_blob.c.sealed)))


def test_a_lease_that_ends_is_lent_anew_and_the_old_holder_keeps_nothing(visit: str, site: Site) -> None:
    old = leased(site, "old")
    assert lease(site, "new", after=59) is None
    assert engine(site, 30).use("step.run", SITE, lambda open, access: open.steps.hold(access, old, 60)) is True
    assert lease(site, "new", after=89) is None
    new = leased(site, "new", after=91)
    assert new.tries == 2
    for act in (done, failed):
        with pytest.raises(LeaseLost):
            act(site, old)  # type: ignore[operator]
    assert engine(site, 92).use("step.run", SITE, lambda open, access: open.steps.hold(access, old, 60)) is False
    done(site, new)
    assert states(site) == {"done": 1}


def test_what_dies_twice_is_quarantined_and_may_be_tried_again(visit: str, site: Site) -> None:
    assert leased(site).tries == 1
    assert leased(site).tries == 2  # its successor under the same name needs not wait
    assert lease(site) is None
    with site.snapshot() as connection:
        assert quarantined(connection) == [(visit, "coding", StepDied.code)]
    assert told(site)[-1] == ("step.run", f"encounter:{visit}", "2-m", StepDied.code)
    operator = desk_of(site, OPERATOR, "administration")
    assert worker.retry(operator, visit) == 1
    with pytest.raises(NothingQuarantined):
        worker.retry(operator, visit)
    done(site, leased(site))
    assert states(site) == {"done": 1}


def test_what_fails_twice_is_quarantined_until_a_new_document_comes(visit: str, desk: Desk, site: Site) -> None:
    assert failed(site, leased(site)) is False
    assert failed(site, leased(site)) is True
    assert lease(site) is None
    with site.snapshot() as connection:
        assert quarantined(connection) == [(visit, "coding", "CH-0101")]
    a_document(desk, visit, "a better one")
    done(site, leased(site))
    assert states(site) == {"done": 1, "superseded": 1}


def test_what_is_due_of_an_older_version_is_set_aside(visit: str, desk: Desk, site: Site) -> None:
    assert failed(site, leased(site)) is False
    a_document(desk, visit, "more")
    one = leased(site)
    assert one.key == "3-m"
    done(site, one)
    assert states(site) == {"done": 1, "superseded": 1}


def test_nobody_runs_steps_or_retries_without_the_right(visit: str, desk: Desk, site: Site) -> None:
    refused: list[Callable[[], Any]] = [
        lambda: desk.use("step.run", SITE, lambda open, access: open.steps.lease(access, "coding", "m", "w", 60)), lambda: worker.retry(desk, visit),
        lambda: worker.result(desk_of(site, Actor(id="x", roles=frozenset({"coder"}), facilities=frozenset({"south"})), "payment"), visit)]
    for use in refused:
        with pytest.raises(AccessDenied):
            use()
    assert states(site) == {}


def test_many_workers_at_once_lease_each_visit_once(desk: Desk, site: Site) -> None:
    patient = a_patient(desk)
    for n in range(24):
        a_document(desk, a_visit(desk, patient), f"note {n}")
    taken: list[str] = []
    broken: list[BaseException] = []

    def work(name: str) -> None:
        try:
            while (one := lease(site, name)) is not None:
                taken.append(one.encounter)
                done(site, one)
        except BaseException as error:
            broken.append(error)

    threads = [threading.Thread(target=work, args=(f"w{n}",)) for n in range(4)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert broken == []
    assert len(taken) == len(set(taken)) == 24
    assert states(site) == {"done": 24}
    site.verify()


def test_the_queue_in_numbers(desk: Desk, site: Site) -> None:
    patient = a_patient(desk)
    visits = [a_visit(desk, patient) for _ in range(3)]
    for v in visits:
        a_document(desk, v, v)
    now = datetime.now(UTC)
    with site.snapshot() as connection:
        before = queue(connection, now + timedelta(seconds=60), with_ended=True)
    assert (before.due, before.leased, before.documents, before.entries, before.ended) == (3, 0, 3, 7, ())
    assert 55 < before.oldest < 65
    done(site, leased(site))
    leased(site)
    with site.snapshot() as connection:
        after = queue(connection, NOW + timedelta(seconds=10), with_ended=True)
    assert (after.due, after.leased, after.done, after.quarantined, after.oldest) == (1, 1, 1, 0, 10.0)
    (ended,) = after.ended
    assert (ended.name, ended.state, ended.runs, ended.tries, ended.seconds, ended.took) == ("coding", "done", 1, 1, 0.5, (0, 1, 1, 1, 1, 1))
