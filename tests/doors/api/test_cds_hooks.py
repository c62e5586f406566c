"""CDS Hooks over a real server: what a provider is shown before discharge."""
from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
import pytest
from api_kit import served

from charthouse.bootstrap import api as wiring
from charthouse.bootstrap import demo
from charthouse.doors.api.app import create
from charthouse.flow import queries, questions
from charthouse.record.access import Actor

HOOK = {"hook": "encounter-discharge", "hookInstance": "d1577c69-dfbe-44ad-ba6d-3e05e953b2ea", "context": {"userId": "Practitioner/1", "patientId": "1", "encounterId": "77"}}


@dataclass
class At:
    url: str
    keys: dict[str, str]
    site: Any
    visits: dict[str, str]

    def cards(self, number: str = "H-09", who: str = "provider", **more: Any) -> httpx2.Response:
        asked = HOOK | {"prefetch": {"encounter": {"resourceType": "Encounter", "id": "77", "identifier": [{"value": number}]}}} | more
        return httpx2.post(f"{self.url}/cds-services/charthouse-queries", json=asked, headers={"Authorization": f"Bearer {self.keys[who]}"} if who else {}, timeout=60)


@pytest.fixture(scope="module")
def at(data_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[At]:
    import os
    from contextlib import closing

    from charthouse.bootstrap import record

    folder = tmp_path_factory.mktemp("cds")
    (folder / "books").symlink_to(data_folder / "books")
    before = {k: os.environ.get(k) for k in ("CHARTHOUSE_DATA", "CHARTHOUSE_ADDRESS")}
    os.environ |= {"CHARTHOUSE_DATA": str(folder), "CHARTHOUSE_ADDRESS": "https://him.example/"}
    samples = demo.samples()
    assert samples is not None
    try:
        with closing(record.initialise()) as site:
            visits = demo.fill(site, samples)
            keys = {who: wiring.add_key(who, (role,), (facility,)) for who, role, facility in (("provider", "provider", demo.FACILITY), ("elsewhere", "provider", "South"), ("biller", "biller", demo.FACILITY))}
            with served(lambda: create(wiring.serving(site))) as url:
                yield At(url=url, keys=keys, site=site, visits=visits)
    finally:
        for name, value in before.items():
            os.environ.pop(name, None)
            os.environ |= {name: value} if value is not None else {}


def test_the_service_says_what_it_is(at: At) -> None:
    (service,) = httpx2.get(f"{at.url}/cds-services").json()["services"]
    assert (service["id"], service["hook"]) == ("charthouse-queries", "encounter-discharge")
    assert service["prefetch"] == {"encounter": "Encounter/{{context.encounterId}}"}


def test_a_card_asks_what_the_record_leaves_open_and_names_no_code(at: At) -> None:
    answer = at.cards()
    assert answer.status_code == 200, answer.text
    (card,) = answer.json()["cards"]
    assert card["summary"] == "Conflicting documentation: the record leaves something open"
    assert len(card["summary"]) <= 140
    assert "“CKD stage 3b” (Discharge summary, 2026-01-23)" in card["detail"]
    assert not re.search(r"\b[A-TV-Z]\d[\dA-Z](?:\.[\dA-Z]{1,4})?\b", card["summary"] + card["detail"])
    assert card["indicator"] == "info"
    assert {"label", "topic"} <= set(card["source"])


def test_a_query_that_was_sent_is_shown_with_the_page_that_answers_it(at: At) -> None:
    from charthouse.bootstrap import kit, record

    visit = at.visits["09-heart-failure-inpatient"]
    desk = record.sign_in(at.site, Actor(id="nurse", roles=frozenset({"cdi_nurse"}), facilities=frozenset({demo.FACILITY}), origin="test"), "operations")
    chart, ((question, _),) = queries.left_open(desk, visit)
    query = queries.send(desk, kit(), chart, questions.drafted(chart, question, "Noor Haddad", desk.clock()), "Noor Haddad")
    (card,) = at.cards().json()["cards"]
    assert card["summary"] == f"Query {query.number}: Conflicting documentation"
    assert card["links"] == [{"label": "Answer the query", "url": f"https://him.example/query/{query.number}", "type": "absolute"}]
    queries.withdraw(desk, query.number, "of this test")


def test_a_visit_that_is_not_here_or_not_theirs_gets_no_card_and_holds_up_nothing(at: At) -> None:
    assert at.cards("H-nowhere").json() == {"cards": []}
    assert at.cards(who="elsewhere").json() == {"cards": []}
    assert at.cards(prefetch={}).json() == {"cards": []}
    assert at.cards(prefetch={"encounter": {"identifier": "no list"}}).status_code == 200


def test_who_may_not_is_refused(at: At) -> None:
    assert at.cards(who="").status_code == 401
    assert at.cards(who="biller").status_code in (401, 403)
    assert httpx2.post(f"{at.url}/cds-services/charthouse-queries", json={"context": []}, headers={"Authorization": f"Bearer {at.keys['provider']}"}).status_code in (400, 422)
