"""The doors by which things come in, as a person and a sender use them: real commands, a real sender, a real folder."""
from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import Result

from charthouse.adapters.storage import schema
from charthouse.adapters.storage.layout import Layout
from charthouse.adapters.storage.site import opened

Charthouse = Callable[..., Result]
ROOT = Path(__file__).parents[2]
MESSAGES = ROOT / "samples" / "messages"
RUN = "from charthouse.doors.cli.main import main; main()"
NOTE = "DISCHARGE SUMMARY\n\nHospital course:\nPneumonia, treated.\n"


@pytest.fixture
def site(charthouse: Charthouse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CHARTHOUSE_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("CHARTHOUSE_FACILITY", "north")
    monkeypatch.delenv("CHARTHOUSE_DATABASE", raising=False)
    assert charthouse("init").exit_code == 0
    return tmp_path / "data"


def rows(site: Path, table: sa.Table) -> list[dict[str, object]]:
    open_ = opened(Layout(site))
    try:
        with open_.snapshot() as connection:
            return [dict(r) for r in connection.execute(sa.select(table)).mappings()]
    finally:
        open_.close()


# -- add, list, file -----------------------------------------------------------------------------------------------------------------------


def test_messages_of_a_folder_are_filed_and_a_second_time_nothing_is(charthouse: Charthouse, site: Path) -> None:
    first = charthouse("intake", "add", str(MESSAGES))
    assert first.exit_code == 0
    lines = {line.partition("\t")[0].rpartition("/")[2]: line.partition("\t")[2] for line in first.stdout.splitlines()}
    assert set(lines) == {p.name for p in MESSAGES.iterdir()}
    assert lines["adt-a01-admission.hl7"].startswith("filed: patient and visit")
    assert lines["mdm-t02-discharge-summary.hl7"].startswith("filed: discharge_summary")
    assert lines["ccda-discharge-summary.xml"].startswith(("filed: discharge_summary", "unfiled"))
    counts = {t.name: len(rows(site, t)) for t in (schema.patient, schema.encounter, schema.document, schema.charge)}
    assert counts["document"] >= 4
    again = charthouse("intake", "add", str(MESSAGES))
    assert all("taken in before" in line for line in again.stdout.splitlines())
    assert {t.name: len(rows(site, t)) for t in (schema.patient, schema.encounter, schema.document, schema.charge)} == counts


def test_a_file_of_nobody_is_listed_and_filed_by_a_person(charthouse: Charthouse, site: Path, tmp_path: Path) -> None:
    charthouse("intake", "add", str(MESSAGES / "adt-a01-admission.hl7"))
    number = str(rows(site, schema.encounter)[0]["number"])
    (tmp_path / "letter.txt").write_text(NOTE, encoding="utf-8")
    added = charthouse("intake", "add", str(tmp_path / "letter.txt"))
    assert added.exit_code == 4
    assert "unfiled: nothing in it says whose it is" in added.stdout
    listed = json.loads(charthouse("intake", "list", "--json").stdout)
    assert [(h["outcome"], h["reason"], h["name"]) for h in listed] == [("unfiled", "no-patient", "letter.txt")]
    assert "letter.txt: nothing in it says whose it is" in charthouse("intake", "list").stdout
    wrong = charthouse("intake", "file", listed[0]["id"], "--visit", "no such")
    assert (wrong.exit_code, wrong.stderr[:7]) == (4, "CH-0601")
    filed = charthouse("intake", "file", listed[0]["id"], "--visit", number, "--kind", "letter")
    assert filed.stdout.startswith("filed: letter ")
    assert "0 held." in charthouse("intake", "list").stdout


def test_a_file_is_filed_where_the_command_says(charthouse: Charthouse, site: Path, tmp_path: Path) -> None:
    charthouse("intake", "add", str(MESSAGES / "adt-a01-admission.hl7"))
    (tmp_path / "n.rtf").write_bytes(b"{\\rtf1 Operative report\\par Gallbladder removed.\\par}")
    done = charthouse("intake", "add", str(tmp_path / "n.rtf"), "--visit", str(rows(site, schema.encounter)[0]["number"]), "--date", "2026-03-02")
    assert (done.exit_code, done.stdout.partition("\t")[2][:22]) == (0, "filed: operative_note ")
    assert str(rows(site, schema.document)[0]["service_date"]) == "2026-03-02"


def test_a_binary_file_is_quarantined_and_the_others_are_taken(charthouse: Charthouse, site: Path, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.bin").write_bytes(b"\x00\x01\x02" * 50)
    (tmp_path / "in" / "b.hl7").write_bytes((MESSAGES / "adt-a01-admission.hl7").read_bytes())
    done = charthouse("intake", "add", str(tmp_path / "in"))
    assert done.exit_code == 4
    assert "a.bin\tquarantined: CH-0203 it is a binary file" in done.stdout
    assert "b.hl7\tfiled: patient and visit" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "code", "status"),
    [(("--kind", "novel"), "CH-0205", 4), (("--date", "soon"), "CH-0204", 4), (("--patient", "nobody", "--date", "2026-03-02"), "CH-0415", 2)])
def test_wrong_use_is_told(charthouse: Charthouse, site: Path, tmp_path: Path, arguments: tuple[str, ...], code: str, status: int) -> None:
    (tmp_path / "n.txt").write_text(NOTE, encoding="utf-8")
    done = charthouse("intake", "add", str(tmp_path / "n.txt"), *arguments)
    assert (done.exit_code, done.stderr[:7]) == (status, code)


def test_without_a_facility_nothing_is_taken(charthouse: Charthouse, site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CHARTHOUSE_FACILITY")
    done = charthouse("intake", "add", str(MESSAGES))
    assert (done.exit_code, "CHARTHOUSE_FACILITY" in done.stderr) == (4, True)


# -- listen --------------------------------------------------------------------------------------------------------------------------------


@pytest.fixture
def listener(site: Path) -> Iterator[tuple[int, subprocess.Popen[str]]]:
    process = subprocess.Popen([sys.executable, "-c", RUN, "intake", "listen", "--port", "0"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=dict(os.environ))
    assert process.stdout is not None
    line = process.stdout.readline()
    assert line.startswith("Listening at 127.0.0.1:"), process.communicate()[1] if process.poll() is not None else line
    yield int(line.split(":")[1].split(".")[0]), process
    process.kill()
    process.communicate()


async def _answers(port: int, messages: list[bytes]) -> list[bytes]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for message in messages:
        writer.write(b"\x0b" + message + b"\x1c\r")
    answers = [await asyncio.wait_for(reader.readuntil(b"\x1c\r"), 60) for _ in messages]
    writer.close()
    return answers


def codes(answers: list[bytes]) -> list[str]:
    return [next(s for s in a.strip(b"\x0b\x1c\r").split(b"\r") if s.startswith(b"MSA")).split(b"|")[1].decode() for a in answers]


def test_a_listener_answers_what_it_stored_once(site: Path, listener: tuple[int, subprocess.Popen[str]]) -> None:
    port, process = listener
    one = (MESSAGES / "mdm-t02-discharge-summary.hl7").read_bytes()
    other = one.replace(b"|MDM^T02", b"|MDM^T02", 1).replace(b"\rPV1|", b"\rNTE|1||another\rPV1|", 1)
    assert codes(asyncio.run(_answers(port, [one, b"hello", one, b"MSH|^~\\&|x"]))) [:3] == ["AA", "AR", "AA"]
    assert len(rows(site, schema.document)) == 1
    answers = asyncio.run(_answers(port, [other])) if other != one else []
    assert codes(answers) in ([], ["AE"])
    assert all(b"CH-0602" in a for a in answers)
    process.send_signal(signal.SIGTERM)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 0
    assert "Stopped" in out
    assert "Traceback" not in err


def test_the_sender_of_the_hl7_package_is_acknowledged(site: Path, listener: tuple[int, subprocess.Popen[str]]) -> None:
    port, _ = listener
    sender = Path(sys.executable).parent / "mllp_send"
    if not sender.exists():
        pytest.skip("the hl7 package is not installed")
    done = subprocess.run([sender, "--loose", "--file", MESSAGES / "adt-a01-admission.hl7", "--port", str(port), "127.0.0.1"], capture_output=True, text=True, timeout=60, check=True)
    assert "MSA|AA|" in done.stdout.replace("\r", "\n")
    assert len(rows(site, schema.encounter)) == 1


def test_a_killed_listener_loses_and_doubles_nothing() -> None:
    done = subprocess.run([sys.executable, ROOT / "benchmarks" / "kills_listener.py", "3"], capture_output=True, text=True, timeout=600, env=dict(os.environ), check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "wrong: nothing" in done.stdout


# -- watch ---------------------------------------------------------------------------------------------------------------------------------


def watching(folder: Path) -> subprocess.Popen[str]:
    return subprocess.Popen([sys.executable, "-c", RUN, "intake", "watch", str(folder)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=dict(os.environ))


def wait_for(what: Callable[[], bool], seconds: float = 60) -> bool:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if what():
            return True
        time.sleep(0.1)
    return False


def test_a_watched_folder_is_emptied_into_done_and_refused(site: Path, tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "a.hl7").write_bytes((MESSAGES / "adt-a01-admission.hl7").read_bytes())
    (folder / "b.bin").write_bytes(b"\x00\x01\x02" * 50)
    (folder / "c.hl7.part").write_bytes(b"MSH|")
    process = watching(folder)
    try:
        assert wait_for(lambda: (folder / "done" / "a.hl7").exists() and (folder / "refused" / "b.bin").exists())
        assert "it is a binary file" in (folder / "refused" / "b.bin.reason.txt").read_text(encoding="utf-8")
        assert (folder / "c.hl7.part").exists()
        (folder / "a.hl7").write_bytes((MESSAGES / "mdm-t02-discharge-summary.hl7").read_bytes())
        assert wait_for(lambda: (folder / "done" / "a-2.hl7").exists())
        second = watching(folder)
        assert (second.wait(60), second.stderr.read()[:7] if second.stderr else "") == (2, "CH-0603")
    finally:
        process.terminate()
        assert process.wait(60) == 0
    assert len(rows(site, schema.document)) == 1


def test_killed_between_commit_and_move_a_file_is_taken_once(charthouse: Charthouse, site: Path, tmp_path: Path) -> None:
    """The record has it, the folder still too: as a kill between the two leaves it."""
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "n.hl7").write_bytes((MESSAGES / "mdm-t02-discharge-summary.hl7").read_bytes())
    assert charthouse("intake", "add", str(folder / "n.hl7")).exit_code == 0
    process = watching(folder)
    try:
        assert wait_for(lambda: (folder / "done" / "n.hl7").exists())
    finally:
        process.terminate()
        process.wait(60)
    assert len(rows(site, schema.document)) == 1
