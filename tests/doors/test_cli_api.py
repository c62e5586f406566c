"""`charthouse api` serves; `charthouse api-key`: made once, shown once, listed, revoked."""
from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import httpx2
import pytest
from click.testing import Result

Command = Callable[..., Result]


@pytest.fixture(autouse=True)
def record_of_its_own(charthouse: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHARTHOUSE_DATA", str(tmp_path / "data"))
    assert charthouse("init").exit_code == 0


def test_a_key_is_made_listed_and_revoked(charthouse: Command) -> None:
    assert "There is no key" in charthouse("api-key", "list").stdout
    made = charthouse("api-key", "add", "EHR bridge", "--role", "coder", "--role", "engine", "--facility", "north side", "--days", "30", "--purpose", "payment")
    assert made.exit_code == 0
    key = made.stdout.strip()
    prefix = key.split("_")[1]
    listed = charthouse("api-key", "list").stdout
    assert f"{prefix}  EHR bridge  good until" in listed
    assert "roles coder engine  facilities north side  purpose payment" in listed
    assert key not in listed
    assert charthouse("api-key", "revoke", prefix).exit_code == 0
    assert "revoked" in charthouse("api-key", "list").stdout
    again = charthouse("api-key", "revoke", prefix)
    assert (again.exit_code, "CH-0415" in again.stderr) == (2, True)


@pytest.mark.parametrize("arguments", [("x", "--role", "king"), ("", "--role", "coder"), ("x", "--role", "coder", "--purpose", "fun"), ("a\nb", "--role", "coder"), ("x" * 61, "--role", "coder")])
def test_a_key_that_makes_no_sense_is_not_made(charthouse: Command, arguments: tuple[str, ...]) -> None:
    refused = charthouse("api-key", "add", *arguments)
    assert (refused.exit_code, "CH-0205" in refused.stderr) == (4, True)
    assert "There is no key" in charthouse("api-key", "list").stdout


@pytest.mark.parametrize(("name", "value"), [("CHARTHOUSE_OIDC_AUDIENCE", ""), ("CHARTHOUSE_OIDC_ROLES", "coder")])
def test_a_half_set_identity_provider_is_refused(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    from charthouse import settings
    from charthouse.record.errors import BadSetting

    for variable, good in (("ISSUER", "https://id.example"), ("AUDIENCE", "charthouse"), ("ROLES", "a=coder")):
        monkeypatch.setenv(f"CHARTHOUSE_OIDC_{variable}", good)
    assert settings.identity_provider() is not None
    monkeypatch.setenv(name, value)
    with pytest.raises(BadSetting, match=name):
        settings.identity_provider()


def test_half_set_credentials_of_a_server_are_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from charthouse import settings
    from charthouse.record.errors import BadSetting

    monkeypatch.setenv("CHARTHOUSE_PULL_CLIENT", "me")
    with pytest.raises(BadSetting):
        settings.pull_credentials()
    monkeypatch.setenv("CHARTHOUSE_PULL_KEY", str(tmp_path / "none"))
    with pytest.raises(BadSetting):
        settings.pull_credentials()


def test_the_server_runs_and_stops(charthouse: Command, data_folder: Path, tmp_path: Path) -> None:
    """As a process of its own, as an operator starts it."""
    (tmp_path / "data" / "books").symlink_to(data_folder / "books")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    code = "from charthouse.doors.cli.main import main; main()"
    environment = {"CHARTHOUSE_DATA": str(tmp_path / "data"), "PYTHONPATH": ":".join(p for p in sys.path if p), "LC_ALL": "C", "PATH": "/usr/bin:/bin"}
    server = subprocess.Popen([sys.executable, "-c", code, "api", "--port", str(port)], env=environment, stderr=subprocess.PIPE, text=True)
    try:
        said = None
        end = time.monotonic() + 60
        while said is None and time.monotonic() < end and server.poll() is None:
            try:
                said = httpx2.get(f"http://127.0.0.1:{port}/fhir/metadata")
            except httpx2.TransportError:
                time.sleep(0.1)
        assert said is not None
        assert said.json()["fhirVersion"] == "4.0.1"
        assert httpx2.get(f"http://127.0.0.1:{port}/fhir/Patient?family=Secret").status_code == 401
    finally:
        server.terminate()
        _, told = server.communicate(timeout=60)
    assert "Secret" not in told

