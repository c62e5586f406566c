"""An outbox on another machine, by SFTP: a clearing house's inbox, or the site's own gateway."""
from __future__ import annotations

from pathlib import Path
from types import TracebackType
from typing import Any
from urllib.parse import unquote, urlsplit

from charthouse.record.errors import BadSetting, CannotSend, MissingPart

SECONDS = 30.0


class SftpOutbox:
    """Implements `ports.outbox.Outbox`. `address`: sftp://user@host:port/folder. Who answers must show a key of `known_hosts`; who asks shows the private key in `key`. A file
    appears under its name only when all of it is there."""

    def __init__(self, address: str, key: Path | None, known_hosts: Path) -> None:
        at = urlsplit(address)
        if at.scheme != "sftp" or not at.hostname or not at.username or at.password:
            raise BadSetting(name="outbox", why="is not of the form sftp://user@host:port/folder; a password is not taken, a key is")
        self._host, self._port, self._user, self._folder = at.hostname, at.port or 22, unquote(at.username), unquote(at.path).rstrip("/") or "."
        self._where, self._key, self._known = f"sftp://{self._host}:{self._port}{at.path}", key, known_hosts

    def put(self, name: str, content: bytes) -> None:
        try:
            import paramiko
        except ImportError:
            raise MissingPart(what="An outbox by SFTP", part="sftp") from None
        try:
            with _Session(paramiko, self._host, self._port, self._user, self._key, self._known) as sftp:
                whole, part = f"{self._folder}/{name}", f"{self._folder}/.{name}.part"
                if _there(sftp, whole, content, self._where, name):
                    return
                with sftp.open(part, "wb") as file:
                    file.write(content)
                if sftp.stat(part).st_size != len(content):
                    raise CannotSend(where=self._where, why=f"{name} did not come whole")
                sftp.posix_rename(part, whole)
        except paramiko.BadHostKeyException:
            raise CannotSend(where=self._where, why="it shows another key than the known one: ask its owner before you go on") from None
        except (paramiko.SSHException, OSError, EOFError) as error:
            raise CannotSend(where=self._where, why=_why(error)) from None


def _there(sftp: Any, whole: str, content: bytes, where: str, name: str) -> bool:
    """Raises `CannotSend` where it says something else."""
    try:
        with sftp.open(whole, "rb") as file:
            if file.read(len(content) + 1) != content:
                raise CannotSend(where=where, why=f"{name} is there already and says something else")
    except FileNotFoundError:
        return False
    return True


def _why(error: Exception) -> str:
    said = str(error).strip()
    return "its host is none that is known: put its key into the file of known hosts" if "not found in known_hosts" in said else said or type(error).__name__


class _Session:
    def __init__(self, paramiko: Any, host: str, port: int, user: str, key: Path | None, known: Path) -> None:
        self._client = paramiko.SSHClient()
        if known.is_file():
            self._client.load_host_keys(str(known))
        self._client.set_missing_host_key_policy(paramiko.RejectPolicy())
        self._how = {"hostname": host, "port": port, "username": user, "key_filename": str(key) if key else None, "allow_agent": key is None, "look_for_keys": key is None, "timeout": SECONDS, "banner_timeout": SECONDS, "auth_timeout": SECONDS}

    def __enter__(self) -> Any:
        self._client.connect(**self._how)
        return self._client.open_sftp()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._client.close()
