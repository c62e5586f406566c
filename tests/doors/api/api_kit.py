"""What the tests of the API share: a client of it, a record to serve, and a real server on loopback."""
from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from typing import Any

import httpx2
import uvicorn

from charthouse.adapters.storage.site import Site
from charthouse.bootstrap import record
from charthouse.record.access import Actor
from charthouse.record.filing import Filing, Registration, Visit

EAST = timezone(timedelta(hours=-5))
NOTE = "Discharge summary\n\nAssessment: Type 2 diabetes mellitus. Essential hypertension.\n"
HTTP = httpx2.Client(timeout=60)


@dataclass(frozen=True)
class Api:
    """`get` and `post` as the manager of the facility "north" where no other key is named."""

    url: str
    site: Site
    keys: dict[str, str]
    ids: dict[str, str]

    def get(self, path: str, who: str = "him_manager", **headers: str) -> httpx2.Response:
        return HTTP.get(f"{self.url}{path}", headers=self.headers(who) | {k.replace("_", "-"): v for k, v in headers.items()})

    def post(self, path: str, who: str = "him_manager", *, content: bytes = b"", **headers: str) -> httpx2.Response:
        return HTTP.post(f"{self.url}{path}", content=content, headers=self.headers(who) | {k.replace("_", "-"): v for k, v in headers.items()})

    def headers(self, who: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.keys[who]}"} if who else {}

    def found(self, path: str, who: str = "him_manager") -> list[dict[str, Any]]:
        """The resources of a whole list, all its pages."""
        out: list[dict[str, Any]] = []
        address = f"{self.url}{path}"
        while address:
            answer = HTTP.get(address, headers=self.headers(who))
            assert answer.status_code == 200, answer.text
            page = answer.json()
            out += [e["resource"] for e in page.get("entry", ())]
            address = next((link["url"] for link in page["link"] if link["relation"] == "next"), "")
        return out


def filled(site: Site) -> dict[str, str]:
    """Erin: a stay with two documents and a visit; Rory, who is restricted; Sam of the south; and thirty others."""
    def desk(facility: str) -> Any:
        return record.sign_in(site, Actor(id="clerk", roles=frozenset({"him_manager"}), facilities=frozenset({facility}), origin="test"), "operations")

    north, south = desk("north"), desk("south")
    erin = north.register(Registration(facility="north", identifiers=(("urn:north:mrn", "N-100"), ("MRN NORTH", "N100")), family="Example", given="Erin Q", birth_date=date(1961, 3, 2),
                                       sex="F", address="1 Mill Lane", postcode="05001", phone="555-0100"))
    stay = north.admit(Visit(patient=erin, facility="north", setting="inpatient", admitted=datetime(2026, 3, 2, 23, 30, tzinfo=EAST), discharged=datetime(2026, 3, 5, 12, tzinfo=EAST),
                             number="V-1", discharge_status="01", unit="5 West", attending="Dr. Attend"))
    visit = north.admit(Visit(patient=erin, facility="north", setting="outpatient", admitted=datetime(2026, 4, 1, 9), number="V-2"))
    summary = north.file(Filing(encounter=stay, content=NOTE.encode(), text=NOTE, kind="discharge_summary", author="Dr. Attend", service_date=date(2026, 3, 5)))
    scan = north.file(Filing(encounter=stay, content=b"%PDF-1.7 scan", media="application/pdf", kind="operative_note"))
    letter = north.file(Filing(encounter=visit, content=b"%PDF-1.7 letter", text="A letter.", media="application/pdf", kind="letter"))
    rory = north.register(Registration(facility="north", identifiers=(("urn:north:mrn", "N-200"),), family="Restricted", given="Rory", restricted=True))
    rory_visit = north.admit(Visit(patient=rory, facility="north", setting="outpatient", admitted=datetime(2026, 4, 1, 9)))
    sam = south.register(Registration(facility="south", identifiers=(("urn:south:mrn", "S-1"),), family="Example", given="Sam"))
    others = [north.register(Registration(facility="north", identifiers=(("urn:north:mrn", f"M-{n}"),), family="Many", given=f"No{n}", birth_date=date(2000, 1, 1))) for n in range(30)]
    return {"erin": erin, "stay": stay, "visit": visit, "summary": summary, "scan": scan, "letter": letter, "rory": rory, "rory_visit": rory_visit, "sam": sam, "other": others[0]}


class served:
    """An app on a free port of loopback, in a thread."""

    def __init__(self, make: Callable[[], Any]) -> None:
        self.socket = socket.socket()
        self.socket.bind(("127.0.0.1", 0))
        self.server = uvicorn.Server(uvicorn.Config(make(), log_level="error", access_log=False))
        self.thread = threading.Thread(target=self.server.run, kwargs={"sockets": [self.socket]}, daemon=True)

    def __enter__(self) -> str:
        self.thread.start()
        end = time.monotonic() + 30
        while not self.server.started and time.monotonic() < end:
            time.sleep(0.02)
        return f"http://127.0.0.1:{self.socket.getsockname()[1]}"

    def __exit__(self, *_: object) -> None:
        self.server.should_exit = True
        self.thread.join(30)
        self.socket.close()
