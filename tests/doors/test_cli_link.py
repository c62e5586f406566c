"""`charthouse link`, through the door."""
from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from typer.testing import CliRunner

from charthouse.doors.cli.main import app

pytest.importorskip("splink")
A = "rec_id, given_name, surname, date_of_birth, postcode\na1, Anna, Example, 19610302, 01234\na2, Thomas, Sampson, 19800114, 01234\na3, Erin, Example, 19610302, 01234\n"
B = "surname,rec_id,given_name,date_of_birth\nexample,b1,ana,1961-03-02\n\nnobody,b2,zoe,20010909\n"
FEBRL = Path(os.environ.get("CHARTHOUSE_TEST_DATA") or Path(__file__).parents[3] / "shared" / "data") / "dev" / "febrl"


def link(*arguments: str) -> tuple[int, list[dict[str, object]], str]:
    done = CliRunner().invoke(app(), ["link", *arguments, "--ndjson"])
    return done.exit_code, [json.loads(line) for line in done.stdout.splitlines()] if not done.exit_code else [], done.stderr


def test_two_files(tmp_path: Path) -> None:
    a, b = tmp_path / "a.csv", tmp_path / "b.csv"
    a.write_text(A, encoding="utf-8")
    b.write_text(B, encoding="utf-8")
    status, rows, _ = link(str(a), str(b))
    assert status == 0
    assert {("a1", "b1", "link"), ("a3", "b1", "possible")} >= {(r["a"], r["b"], r["verdict"]) for r in rows} >= {("a1", "b1", "link")}
    assert all(0 <= float(str(r["probability"])) <= 1 for r in rows)


def test_one_file_twice(tmp_path: Path) -> None:
    a = tmp_path / "a.csv"
    a.write_text(A + "a4, Ana, Example, 19610302, 01234\n", encoding="utf-8")
    _, rows, _ = link(str(a), str(a))
    assert ("a1", "a4", "link") in {(r["a"], r["b"], r["verdict"]) for r in rows}
    assert all(r["a"] != r["b"] for r in rows)


@pytest.mark.parametrize(("content", "why"), [
    (b"given_name,surname\nAnna,Example\n", "rec_id"), (b"rec_id,colour\n1,blue\n", "columns of a person"), (b"rec_id,given_name\n1,Anna\n1,Erin\n", "record 2"),
    (b"rec_id,given_name\n1,Anna,Example\n", "record 1"), (b"rec_id,given_name\n1,\xff\xfe\n", "not UTF-8"), (b"", "rec_id"), (b'rec_id,given_name\n1,"Anna\n', "quotes"), (b"rec_id,sex,sex\n1,f,f\n", "twice")])
def test_a_file_that_cannot_be_linked_says_why_and_quotes_nobody(tmp_path: Path, content: bytes, why: str) -> None:
    bad = tmp_path / "bad.csv"
    bad.write_bytes(content)
    status, _, told = link(str(bad), str(bad))
    assert status == 2
    assert told.startswith("CH-0660")
    assert why in told
    assert "Anna" not in told


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    assert link(str(tmp_path / "no.csv"), str(tmp_path / "no.csv"))[0] == 2


@pytest.mark.skipif(not FEBRL.exists(), reason="FEBRL's files are not beside the project")
def test_febrl_1_is_linked() -> None:
    file = str(FEBRL / "dataset1.csv")
    _, rows, _ = link(file, file)
    likely = {frozenset((str(r["a"]).split("-")[1], str(r["b"]).split("-")[1])) for r in rows if float(str(r["probability"])) >= 0.5}
    assert sum(len(pair) == 1 for pair in likely) >= 490
    assert sum(len(pair) == 2 for pair in likely) <= 10
