"""Charts on record: analysed through the desk, settled at their version, due again when something is filed."""
from __future__ import annotations

from datetime import date, datetime

import pytest
import sqlalchemy as sa
from storage_kit import CLERK, a_patient, a_visit, desk_of

from charthouse.adapters.storage import ledger, schema
from charthouse.adapters.storage.site import Site
from charthouse.bootstrap import chart
from charthouse.flow.completion import Analysis, on_record, unfinished
from charthouse.flow.desk import Desk
from charthouse.record.access import Actor
from charthouse.record.errors import AccessDenied
from charthouse.record.filing import Filing

LATER = date(2026, 6, 1)
STAY = {"setting": "inpatient", "admitted": datetime(2026, 3, 2, 8), "discharged": datetime(2026, 3, 4, 10), "attending": "Dr. Miller"}
HP = "History and physical. Cough since a week.\nElectronically signed by A. Miller MD"
SUMMARY = """Discharge summary. Admitted with cough. Hospital course: pneumonia, treated. Final diagnosis: pneumonia. Condition at discharge: good.
Disposition: home. Instructions: rest. Follow-up in a week."""


def filed(desk: Desk, visit: str, kind: str, text: str, day: int, signed: bool | None = None) -> str:
    return desk.file(Filing(encounter=visit, content=text.encode(), text=text, kind=kind, author="Dr. Miller", service_date=date(2026, 3, day), signed=signed))


def looked(desk: Desk) -> list[Analysis]:
    return [on_record(desk, encounter, chart.rules(), LATER) for encounter in unfinished(desk, "north")]


@pytest.mark.usefixtures("no_site_file")
def test_a_chart_is_delinquent_then_complete_and_open_again_by_a_late_document(desk: Desk, site: Site) -> None:
    visit = a_visit(desk, a_patient(desk), **STAY)
    a_visit(desk, a_patient(desk, "2"), setting="inpatient")  # still in house
    filed(desk, visit, "history_and_physical", HP, 2)
    (first,) = looked(desk)
    assert (first.encounter, first.state, [d.ruling.rule for d in first.deficiencies]) == (visit, "delinquent", ["chart/discharge-summary"])
    assert [(c.owner, c.days) for c in first.clocks] == [("Dr. Miller", 59)]
    filed(desk, visit, "discharge_summary", SUMMARY, 5, signed=True)
    assert [f.state for f in looked(desk)] == ["complete"]
    assert looked(desk) == []
    filed(desk, visit, "progress_note", "Late note, better.", 3, signed=False)
    (again,) = looked(desk)
    assert (again.state, [d.kind for d in again.deficiencies]) == ("delinquent", ["unsigned"])
    with site.snapshot() as connection:
        assert connection.execute(sa.select(schema.completion.c.state, schema.completion.c.version)).all() == [("delinquent", 4)]
    site.verify()


@pytest.mark.usefixtures("no_site_file")
def test_each_chart_looked_at_is_told_and_nobody_looks_without_the_right(desk: Desk, site: Site) -> None:
    visit = a_visit(desk, a_patient(desk), **STAY)
    on_record(desk, visit, chart.rules(), LATER)
    with site.snapshot() as connection:
        told = [(e.event.action, e.event.subject) for e in ledger.entries(connection)][-3:]
    assert told == [("chart.read", f"encounter:{visit}"), ("chart.read", f"encounter:{visit}"), ("deficiency.write", f"encounter:{visit}")]
    coder = desk_of(site, Actor(id="coder", roles=frozenset({"coder"}), facilities=frozenset({"north"})))
    with pytest.raises(AccessDenied):
        on_record(coder, visit, chart.rules(), LATER)
    south = desk_of(site, Actor(id="south", roles=CLERK.roles, facilities=frozenset({"south"})))
    with pytest.raises(AccessDenied):
        unfinished(south, "north")


@pytest.fixture
def no_site_file(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """So that a `chart.toml` of this machine does not act."""
    monkeypatch.setenv("CHARTHOUSE_DATA", str(tmp_path_factory.mktemp("none")))
