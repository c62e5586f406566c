"""The second reader from the command line: check, code and run, with what it cost."""
from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import Result

from chat_server import ChatServer, agreeing, disagreeing

pytest.importorskip("openai")

NOTE = "ASSESSMENT\n\nType 2 diabetes mellitus.\n\nEssential hypertension.\n"


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[ChatServer]:
    served = ChatServer(disagreeing, key="sesame", model="reader-1")
    for name, value in {"URL": served.url, "MODEL": "reader-1", "KEY": "sesame", "PRICE_IN": "1", "PRICE_OUT": "2"}.items():
        monkeypatch.setenv(f"CHARTHOUSE_LLM_{name}", value)
    yield served
    served.close()


def test_a_note_is_read_twice_and_the_cost_is_shown(charthouse: Callable[..., Result], server: ChatServer, tmp_path: Path) -> None:
    note = tmp_path / "note.txt"
    note.write_text(NOTE, encoding="utf-8")
    shown = charthouse("code", note, "--date", "2026-03-02", "--second-reader")
    assert shown.exit_code == 0
    assert "Second reader reader-1: 2 codes asked, 0 agreed, 2 disagreed" in " ".join(shown.stdout.split())
    assert "auto" not in shown.stdout
    result = json.loads(charthouse("code", note, "--date", "2026-03-02", "--second-reader", "--json").stdout)
    said = result["second_reader"]
    assert said["price"] == pytest.approx((said["tokens_in"] + 2 * said["tokens_out"]) / 1000)
    assert len(server.seen) == 4


def test_without_the_option_nothing_is_sent(charthouse: Callable[..., Result], server: ChatServer) -> None:
    line = json.dumps({"id": "1", "text": NOTE, "date": "2026-03-02"}) + "\n"
    assert "second_reader" not in json.loads(charthouse("code", "-", "--ndjson", stdin=line).stdout)
    assert server.seen == []
    assert json.loads(charthouse("code", "-", "--ndjson", "--second-reader", stdin=line).stdout)["second_reader"]["asked"] == 2


def test_a_run_adds_up_what_the_second_reader_cost(charthouse: Callable[..., Result], server: ChatServer, tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / f"{name}.txt").write_text(NOTE, encoding="utf-8")
    result = charthouse("run", tmp_path, "--out", tmp_path / "out", "--date", "2026-03-02", "--second-reader")
    assert result.exit_code == 0
    assert "4 codes asked" in " ".join(result.stdout.split())
    rows = json.loads((tmp_path / "out" / "summary.json").read_text(encoding="utf-8"))
    assert [r["second_reader"]["disagreed"] for r in rows] == [2, 2]


def test_check_tells_whether_the_endpoint_can_be_used(charthouse: Callable[..., Result], server: ChatServer) -> None:
    good = charthouse("second-reader", "check")
    assert good.exit_code == 0
    assert "is offered" in good.stdout
    assert "It can be used" in good.stdout
    server.mind = lambda messages, schema: "no"
    bad = charthouse("second-reader", "check", "--json")
    assert bad.exit_code == 1
    assert json.loads(bad.stdout)["discarded"] == 2
    server.mind = agreeing
    assert json.loads(charthouse("second-reader", "check", "--json").stdout)["usable"] is True


@pytest.mark.parametrize(("url", "code"), [("", "CH-0511"), ("https://api.example.com/v1", "CH-0512"), ("http://127.0.0.1:9/v1", "CH-0513")])
def test_what_is_wrong_is_told_in_one_line(charthouse: Callable[..., Result], monkeypatch: pytest.MonkeyPatch, url: str, code: str) -> None:
    monkeypatch.setenv("CHARTHOUSE_LLM_URL", url)
    monkeypatch.setenv("CHARTHOUSE_LLM_MODEL", "m")
    result = charthouse("second-reader", "check")
    assert result.exit_code in (1, 2)
    assert result.stderr.startswith(f"{code}: ")
    assert result.stderr.count("\n") == 1
