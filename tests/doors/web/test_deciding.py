"""The server side of the coding screen, over the sample charts of a real record."""
from __future__ import annotations

from typing import Any

import httpx2
from web_kit import Bench


def chart(bench: Bench, start: str) -> str:
    return f"/chart/{next(id for name, id in bench.visits.items() if name.startswith(start))}"


def state(client: httpx2.Client, at: str) -> dict[str, Any]:
    answer = client.get(f"{at}/state")
    assert answer.status_code == 200, answer.text
    return answer.json()  # type: ignore[no-any-return]


def do(client: httpx2.Client, at: str, **said: Any) -> dict[str, Any]:
    answer = client.post(f"{at}/acts", json=said)
    assert answer.status_code == 200, answer.text
    return answer.json()  # type: ignore[no-any-return]


def settled(client: httpx2.Client, at: str) -> dict[str, Any]:
    """Everything that waits accepted, and POA said."""
    now = state(client, at)
    for problem in now["problems"]:
        if problem["stop"] and problem["line"]:
            said = {"what": "poa", "value": "Y"} if problem["rule"] == "claim/no-poa" else {"what": "accept"}
            now = do(client, at, version=now["version"], line=problem["line"], **said)
    return now


def inpatient(bench: Bench, client: httpx2.Client) -> str:
    return next(f"/chart/{id}" for id in bench.visits.values() if state(client, f"/chart/{id}")["grouping"])


def test_a_chart_is_told_whole(bench: Bench) -> None:
    client = bench.as_("coder")
    at = inpatient(bench, client)
    now = state(client, at)
    assert now["encounter"]["setting"] == "inpatient"
    assert now["patient"]["name"]
    assert now["patient"]["mrn"]
    assert now["codes"][0]["role"] == "principal"
    assert now["grouping"]["drg"]
    assert all(c["title"] and (c["evidence"] or c["reasons"]) for c in now["codes"])
    assert (now["version"], now["acts"], now["final"], now["can"]) == (0, [], None, {"decide": True, "undo": False, "redo": False})
    for document in now["documents"]:
        whole = client.get(f"{at}/documents/{document['id']}").json()
        assert len(whole["text"]) == document["characters"]
        for code in now["codes"]:
            for e in code["evidence"]:
                if e["document"] == document["id"]:
                    assert whole["text"][e["start"]:e["end"]] == e["text"]


def test_acts_undo_redo_and_conflict(own_bench: Bench) -> None:
    client = own_bench.as_("coder")
    at = inpatient(own_bench, client)
    now = state(client, at)
    line = now["codes"][1]["line"]
    drg = now["grouping"]["drg"]
    now = do(client, at, version=0, what="reject", line=line, reason="not said")
    assert line not in [c["line"] for c in now["codes"]]
    assert [c["why"] for c in now["left_off"] if c["line"] == line] == ["Not supported by the record"]
    late = client.post(f"{at}/acts", json={"version": 0, "what": "accept", "line": line})
    assert (late.status_code, late.json()["error"]["code"], late.json()["state"]["version"]) == (409, "CH-0820", 1)
    now = client.post(f"{at}/undo", json={"version": 1}).json()
    assert (now["version"], now["can"]["redo"], now["grouping"]["drg"]) == (2, True, drg)
    assert [(a["words"].split()[0], a["undone"], a["by"]) for a in now["acts"]] == [("Rejected", True, "Ana Ruiz")]
    now = client.post(f"{at}/redo", json={"version": 2}).json()
    assert line not in [c["line"] for c in now["codes"]]
    wrong = client.post(f"{at}/acts", json={"version": 3, "what": "add", "code": "I50.2"})
    assert (wrong.status_code, wrong.json()["error"]["code"]) == (422, "CH-0821")
    assert state(client, at)["version"] == 3


def test_the_drg_follows_the_codes(own_bench: Bench) -> None:
    client = own_bench.as_("coder")
    at = inpatient(own_bench, client)
    now = state(client, at)
    heavy = [c["line"] for c in now["codes"] if c["severity"]]
    before = now["grouping"]["drg"]
    for line in heavy:
        now = do(client, at, version=now["version"], what="reject", line=line, reason="not said")
    assert now["grouping"]["drg"] != before
    assert now["grouping"]["path"]


def test_finishing(own_bench: Bench) -> None:
    client = own_bench.as_("coder")
    at = inpatient(own_bench, client)
    now = state(client, at)
    stopped = client.post(f"{at}/submit", json={"version": 0, "sure": True})
    assert (stopped.status_code, stopped.json()["error"]["code"]) == (422, "CH-0822")
    assert stopped.json()["state"]["problems"][0]["stop"]
    now = settled(client, at)
    assert [p for p in now["problems"] if p["stop"]] == []
    done = client.post(f"{at}/submit", json={"version": now["version"], "sure": True})
    assert done.status_code == 200, done.text
    now = state(client, at)
    assert (now["final"]["by"], now["can"]["decide"], now["encounter"]["state"]) == ("Ana Ruiz", False, "final")
    refused = client.post(f"{at}/acts", json={"version": now["version"], "what": "flag", "line": now["codes"][0]["line"]})
    assert refused.status_code == 422
    again = client.post(f"{at}/undo", json={"version": now["version"]}).json()
    assert again["final"] is None


def test_a_code_from_selected_words_quotes_them(own_bench: Bench) -> None:
    client = own_bench.as_("coder")
    at = inpatient(own_bench, client)
    now = state(client, at)
    document = client.get(f"{at}/documents/{now['documents'][0]['id']}").json()
    now = do(client, at, version=0, what="add", code="l60.0", system="ICD-10-CM", span={"document": document["id"], "start": 5, "end": 20})
    added = next(c for c in now["codes"] if c["decision"] == "added")
    assert (added["code"], added["title"], added["evidence"][0]["text"]) == ("L60.0", "Ingrowing nail", document["text"][5:20])


def test_who_may_not_decide(bench: Bench) -> None:
    auditor, biller = bench.as_("auditor"), bench.as_("biller")
    at = f"/chart/{next(iter(bench.visits.values()))}"
    assert state(auditor, at)["can"] == {"decide": False, "undo": False, "redo": False}
    assert auditor.post(f"{at}/acts", json={"version": 0, "what": "accept", "line": "dX"}).status_code == 403
    assert biller.post(f"{at}/submit", json={"version": 0}).status_code == 403
    assert bench.as_("coder").get("/chart/none/state", headers={"accept": "application/json"}).status_code == 404
    assert bench.as_("administrator").get(f"{at}/state", headers={"accept": "application/json"}).status_code == 403


def test_the_book(bench: Bench) -> None:
    client = bench.as_("coder")
    found = client.get("/books/find", params={"q": "acute on chronic systolic heart", "on": "2026-05-02"}).json()["found"]
    assert found[0]["code"] == "I50.23"
    assert found[0]["billable"]
    by_code = client.get("/books/find", params={"q": "I50.2", "on": "2026-05-02"}).json()["found"]
    assert (by_code[0]["code"], by_code[0]["billable"], by_code[0]["more"]) == ("I50.2", False, "4 codes below")
    told = client.get("/books/code/ICD-10-CM/I50.23").json()
    assert told["valid"]
    assert [p["code"] for p in told["path"]][-1] == "I50.23"
    assert any(n["kind"] == "code_first" for n in told["notes"])
    assert client.get("/books/code/ICD-10-CM/I99.999", headers={"accept": "application/json"}).status_code == 404
