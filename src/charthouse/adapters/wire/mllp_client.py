"""One message to a receiver of HL7 v2 over MLLP, and its acknowledgement."""
from __future__ import annotations

import socket
import ssl
from urllib.parse import urlsplit

from charthouse.adapters.wire.mllp_frames import Frames, framed
from charthouse.record.errors import BadRequest, ServerRefused

SECONDS, MOST = 30.0, 1_000_000


def send(address: str, message: bytes) -> None:
    """To `mllp://HOST:PORT`, or `mllps://` with TLS whose certificate is checked. Raises `ServerRefused` where it does not answer or does not take it, `BadRequest` for another address."""
    where = urlsplit(address)
    if where.scheme not in ("mllp", "mllps") or not where.hostname or not where.port:
        raise BadRequest(why="The address of a receiver of HL7 is mllp://HOST:PORT, or mllps://HOST:PORT with TLS")
    try:
        with socket.create_connection((where.hostname, where.port), SECONDS) as plain:
            line = ssl.create_default_context().wrap_socket(plain, server_hostname=where.hostname) if where.scheme == "mllps" else plain
            line.settimeout(SECONDS)
            line.sendall(framed(message))
            answer = _answer(line)
    except OSError as error:
        raise ServerRefused(why=f"does not answer ({type(error).__name__})") from None
    code = next((f[1] for f in (segment.split(b"|") for segment in answer.split(b"\r")) if f[0] == b"MSA" and len(f) > 1), b"")
    if code not in (b"AA", b"CA"):
        raise ServerRefused(why=f"does not take the message ({code.decode('ascii', 'replace')[:2] or 'no acknowledgement'})")


def _answer(line: socket.socket) -> bytes:
    frames, came = Frames(MOST, lambda _: None), 0
    while came < MOST:
        data = line.recv(65536)
        if not data:
            return b""
        came += len(data)
        found = frames.add(data)
        if found:
            return found[0]
    return b""
