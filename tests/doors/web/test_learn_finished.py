"""What a coder corrects at the workbench becomes a case for `charthouse learn`."""
from __future__ import annotations

import json
from datetime import date

from web_kit import Bench

from charthouse.bootstrap import record
from charthouse.doors.cli.learning import _checked
from charthouse.flow.finished import finished_charts
from charthouse.record.access import Actor


def test_corrections_of_finished_charts_are_cases(own_bench: Bench) -> None:
    coder, chart = own_bench.as_("coder"), next(id for name, id in own_bench.visits.items() if name.startswith("02"))
    state = coder.get(f"/chart/{chart}/state").json()

    def do(**said: object) -> dict[str, object]:
        answer = coder.post(f"/chart/{chart}/acts", json={"version": state["version"], **said})
        assert answer.status_code == 200, answer.text
        return answer.json()  # type: ignore[no-any-return]

    codes = [c for c in state["codes"] if c["system"] == "ICD-10-CM"]
    text = coder.get(f"/chart/{chart}/documents/{state['documents'][0]['id']}").json()["text"]
    start = text.index("fibrillation")
    state = do(what="reject", line=codes[-1]["line"], reason="not addressed")
    state = do(what="add", code="L60.0", span={"document": state["documents"][0]["id"], "start": start, "end": start + 12})
    for code in state["codes"]:
        if not code["decision"]:
            state = do(what="accept", line=code["line"])
    assert coder.post(f"/chart/{chart}/submit", json={"version": state["version"], "sure": True}).status_code == 200
    desk = record.sign_in(own_bench.site, Actor(id="m", roles=frozenset({"him_manager"}), facilities=frozenset({"Harbor"}), origin="test"), "operations")
    items = list(finished_charts(desk, date(2026, 1, 1), date(2026, 12, 31)))
    assert [i["id"] for i in items] == [chart]
    said = {(c["action"], c["code"], c.get("reason", ""), c.get("words", "")) for c in items[0]["corrections"]}
    assert ("remove", codes[-1]["code"], "not addressed", "") in said
    assert ("add", "L60.0", "missed", "fibrillation") in said
    kept = _checked(1, json.dumps(items[0]))
    assert "L60.0" in kept["signed"]
    assert codes[-1]["code"] not in kept["signed"]
