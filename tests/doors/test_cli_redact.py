"""`charthouse redact`: the text, its spans in the text that was given, and what a person is told."""
from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from typer.testing import CliRunner

from charthouse.doors.cli.main import app

Asked = Callable[..., tuple[list[dict[str, Any]], Result]]
NOTE = "😀 Mr. Brannigan was seen 3/2/2026. Hgb 9.2.\r\n"


def test_lines_answer_in_order_and_a_bad_one_stops_nothing(asked: Asked) -> None:
    answers, result = asked("redact", [{"id": 1, "text": NOTE}, {"id": 2}, {"id": 3, "text": "Rose came.", "known": {"name": "Rose Hill"}}, {"id": 4, "text": "x", "known": 5}])
    assert result.exit_code == 4
    assert answers[0]["text"] == "😀 [NAME] was seen [DATE]. Hgb 9.2.\r\n"
    assert [NOTE[s["start"]:s["end"]] for s in answers[0]["spans"]] == ["Mr. Brannigan", "3/2/2026"]
    assert [s["type"] for s in answers[0]["spans"]] == ["NAME", "DATE"]
    assert answers[1]["error"]["code"] == answers[3]["error"]["code"] == "CH-0205"
    assert answers[2]["text"] == "[NAME] came."


def test_a_file_is_printed_without_and_why_is_shown(tmp_path: Path) -> None:
    file, known = tmp_path / "note.txt", tmp_path / "known.json"
    file.write_text(NOTE, encoding="utf-8")
    known.write_text(json.dumps({"name": "Hgb"}), encoding="utf-8")
    run = lambda *more: CliRunner().invoke(app(), ["redact", str(file), *more])  # noqa: E731
    assert run().stdout == "😀 [NAME] was seen [DATE]. Hgb 9.2.\n"
    assert "2 taken out. A draft" in run().stderr
    assert "[NAME] 9.2" in run("--known", str(known)).stdout
    assert "release/name" in run("--why").stdout
    assert CliRunner().invoke(app(), ["redact", str(tmp_path / "none.txt")]).exit_code == 4
    assert run("--known", str(file)).exit_code == 4
    file.write_bytes(b"\xff\xfe\x00")
    assert run().stderr.startswith("CH-0205")


@pytest.mark.parametrize("content", ["MSH|^~\\&|ADT|H|C|C|20260401||ADT^A01|1|P|2.5\rPID|1||M1||Quill^Ada\r", '{"resourceType": "Patient", "name": [{"family": "Quill"}]}', '<?xml version="1.0"?><ClinicalDocument xmlns="urn:hl7-org:v3"/>'])
def test_messages_are_refused_for_now(tmp_path: Path, content: str) -> None:
    (tmp_path / "m.txt").write_text(content)
    done = CliRunner().invoke(app(), ["redact", str(tmp_path / "m.txt")])
    assert done.exit_code == 4
    assert "Quill" not in done.output
