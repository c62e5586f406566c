"""The same by the command line: charges, claims, files, answers and denials of a record, as a biller without a browser would."""
from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from claims_kit import VISIT, biller, now, visited
from test_claims_kept import line, whole
from typer.testing import CliRunner
from web_kit import Bench

from charthouse.bootstrap import claims, site_kit
from charthouse.doors.cli.main import app
from charthouse.flow import billing
from charthouse.record.received import Cover
from payer_kit import acknowledged, claims_of, paid, status


@pytest.fixture
def at_harbor(own_bench: Bench, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bench]:
    monkeypatch.setenv("CHARTHOUSE_DATA", str(own_bench.site.layout.folder))
    monkeypatch.setenv("CHARTHOUSE_FACILITY", "Harbor")
    return own_bench


def run(*arguments: object, code: int = 0) -> str:
    done = CliRunner().invoke(app(), ["claim", *(str(a) for a in arguments)])
    assert done.exit_code == code, done.output
    return done.output


def test_a_claim_by_commands(at_harbor: Bench, tmp_path: Path) -> None:
    bench = at_harbor
    visit = visited(bench, charges=(VISIT,), covers=(Cover(payer="Commercial"),))
    number = billing.to_bill(biller(bench), site_kit(), claims.site())[0].material.visit.number
    (tmp_path / "c.csv").write_text(f"visit,number,code,date,units,amount\n{number},77,84550,2026-04-01,2,60.00\n{number},78,84550,someday,1,30.00\nNONE,79,84550,2026-04-01,1,1.00\n")
    out = run("charges", tmp_path / "c.csv", code=4)
    assert "1 charges filed, 0 were there before." in out
    assert "line 3 lacks: date as YYYY-MM-DD" in out
    assert "no visit has the number NONE" in out
    assert "0 charges filed, 1 were there before." in run("charges", tmp_path / "c.csv", code=4)
    built = run("build", code=4)
    assert "claim/registration/member" in built
    (id,) = [row.split()[1] for row in built.splitlines() if row.startswith(visit)]
    assert run("mend", id, "member", "", code=4).startswith(f"{id}: held")
    assert run("mend", id, "member", "W4711").strip() == f"{id}: ready"
    assert f"{id}  ready" in run("list", "--state", "ready")
    assert "000000001.837p: 1 claim to CLEAREX" in run("send")
    assert run("send").strip() == "No claim is ready."
    text = (bench.site.layout.folder / claims.site().outbox / "000000001.837p").read_text()
    assert [c.id for c in claims_of(text)] == [id]
    by = {x.code: x for x in now(bench, id).claim.claim.lines}
    for name, content in (("a.999", acknowledged(text)), ("a.277", status([(id, "PAY1")])), ("a.835", paid([whole(id, line(by["99213"].control, "99213", 13200, 13200), line(by["84550"].control, "84550", 6000, 0, ("CO", "197", 6000)))])), ("bad.835", b"ISA*no")):
        (tmp_path / name).write_bytes(content)
    got = run("receive", *(tmp_path / n for n in ("a.999", "bad.835", "a.277", "a.835")), code=4)
    assert "a.999: 999 file 1: accepted" in got
    assert "bad.835: " in got
    assert "a.277: 277CA" in got
    assert "a.835: 835 TRACE1: posted" in got
    assert "CO-197" in run("denials")
    assert "often enough" in run("denials", "--propose")
    assert "0 paid short" in run("price")
    assert "no estimate" in run("price", id, code=4)
    assert "one of" in run("list", "--state", "lost", code=4)
