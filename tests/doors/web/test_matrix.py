"""Every role at every route, with records of its own facility, of another, and restricted ones: who is let in is what the table of rights says, and each refusal is in the ledger.

A new route fails here until it says what it is asked with.
"""
from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx2
import pytest
import sqlalchemy as sa
from fastapi.routing import APIRoute
from web_kit import Bench, running

from charthouse.adapters.storage.codebook import SqliteCodeBook
from charthouse.adapters.storage.schema import event
from charthouse.bootstrap import demo, record, site_kit
from charthouse.bootstrap.demo import PEOPLE
from charthouse.doors.web.app import ROUTERS
from charthouse.doors.web.caller import Needs
from charthouse.doors.web.sign_in import PUBLIC
from charthouse.flow import deciding, queries, questions
from charthouse.record.access import Actor
from charthouse.record.document import Span
from charthouse.record.filing import Filing, Registration, Visit
from charthouse.record.query import Indicator

OLD = {"version": 999}
QUERY = {"to": "Dr. X", "kind": "indicators", "form": "open", "title": "Clinical findings", "question": "What is it?", "indicators": []}
LIST = {"name": "Matrix", "rules": {}}
# What each route is asked with, so that a person who may is not refused for another reason and nothing is changed for the next: (query, JSON, form).
ASKED: dict[tuple[str, str], dict[str, Any]] = {
    ("POST", "/sign-out"): {}, ("POST", "/purpose"): {"data": {"purpose": "nothing"}}, ("GET", "/session"): {}, ("GET", "/"): {},
    ("GET", "/account"): {}, ("POST", "/account/password"): {"data": {"old": "x", "new": "x", "again": "x"}}, ("POST", "/account/factor"): {"data": {}}, ("POST", "/account/sessions/end"): {}, ("POST", "/account/passkeys/ask"): {}, ("POST", "/account/passkeys"): {"json": {"answer": {}, "name": "x"}}, ("POST", "/account/passkeys/remove"): {"data": {"id": "x"}},
    ("POST", "/prove/passkey/ask"): {}, ("POST", "/prove/passkey"): {"json": {"answer": {}}},
    ("GET", "/prove"): {}, ("POST", "/prove"): {"data": {}},
    ("GET", "/users"): {}, ("POST", "/users/add"): {"data": {"login": "with space"}}, ("POST", "/users/{id}/reset"): {}, ("POST", "/users/{id}/roles"): {"data": {}}, ("POST", "/users/{id}/disable"): {},
    ("GET", "/work/{id}"): {}, ("GET", "/work/{id}/rows"): {}, ("POST", "/work/{id}/next"): {}, ("GET", "/team"): {}, ("POST", "/team/assign"): {"json": {"visits": ["{chart}"], "to": ""}},
    ("POST", "/team/pause"): {"data": {"facility": "Harbor", "why": ""}}, ("POST", "/team/resume"): {"data": {"facility": "Harbor"}}, ("POST", "/team/rate"): {"data": {"percent": "5"}},
    ("GET", "/team/lists/{id}"): {}, ("POST", "/team/lists/{id}/try"): {"json": LIST}, ("POST", "/team/lists/{id}"): {"json": LIST | {"order": "none"}}, ("POST", "/team/lists/{id}/remove"): {},
    ("GET", "/chart/{chart}"): {}, ("GET", "/chart/{chart}/state"): {}, ("GET", "/chart/{chart}/questions"): {}, ("POST", "/chart/{chart}/acts"): {"json": OLD | {"what": "flag", "line": "x"}}, ("POST", "/chart/{chart}/undo"): {"json": OLD},
    ("POST", "/chart/{chart}/redo"): {"json": OLD}, ("POST", "/chart/{chart}/submit"): {"json": OLD}, ("GET", "/chart/{chart}/documents/{document}"): {}, ("GET", "/chart/{chart}/documents/{document}/pages/{number}"): {},
    ("GET", "/books/find"): {"params": {"q": "gout"}}, ("GET", "/books/code/{system}/{code}"): {},
    ("GET", "/query/new"): {"params": {"chart": "{chart}"}}, ("POST", "/query/new/try"): {"params": {"chart": "{chart}"}, "json": QUERY}, ("POST", "/query/new"): {"params": {"chart": "{chart}"}, "json": QUERY},
    ("GET", "/queries"): {}, ("POST", "/queries/ladder"): {"data": {"names": "Dr. A"}}, ("GET", "/answers"): {}, ("GET", "/query/{number}"): {}, ("POST", "/query/{number}/answer"): {"data": {}}, ("POST", "/query/{number}/withdraw"): {"data": {}}, ("GET", "/query/{number}/letter"): {},
    ("GET", "/claims"): {}, ("POST", "/claims/build/{chart}"): {}, ("POST", "/claims/build"): {}, ("POST", "/claims/send"): {}, ("POST", "/claims/receive"): {}, ("POST", "/claims/paper"): {}, ("POST", "/claims/paper/post"): {}, ("GET", "/claim/{id}"): {}, ("POST", "/claim/{id}/mend"): {"data": {"field": "none"}}, ("POST", "/claim/{id}/again"): {},
    ("POST", "/claim/{id}/correct"): {}, ("POST", "/claim/{id}/next"): {}, ("POST", "/claim/{id}/close"): {}, ("GET", "/denials"): {}, ("GET", "/denial/{id}"): {}, ("POST", "/denial/{id}/appeal"): {}, ("POST", "/denial/{id}/settle"): {}, ("GET", "/denial/{id}/letter"): {}, ("GET", "/remits"): {}, ("GET", "/remit/{id}"): {},
    ("GET", "/audit"): {}, ("POST", "/audit"): {"data": {"name": "", "since": "2026-01-01", "until": "2026-12-31"}}, ("GET", "/audit/{id}"): {}, ("GET", "/audit/{id}/chart/{chart}"): {},
    ("POST", "/audit/{id}/chart/{chart}"): {"json": {"codes": []}}, ("GET", "/audit/review"): {}, ("POST", "/audit/review/settle"): {"data": {"encounter": "{chart}", "key": "audit/over I10", "right": "true", "why": "x"}},
    ("GET", "/intake"): {}, ("POST", "/intake"): {"data": {"visit": "none"}}, ("GET", "/intake/{id}"): {}, ("POST", "/intake/{id}"): {"data": {"visit": "none"}}, ("GET", "/intake/{id}/original"): {},
    ("GET", "/train"): {}, ("GET", "/train/team"): {}, ("GET", "/train/{case}"): {}, ("POST", "/train/{case}"): {"json": {"codes": []}},
    ("GET", "/audit/education"): {}, ("GET", "/education"): {}, ("POST", "/education/studied"): {"data": {"audit": "", "encounter": "{chart}", "key": "audit/over I10"}}, ("GET", "/audit/{id}/csv"): {},
    ("POST", "/education/reply"): {"data": {"audit": "", "encounter": "{chart}", "key": "audit/over I10", "words": "x"}}, ("POST", "/audit/{id}/chart/{chart}/settle"): {"data": {"key": "audit/over I10", "right": "true", "why": "x"}}, ("GET", "/find"): {}, ("POST", "/find"): {"data": {"words": "gout"}}, ("GET", "/reports"): {}, ("GET", "/reports/{name}"): {}, ("GET", "/reports/{name}/file/{format}"): {}, ("GET", "/reports/{name}/whole/{format}"): {},
    ("POST", "/reports/schedule"): {"data": {"report": "dnfb", "every": "week", "format": "pdf"}}, ("POST", "/reports/schedule/remove"): {"data": {"number": "0"}}}
SHELL = {("GET", "/chart/{chart}")}  # an empty page: nothing of a chart is in it
RELATIONS = ("own", "other", "restricted")


def routes() -> list[tuple[str, str, str]]:
    """(method, path, action that it needs; "" for every signed-in person)."""
    def action(dependant: Any) -> str | None:
        for d in dependant.dependencies:
            if isinstance(d.call, Needs):
                return d.call.action
            if (found := action(d)) is not None:
                return found
        return None

    return [(m, r.path, action(r.dependant) or "") for router in ROUTERS for r in router.routes if isinstance(r, APIRoute) and r.path not in PUBLIC for m in sorted(r.methods - {"HEAD"})]


ROUTES = routes()


@pytest.fixture(scope="module")
def matrix(book: SqliteCodeBook, data_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Bench, dict[str, dict[str, str]]]]:
    """The samples, a chart of another facility and a restricted one, each with a query."""
    with running(data_folder / "books", tmp_path_factory.mktemp("matrix")) as bench:
        charts = {"own": bench.visits["01-diabetes-family-medicine"], "other": made(bench, "South", False), "restricted": made(bench, "Harbor", True)}
        demo.code(bench.site)
        yield bench, {relation: {"chart": chart, "number": asked(bench, chart, "South" if relation == "other" else "Harbor")} for relation, chart in charts.items()}


def made(bench: Bench, facility: str, restricted: bool) -> str:
    desk = record.sign_in(bench.site, Actor(id="m", roles=frozenset({"him_manager"}), facilities=frozenset({facility}), origin="test"), "operations")
    patient = desk.register(Registration(facility=facility, identifiers=((f"MRN {facility}", f"{facility}-{restricted}"),), family="Secret", given="Sam", sex="F", restricted=restricted))
    visit = desk.admit(Visit(patient=patient, facility=facility, setting="outpatient", admitted=datetime(2026, 4, 1, 9), attending="Dr. X"))
    desk.file(Filing(encounter=visit, content=b"Assessment: gout.", text="Assessment: gout.", kind="clinic_note"))
    return visit


def asked(bench: Bench, chart: str, facility: str) -> str:
    """A query, by somebody who may see even restricted records."""
    desk = record.sign_in(bench.site, Actor(id="m", roles=frozenset({"him_manager", "coder"}), facilities=frozenset({facility}), origin="test"), "operations")
    at = deciding.opened(desk, chart)
    document = at.result["documents"][0]
    draft = replace(questions.begun(at, "", "indicators", "M", desk.clock()), to="Dr. X", indicators=(Indicator(span=Span(document=document["id"], start=0, end=10, text=document["text"][:10])),))
    with desk.together() as together:
        return queries.send(together, site_kit(), at, draft, "M").number


def test_every_route_says_what_it_is_asked_with() -> None:
    assert {(m, p) for m, p, _ in ROUTES} == set(ASKED)
    assert len(ROUTES) > 40


def refusals(bench: Bench) -> int:
    with bench.site.snapshot() as connection:
        return int(connection.execute(sa.select(sa.func.count()).select_from(event).where(event.c.outcome == "refused")).scalar_one())


def filled(value: Any, ids: dict[str, str]) -> Any:
    if isinstance(value, dict):
        return {k: filled(v, ids) for k, v in value.items()}
    if isinstance(value, list):
        return [filled(v, ids) for v in value]
    return value.format(**ids) if isinstance(value, str) and value.startswith("{") else value


def ask(client: httpx2.Client, method: str, path: str, ids: dict[str, str]) -> httpx2.Response:
    known = ids | {"id": "none", "document": "none", "system": "ICD-10-CM", "code": "M10.9", "name": "dnfb", "case": "t001", "format": "csv"} | ({} if "number" in path and "query" in path else {"number": "1"})
    return client.request(method, path.format(**known), headers={"accept": "application/json"}, **filled(ASKED[method, path], ids))


@pytest.mark.parametrize("person", PEOPLE, ids=lambda p: p.id)
def test_each_cell(matrix: tuple[Bench, dict[str, dict[str, str]]], person: demo.Person) -> None:
    bench, ids = matrix
    rights = {(r.action, p) for r in record.access_rules() if r.role == person.role for p in r.purposes}
    sees_restricted = ("restricted.read", person.purpose) in rights
    with bench.quiet():
        client = bench.as_(person.id)
        for method, path, action in ROUTES:
            if path == "/sign-out":
                continue
            may = not action or (action, person.purpose) in rights
            bound = "{chart}" in path + str(ASKED[method, path]) or "/query/{number}" in path
            for relation in RELATIONS if bound else ("own",):
                before = refusals(bench)
                answer = ask(client, method, path, ids[relation])
                cell = f"{person.id} {method} {path} {relation}: {answer.status_code} {answer.text[:200]}"
                assert answer.status_code < 500, cell
                if not may:
                    assert answer.status_code == 403, cell
                    assert refusals(bench) > before, cell
                elif (method, path) in SHELL:
                    assert answer.status_code == 200, cell
                elif relation == "own" or (relation == "restricted" and sees_restricted):
                    assert answer.status_code not in (401, 403), cell
                else:
                    assert answer.status_code in (403, 404), cell  # and which of the two does not tell whether there is such a record
                    assert refusals(bench) > before, cell
                assert "Secret" not in answer.text or (relation == "restricted" and sees_restricted) or path in ("/", "/work/{id}/rows", "/queries", "/answers", "/find"), cell


@pytest.mark.parametrize("person", PEOPLE, ids=lambda p: p.id)
def test_lists_hold_nothing_of_another_facility_nor_what_is_restricted(matrix: tuple[Bench, dict[str, dict[str, str]]], person: demo.Person) -> None:
    bench, ids = matrix
    rights = {(r.action, p) for r in record.access_rules() if r.role == person.role for p in r.purposes}
    with bench.quiet():
        client = bench.as_(person.id)
        for path in ("/work/outpatient/rows", "/", "/queries", "/answers", "/reports"):
            text = client.get(path).text + client.post("/find", data={"words": "gout"}).text
            assert ids["other"]["chart"] not in text
            assert ids["other"]["number"] not in text
            if ("restricted.read", person.purpose) not in rights:
                assert ids["restricted"]["chart"] not in text
                assert "Secret" not in text
