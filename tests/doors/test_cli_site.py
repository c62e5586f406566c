"""The commands of the record, as a person calls them."""
from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pyrage
import pytest
from click.testing import Result

from charthouse.adapters.storage import migrations
from charthouse.bootstrap import record
from charthouse.record.access import Actor
from charthouse.record.filing import Registration

Charthouse = Callable[..., Result]
CLERK = Actor(id="clerk", roles=frozenset({"records_clerk"}), facilities=frozenset({"north"}))


@pytest.fixture
def folder(charthouse: Charthouse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder in which nothing is yet."""
    monkeypatch.setenv("CHARTHOUSE_DATA", str(tmp_path / "data"))
    monkeypatch.delenv("CHARTHOUSE_DATABASE", raising=False)
    monkeypatch.delenv("CHARTHOUSE_KEY", raising=False)
    return tmp_path / "data"


@pytest.fixture
def ready(folder: Path, charthouse: Charthouse) -> Path:
    """A record with a patient."""
    assert charthouse("init").exit_code == 0
    with record.opened() as site:
        record.sign_in(site, CLERK, "operations").register(Registration(facility="north", family="Example"))
    return folder


def test_init_says_what_to_do_next(folder: Path, charthouse: Charthouse) -> None:
    done = charthouse("init")
    assert done.exit_code == 0
    assert "charthouse backup" in done.stdout
    assert str(folder / "keys.json") in done.stdout
    again = charthouse("init")
    assert again.exit_code == 6
    assert "CH-0402" in again.stderr


@pytest.mark.parametrize("command", [("status",), ("migrate",), ("ledger", "verify"), ("ledger", "prove", "1"), ("key", "rotate"), ("backup", "x.age", "--to", "age1")])
def test_without_init_each_says_so(folder: Path, charthouse: Charthouse, command: tuple[str, ...]) -> None:
    done = charthouse(*command)
    assert done.exit_code == 6
    assert "charthouse init" in done.stderr
    assert not folder.exists()


def test_status_counts(ready: Path, charthouse: Charthouse) -> None:
    assert "1 patients, 0 encounters" in charthouse("status").stdout
    state = json.loads(charthouse("status", "--json").stdout)
    assert (state["patient"], state["ledger_entries"], state["tables"]) == (1, 2, migrations.newest())


def test_doctor_finds_what_is_wrong(ready: Path, charthouse: Charthouse) -> None:
    good = charthouse("doctor")
    assert good.exit_code == 0, good.stdout
    assert "✗" not in good.stdout
    (ready / "keys.json").chmod(0o644)
    open_key = charthouse("doctor")
    assert open_key.exit_code == 6
    assert "✗ key" in open_key.stdout
    (ready / "keys.json").chmod(0o600)
    lines = (ready / "checkpoints.ndjson").read_text().splitlines()
    (ready / "checkpoints.ndjson").write_text("\n".join([*lines, json.dumps({"seq": 9, "hash": "0", "signature": "00"})]) + "\n")
    forged = charthouse("doctor")
    assert "✗ ledger" in forged.stdout
    assert charthouse("ledger", "verify").exit_code == 7


def test_doctor_before_init(folder: Path, charthouse: Charthouse) -> None:
    done = charthouse("doctor")
    assert done.exit_code == 6
    assert "charthouse init" in done.stdout


def test_ledger_verify_and_prove(ready: Path, charthouse: Charthouse) -> None:
    verified = charthouse("ledger", "verify")
    assert verified.exit_code == 0
    assert verified.stdout.startswith("2 entries")
    proof = json.loads(charthouse("ledger", "prove", "2").stdout)
    assert (proof["holds"], proof["entry"]["actor"], proof["checkpoint"]["seq"]) == (True, "clerk", 2)
    assert _signed(proof["checkpoint"])
    missing = charthouse("ledger", "prove", "999")
    assert missing.exit_code == 2
    assert "CH-0415" in missing.stderr


def test_who_administers_is_told(ready: Path, charthouse: Charthouse) -> None:
    assert charthouse("key", "rotate").exit_code == 0
    assert charthouse("migrate").stdout == "The tables are at version 0001.\n"
    entries = [json.loads(charthouse("ledger", "prove", str(n)).stdout)["entry"] for n in (1, 3, 4)]
    assert [e["action"] for e in entries] == ["site.init", "key.rotate", "site.migrate"]
    assert all(e["actor"].startswith("os:") and e["purpose"] == "administration" for e in entries)


@pytest.mark.parametrize("way", ["key", "passphrase"])
def test_backup_and_restore_from_a_wiped_folder(ready: Path, charthouse: Charthouse, tmp_path: Path, way: str) -> None:
    key = pyrage.x25519.Identity.generate()
    (tmp_path / "secret.txt").write_text(f"# created: today\n# public key: {key.to_public()}\n{key}\n")
    file = tmp_path / "b.age"
    to, back = (("--to", str(key.to_public())), ("--identity", tmp_path / "secret.txt")) if way == "key" else ((), ())
    words = "" if way == "key" else "a long passphrase\n"
    taken = charthouse("backup", file, *to, stdin=words * 2)
    assert taken.exit_code == 0, taken.stderr
    assert "3 entries" in taken.stdout
    assert charthouse("restore", file, *back, stdin=words).exit_code == 6  # not over what is there
    shutil.rmtree(ready)
    restored = charthouse("restore", file, *back, stdin=words)
    assert restored.exit_code == 0, restored.stderr
    assert "1 patients" in restored.stdout
    assert charthouse("ledger", "verify").exit_code == 0
    assert charthouse("doctor").exit_code == 0


def test_a_short_passphrase_or_a_file_without_a_key_is_refused(ready: Path, charthouse: Charthouse, tmp_path: Path) -> None:
    assert "12 characters" in charthouse("backup", tmp_path / "b", stdin="short\nshort\n").stderr
    (tmp_path / "no-key").write_text("nothing")
    assert "no secret key" in charthouse("restore", tmp_path / "b", "--identity", tmp_path / "no-key").stderr


def test_coding_needs_no_record(folder: Path, charthouse: Charthouse, monkeypatch: pytest.MonkeyPatch, data_folder: Path) -> None:
    monkeypatch.setenv("CHARTHOUSE_DATA", str(data_folder))
    monkeypatch.setenv("CHARTHOUSE_DATABASE", "postgresql://nobody@127.0.0.1:9/nothing")
    assert charthouse("code", "-", "--date", "2026-03-02", stdin="Assessment: gout.").exit_code == 0


def _signed(line: dict[str, object]) -> bool:
    """As an outsider checks it, with the public key alone."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    Ed25519PublicKey.from_public_bytes(bytes.fromhex(str(line["public_key"]))).verify(
        bytes.fromhex(str(line["signature"])), f"charthouse ledger {line['seq']} {line['hash']}".encode())
    return True
