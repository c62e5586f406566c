"""Outboxes: a folder, and a real SSH server."""
from __future__ import annotations

import getpass
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from charthouse.adapters.wire.outbox import FolderOutbox
from charthouse.adapters.wire.sftp_outbox import SftpOutbox
from charthouse.ports.outbox import Outbox
from charthouse.record.errors import BadSetting, CannotSend


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[int, Path]]:
    """OpenSSH's own sshd on loopback; (port, folder with the client's key and the known hosts)."""
    sshd = shutil.which("sshd") or "/usr/sbin/sshd"
    pytest.importorskip("paramiko", reason="paramiko is not installed: pip install 'charthouse[sftp]'")
    if not Path(sshd).exists() or os.getuid() != 0:
        pytest.skip("OpenSSH's server is not installed, or this is not root: apt-get install openssh-server")
    folder = tmp_path_factory.mktemp("ssh")
    for name in ("host", "client"):
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(folder / name)], check=True)
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        port = int(s.getsockname()[1])
    (folder / "authorized").write_bytes((folder / "client.pub").read_bytes())
    (folder / "authorized").chmod(0o600)
    kind, key, *_ = (folder / "host.pub").read_text().split()
    (folder / "known").write_text(f"[127.0.0.1]:{port} {kind} {key}\n")
    (folder / "config").write_text(f"Port {port}\nListenAddress 127.0.0.1\nHostKey {folder}/host\nAuthorizedKeysFile {folder}/authorized\nPidFile {folder}/pid\nStrictModes no\nUsePAM no\nPermitRootLogin yes\nPasswordAuthentication no\nSubsystem sftp internal-sftp\n")
    Path("/run/sshd").mkdir(exist_ok=True)
    process = subprocess.Popen([sshd, "-D", "-e", "-f", str(folder / "config")], stderr=(folder / "log").open("wb"))
    for _ in range(100):
        with socket.socket() as s:
            if s.connect_ex(("127.0.0.1", port)) == 0:
                break
        time.sleep(0.05)
    yield port, folder
    process.terminate()
    process.wait(10)


def over(server: tuple[int, Path], box: Path, **other: Path) -> SftpOutbox:
    port, folder = server
    return SftpOutbox(f"sftp://{getpass.getuser()}@127.0.0.1:{port}{box}", other.get("key", folder / "client"), other.get("known", folder / "known"))


@pytest.mark.parametrize("kind", ["folder", "sftp"])
def test_a_file_is_put_once_and_never_another_in_its_place(kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    box: Outbox = FolderOutbox(tmp_path) if kind == "folder" else over(request.getfixturevalue("server"), tmp_path)
    box.put("1.837p", b"ISA*one~")
    box.put("1.837p", b"ISA*one~")
    assert {p.name: p.read_bytes() for p in tmp_path.iterdir()} == {"1.837p": b"ISA*one~"}
    with pytest.raises(CannotSend, match="says something else"):
        box.put("1.837p", b"ISA*two~")
    assert (tmp_path / "1.837p").read_bytes() == b"ISA*one~"


def test_a_part_that_a_crash_left_is_written_over(server: tuple[int, Path], tmp_path: Path) -> None:
    (tmp_path / ".2.837p.part").write_bytes(b"ISA*ha")
    over(server, tmp_path).put("2.837p", b"ISA*half~" * 10_000)
    assert (tmp_path / "2.837p").stat().st_size == 90_000
    assert len(list(tmp_path.iterdir())) == 1


def test_a_stranger_is_not_spoken_to(server: tuple[int, Path], tmp_path: Path) -> None:
    (tmp_path / "none").write_text("")
    with pytest.raises(CannotSend, match="none that is known"):
        over(server, tmp_path, known=tmp_path / "none").put("3.837p", b"x")
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(tmp_path / "other")], check=True)
    kind, key, *_ = (tmp_path / "other.pub").read_text().split()
    (tmp_path / "wrong").write_text(f"[127.0.0.1]:{server[0]} {kind} {key}\n")
    with pytest.raises(CannotSend, match="another key"):
        over(server, tmp_path, known=tmp_path / "wrong").put("3.837p", b"x")
    with pytest.raises(CannotSend, match="Authentication"):
        over(server, tmp_path, key=tmp_path / "other").put("3.837p", b"x")
    assert not (tmp_path / "3.837p").exists()


def test_what_is_not_there_is_said(server: tuple[int, Path], tmp_path: Path) -> None:
    with pytest.raises(CannotSend, match="No such file"):
        over(server, tmp_path / "nowhere").put("4.837p", b"x")
    with pytest.raises(CannotSend):
        SftpOutbox("sftp://me@127.0.0.1:1/x", None, tmp_path / "k").put("4.837p", b"x")
    file = tmp_path / "file"
    file.write_text("")
    with pytest.raises(CannotSend):
        FolderOutbox(file).put("4.837p", b"x")


@pytest.mark.parametrize("address", ["sftp://host/x", "sftp://me:secret@host/x", "ftp://me@host/x", "sftp:///x"])
def test_an_address_that_is_none(address: str, tmp_path: Path) -> None:
    with pytest.raises(BadSetting):
        SftpOutbox(address, None, tmp_path)
