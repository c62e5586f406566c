"""Queries on their way out and back: the providers' own system is told by FHIR and HL7, an overdue query is handed on, and an answer comes in by the same doors as any document."""
from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from hl7.mllp import start_hl7_server
from web_kit import Bench

from charthouse.adapters.readers.child import Reading
from charthouse.adapters.wire.query_channels import Fhir, Hl7
from charthouse.adapters.wire.smart import Credentials
from charthouse.bootstrap import demo, record
from charthouse.bootstrap.intake import Door
from charthouse.bootstrap.worker import ENGINE
from charthouse.flow import query_clock
from charthouse.flow.desk import Desk
from charthouse.flow.intake import NOTHING
from charthouse.record.access import Actor
from charthouse.record.receipt import Receipt


def stay(bench: Bench) -> str:
    return next(id for name, id in bench.visits.items() if name.startswith("09"))


def sent(bench: Bench) -> str:
    """A query about the heart failure; its number."""
    client = bench.as_("cdi_nurse")
    code = next(c for c in client.get(f"/chart/{stay(bench)}/state").json()["codes"] if c["code"] == "I50.23")
    e = code["evidence"][0]
    asked = {"to": "Dr. M. Sekulow", "kind": "indicators", "form": "open", "title": "Nutritional findings", "question": "In your clinical judgment, is there a diagnosis that accounts for these findings, and if so, which?",
             "options": [], "line": code["line"], "indicators": [{"document": e["document"], "start": e["start"], "end": e["end"], "text": e["text"], "label": "Discharge summary"}]}
    return str(client.post(f"/query/new?chart={stay(bench)}", json=asked).json()["number"])


def engine(bench: Bench, *, later: timedelta = timedelta()) -> Desk:
    facility = bench.as_("coder").get(f"/chart/{stay(bench)}/state").json()["encounter"]["facility"]
    desk = record.sign_in(bench.site, replace(ENGINE, facilities=frozenset({facility})), "operations")
    return replace(desk, clock=lambda: datetime.now(UTC) + later)


def door(bench: Bench) -> Door:
    at = bench.as_("coder").get(f"/chart/{stay(bench)}/state").json()["encounter"]["facility"]
    return Door(record.sign_in(bench.site, Actor(id="feed", roles=frozenset({"interface"}), facilities=frozenset({at}), origin="test"), "operations"), Reading())


@dataclass
class Fhirs:
    """A FHIR server: what was put, judged by the models of others."""

    url: str = ""
    kept: dict[str, dict[str, Any]] = field(default_factory=dict)
    refuses: bool = False


@contextmanager
def fhir_server() -> Iterator[Fhirs]:
    from importlib import import_module

    held = Fhirs()

    class Handler(BaseHTTPRequestHandler):
        def do_PUT(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["content-length"])))
            getattr(import_module(f"fhir.resources.R4B.{body['resourceType'].lower()}"), body["resourceType"]).model_validate(body)
            if not held.refuses:
                held.kept[self.path.removeprefix("/fhir/")] = body
            self.send_response(422 if held.refuses else 201)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    held.url = f"http://127.0.0.1:{server.server_port}/fhir"
    try:
        yield held
    finally:
        server.shutdown()


@contextmanager
def mllp_server() -> Iterator[tuple[str, list[Any]]]:
    """A receiver that others wrote."""
    came: list[Any] = []
    loop, port, ready = asyncio.new_event_loop(), [0], threading.Event()

    async def take(reader: Any, writer: Any) -> None:
        try:
            while not writer.is_closing():
                message = await reader.readmessage()
                came.append(message)
                writer.writemessage(message.create_ack())
                await writer.drain()
        except asyncio.IncompleteReadError:
            writer.close()

    async def serve() -> None:
        server = await start_hl7_server(take, host="127.0.0.1", port=0, encoding="utf-8")
        port[0] = server.sockets[0].getsockname()[1]
        ready.set()

    def run() -> None:
        asyncio.set_event_loop(loop)
        loop.run_until_complete(serve())
        loop.run_forever()

    threading.Thread(target=run, daemon=True).start()
    assert ready.wait(10)
    try:
        yield f"mllp://127.0.0.1:{port[0]}", came
    finally:
        loop.call_soon_threadsafe(loop.stop)


def test_the_providers_system_is_told_once_of_each_change(own_bench: Bench) -> None:
    number = sent(own_bench)
    with fhir_server() as fhirs, mllp_server() as (mllp, came):
        channels = [Fhir(fhirs.url, Credentials()), Hl7(mllp)]
        assert query_clock.tell(engine(own_bench), channels, "https://him.example") == []
        assert query_clock.tell(engine(own_bench, later=timedelta(hours=1)), channels) == []  # nothing changed: nobody is told again
        task, message = fhirs.kept[f"Task/{number}"], fhirs.kept[f"Communication/{number}-asked"]
        assert (task["status"], task["owner"]["display"], task["focus"]["reference"]) == ("requested", "Dr. M. Sekulow", f"Communication/{number}-asked")
        assert message["payload"][0]["contentString"].startswith(f"Query {number}: Nutritional findings")
        assert "I50" not in json.dumps([task, message])  # no code
        (told,) = came
        assert (str(told.segment("MSH")[9]), str(told.segment("TXA")[12]), str(told.segment("TXA")[14])) == ("MDM^T02^MDM_T02", number, number)
        assert "In your clinical judgment" in str(told.segment("OBX")[5])
        own_bench.as_("cdi_nurse").post(f"/query/{number}/withdraw", data={"why": "answered by telephone"})
        assert query_clock.tell(engine(own_bench), channels) == []
        assert fhirs.kept[f"Task/{number}"]["status"] == "cancelled"
        assert str(came[-1].segment("MSH")[9]) == "MDM^T11^MDM_T01"


def test_the_message_is_hl7_by_the_judgment_of_another(own_bench: Bench) -> None:
    from hl7apy.parser import parse_message

    sent(own_bench)
    with mllp_server() as (mllp, came):
        query_clock.tell(engine(own_bench), [Hl7(mllp)], "")
    text = str(came[-1]).replace("\n", "\r")
    parsed = parse_message(text)
    assert parsed.pid.pid_5.pid_5_1.value == "Achterberg"
    assert parsed.validate()


def test_a_system_that_is_down_is_told_later_and_stops_no_other(own_bench: Bench) -> None:
    number = sent(own_bench)
    with fhir_server() as fhirs, mllp_server() as (mllp, came):
        fhirs.refuses = True
        channels = [Fhir(fhirs.url, Credentials()), Hl7(mllp)]
        wrong = query_clock.tell(engine(own_bench), channels)
        assert len(wrong) == 1
        assert wrong[0].startswith("fhir: CH-")
        assert "Achterberg" not in wrong[0]
        assert any(str(m.segment("TXA")[12]) == number for m in came)
        fhirs.refuses = False
        query_clock.tell(engine(own_bench), channels)
        assert not fhirs.kept  # not yet
        assert query_clock.tell(engine(own_bench, later=timedelta(hours=1)), channels) == []
        assert f"Task/{number}" in fhirs.kept


def test_an_overdue_query_is_handed_on_to_the_end_of_the_ladder(own_bench: Bench) -> None:
    number = sent(own_bench)
    manager = own_bench.as_("him_manager")
    assert query_clock.hand_on(engine(own_bench, later=timedelta(days=30))) == 0  # nobody is on the ladder
    assert manager.post("/queries/ladder", data={"names": "Dr. Physician Advisor\nDr. Chief"}).status_code == 303
    assert query_clock.hand_on(engine(own_bench)) == 0  # not due
    for days, to in ((10, "Dr. Physician Advisor"), (20, "Dr. Chief"), (40, "Dr. Chief")):
        query_clock.hand_on(engine(own_bench, later=timedelta(days=days)))
        assert f"handed on to {to}" in own_bench.as_("cdi_nurse").get("/queries").text
    assert number in own_bench.as_("provider").get("/answers").text  # who was asked first can still answer
    with mllp_server() as (mllp, came):
        query_clock.tell(engine(own_bench, later=timedelta(days=41)), [Hl7(mllp)])
        assert any(str(m.segment("MSH")[9]) == "MDM^T08^MDM_T02" and "Dr. Chief" in str(m.segment("TXA")[5]) for m in came)


def answered(bench: Bench, content: bytes, name: str) -> Receipt:
    (receipt,) = door(bench).take(content, name, NOTHING)
    return receipt


def _hl7(number: str, text: str, control: str) -> bytes:
    return (f"MSH|^~\\&|EHR|MAIN|CHARTHOUSE|HIM|20260124093000||MDM^T02^MDM_T02|{control}|P|2.5.1\rEVN|T02|20260124093000\rPID|1||CH-400967^^^{demo.MRN}||Achterberg^Desmond||19550101|M\r"
            f"PV1|1|I|||||||||||||||||@VISIT@\rTXA|1|CN|TX|20260124093000|||20260124093000||SEK^Sekulow^M^^^Dr.|||D-{control}||{number}|||AU\rOBX|1|TX|||{text}||||||F\r").encode()


def _visit_number(bench: Bench) -> str:
    return str(bench.as_("coder").get(f"/chart/{stay(bench)}/state").json()["encounter"]["number"])


@pytest.mark.parametrize("form", ["hl7", "fhir"])
def test_an_answer_that_comes_in_recodes_the_chart(own_bench: Bench, form: str) -> None:
    number, visit = sent(own_bench), _visit_number(own_bench)
    before = own_bench.as_("coder").get(f"/chart/{stay(own_bench)}/state").json()
    assert "E44.0" not in [c["code"] for c in before["codes"]]
    if form == "hl7":
        content = _hl7(number, "Moderate protein-calorie malnutrition.", "A1").replace(b"@VISIT@", visit.encode())
    else:
        content = json.dumps({"resourceType": "Bundle", "type": "collection", "entry": [{"resource": r} for r in (
            {"resourceType": "Patient", "id": "p", "identifier": [{"system": demo.MRN, "value": "CH-400967"}], "name": [{"family": "Achterberg", "given": ["Desmond"]}], "gender": "male"},
            {"resourceType": "Encounter", "id": "e", "status": "finished", "class": {"code": "IMP"}, "identifier": [{"value": visit}], "subject": {"reference": "Patient/p"}},
            {"resourceType": "Communication", "id": "c1", "status": "completed", "subject": {"reference": "Patient/p"}, "encounter": {"reference": "Encounter/e"}, "sent": "2026-01-24T09:30:00Z",
             "sender": {"display": "Dr. M. Sekulow"}, "basedOn": [{"reference": f"Task/{number}"}], "payload": [{"contentString": "Moderate protein-calorie malnutrition."}]})]}).encode()
    receipt = answered(own_bench, content, f"answer.{form}")
    assert (receipt.outcome, receipt.encounter, receipt.kinds) == ("filed", stay(own_bench), ("query_answer",)), receipt
    letter = own_bench.as_("cdi_nurse").get("/queries?all=true").text
    assert number in letter
    assert "answered: other" in letter
    demo.code(own_bench.site)
    code = next(c for c in own_bench.as_("coder").get(f"/chart/{stay(own_bench)}/state").json()["codes"] if c["code"] == "E44.0")
    assert {e["document"] for e in code["evidence"]} == set(receipt.documents)


def test_a_form_with_all_the_answers_on_it_waits_for_a_person(own_bench: Bench) -> None:
    client = own_bench.as_("cdi_nurse")
    question = client.get(f"/chart/{stay(own_bench)}/questions").json()["questions"][0]
    spans = [{"document": s["document"], "start": s["start"], "end": s["end"], "text": s["text"], "label": "x"} for s in question["spans"]]
    asked = {"to": "Dr. M. Sekulow", "kind": "conflict", "form": "choice", "title": "Conflicting documentation", "question": "In your clinical judgment, which applies to this patient?",
             "options": ["Chronic kidney disease, stage 3a", "Chronic kidney disease, stage 3b", "Other (please state)", "Unable to determine"], "line": question["line"], "template": question["key"], "indicators": spans}
    number = client.post(f"/query/new?chart={stay(own_bench)}", json=asked).json()["number"]
    text = f"Query {number}: [ ] Chronic kidney disease, stage 3a  [x] Chronic kidney disease, stage 3b"
    content = _hl7("", text, "F1").replace(b"@VISIT@", _visit_number(own_bench).encode())
    receipt = answered(own_bench, content, "form.hl7")
    assert (receipt.outcome, receipt.reason) == ("unfiled", "query-form")
    assert any(q in own_bench.as_("provider").get("/answers").text for q in (number,))
    receipt = answered(own_bench, _hl7("", f"To query {number}: Chronic kidney disease, stage 3b.", "F2").replace(b"@VISIT@", _visit_number(own_bench).encode()), "words.hl7")
    assert receipt.kinds == ("query_answer",)
    assert number not in own_bench.as_("provider").get("/answers").text


def test_an_answer_to_a_query_about_another_visit_answers_nothing(own_bench: Bench) -> None:
    number = sent(own_bench)
    other = next(id for name, id in own_bench.visits.items() if name.startswith("10"))
    state = own_bench.as_("coder").get(f"/chart/{other}/state").json()
    content = _hl7(number, "Moderate protein-calorie malnutrition.", "B1").replace(b"@VISIT@", str(state["encounter"]["number"]).encode()).replace(b"CH-400967", state["patient"]["mrn"].encode())
    content = content.replace(b"Achterberg^Desmond", state["patient"]["name"].replace(", ", "^").encode()).replace(b"||19550101|M", b"|||")
    receipt = answered(own_bench, content, "other.hl7")
    assert "query_answer" not in receipt.kinds
    assert number in own_bench.as_("provider").get("/answers").text
