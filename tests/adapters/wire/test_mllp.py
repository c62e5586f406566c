"""The listener over real sockets, and with the sender of others."""
from __future__ import annotations

import asyncio
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from charthouse.adapters.wire.hl7_ack import acknowledge
from charthouse.adapters.wire.mllp import Handle, Limits, serve, tls_context
from charthouse.adapters.wire.mllp_frames import Frames, framed
from charthouse.record.errors import CannotListen

ADT = b"MSH|^~\\&|ADT|HOSP|CH|CH|20261126120000||ADT^A08|%b|P|2.3\rPID|1||1^^^HOSP||Testcase^Ida\r"
Client = Callable[[int], Awaitable[None]]


def message(number: object) -> bytes:
    return ADT % str(number).encode()


def acknowledged(messages: list[bytes]) -> list[bytes]:
    return [acknowledge(m, "AA", at=datetime(2026, 11, 26, tzinfo=UTC)) for m in messages]


def run(client: Client, handle: Handle = acknowledged, *, limits: Limits | None = None, **tls: object) -> list[str]:
    """Run a client against a listener, stop it, and give what it told."""
    told: list[str] = []

    async def both() -> None:
        stop, port = asyncio.Event(), asyncio.get_running_loop().create_future()
        server = asyncio.create_task(serve("127.0.0.1", 0, handle, stop=stop, limits=limits, tell=told.append, ready=port.set_result, **tls))  # type: ignore[arg-type]
        try:
            async with asyncio.timeout(20):
                await client(await port)
        finally:
            stop.set()
            await server

    asyncio.run(both())
    return told


async def answers(reader: asyncio.StreamReader, count: int) -> list[bytes]:
    """The control numbers (MSA-2) of the next answers."""
    return [(await reader.readuntil(b"\x1c\r")).split(b"MSA|AA|")[1].split(b"\r")[0] for _ in range(count)]


# -- frames ------------------------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("size", [1, 2, 3, 7, 1000])
def test_frames_are_found_however_the_stream_is_cut(size: int) -> None:
    stream = framed(message(1)) + framed(message(2)) + b"\n" + b"\x0b" + message(3) + b"\x1c" + framed(message(4))
    told: list[str] = []
    frames = Frames(10_000, told.append)
    found = [m for i in range(0, len(stream), size) for m in frames.add(stream[i:i + size])]
    assert found == [message(n) for n in (1, 2, 3, 4)]
    assert (told, frames.begun) == ([], False)


def test_what_stands_between_frames_is_told_and_left_out() -> None:
    told: list[str] = []
    assert Frames(10_000, told.append).add(b"GET / HTTP/1.1\r\n" + framed(message(1))) == [message(1)]
    assert told == ["14 bytes stood between messages and were left out"]


def test_a_message_that_the_next_one_cuts_off_is_not_taken() -> None:
    told: list[str] = []
    assert Frames(10_000, told.append).add(b"\x0b" + message(1)[:40] + framed(message(2))) == [message(2)]
    assert told == ["a message was cut off by the next one and was not taken"]


def test_a_vertical_tab_and_a_separator_within_a_text_are_text() -> None:
    text = message(1) + b"OBX|1|TX|A||one\x0btwo\x1cthree\r"
    assert Frames(10_000, lambda note: None).add(framed(text)) == [text]


def test_a_frame_that_is_too_large_breaks_the_line_and_holds_no_memory() -> None:
    frames = Frames(1000, lambda note: None)
    assert frames.add(b"\x0b" + b"x" * 2000) == []
    assert frames.broken
    assert not frames._held


# -- the listener ------------------------------------------------------------------------------------------------------------------------
def test_each_message_is_answered_in_order_after_handle() -> None:
    groups: list[int] = []

    def handle(messages: list[bytes]) -> list[bytes]:
        assert threading.current_thread() is not threading.main_thread()
        groups.append(len(messages))
        time.sleep(0.02)
        return acknowledged(messages)

    async def one(port: int, first: int) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"".join(framed(message(n)) for n in range(first, first + 100)))
        assert await answers(reader, 100) == [str(n).encode() for n in range(first, first + 100)]
        writer.close()

    async def client(port: int) -> None:
        await asyncio.gather(*(one(port, first) for first in (1000, 2000, 3000)))

    assert run(client, handle) == []
    assert sum(groups) == 300
    assert len(groups) < 100  # what waits is handed over together


def test_nothing_is_answered_before_handle_has_returned() -> None:
    gate = threading.Event()

    def handle(messages: list[bytes]) -> list[bytes]:
        gate.wait(10)
        return acknowledged(messages)

    async def client(port: int) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(framed(message(1)))
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(reader.read(1), 0.2)
        gate.set()
        assert await answers(reader, 1) == [b"1"]
        writer.close()

    assert run(client, handle) == []


def test_a_message_that_handle_fails_on_is_not_answered_and_stops_no_other() -> None:
    def handle(messages: list[bytes]) -> list[bytes]:
        if any(b"|bad|" in m for m in messages):
            raise RuntimeError("text that must not be told")
        return acknowledged(messages)

    async def client(port: int) -> None:
        bad, good = await asyncio.open_connection("127.0.0.1", port), await asyncio.open_connection("127.0.0.1", port)
        bad[1].write(framed(message("bad")) + framed(message("after")))
        good[1].write(framed(message(1)))
        assert await answers(good[0], 1) == [b"1"]
        assert await bad[0].read() == b""  # closed: the sender sends both again
        good[1].close()

    assert run(client, handle) == ["a message was not answered (RuntimeError); its sender will send it again"]


def test_a_stop_answers_what_was_taken() -> None:
    taken = threading.Event()

    def handle(messages: list[bytes]) -> list[bytes]:
        taken.set()
        time.sleep(0.3)
        return acknowledged(messages)

    got: list[bytes] = []

    async def stopping() -> None:
        stop, port = asyncio.Event(), asyncio.get_running_loop().create_future()
        server = asyncio.create_task(serve("127.0.0.1", 0, handle, stop=stop, ready=port.set_result))
        reader, writer = await asyncio.open_connection("127.0.0.1", await port)
        writer.write(framed(message(1)) + framed(message(2)) + b"\x0bMSH|half")
        await asyncio.to_thread(taken.wait, 5)
        stop.set()
        got.extend(await answers(reader, 2))
        assert await reader.read() == b""
        await asyncio.wait_for(server, 5)
        writer.close()

    asyncio.run(stopping())
    assert got == [b"1", b"2"]


def test_no_answer_is_sent_where_none_is_wanted() -> None:
    async def client(port: int) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(framed(message(1).replace(b"|P|2.3", b"|P|2.3|||NE|NE")) + framed(message(2)))
        assert await answers(reader, 1) == [b"2"]
        writer.close()

    assert run(client) == []


@pytest.mark.parametrize(("sent", "limits", "note"), [
    (b"", Limits(idle_seconds=0.2), "a connection was closed: it was quiet for too long"),
    (b"\x0bMSH|^~\\&|slow", Limits(frame_seconds=0.2), "a connection was closed: its message did not come to an end"),
    (b"\x0bMSH|" + b"x" * 5000, Limits(frame_bytes=1000), "a connection was closed: its message is larger than is taken"),
])  # fmt: skip
def test_a_sender_that_breaks_the_rules_of_the_line_is_cut_off(sent: bytes, limits: Limits, note: str) -> None:
    async def client(port: int) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(sent)
        assert await reader.read() == b""
        writer.close()

    assert run(client, limits=limits) == [note]


def test_a_drip_of_bytes_does_not_keep_a_message_open() -> None:
    async def client(port: int) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"\x0b")
        for _ in range(40):
            writer.write(b"x")
            await asyncio.sleep(0.05)
            if reader.at_eof():
                break
        assert reader.at_eof()
        writer.close()

    assert "did not come to an end" in run(client, limits=Limits(frame_seconds=0.3))[0]


def test_no_more_connections_than_may_be() -> None:
    async def client(port: int) -> None:
        kept = await asyncio.open_connection("127.0.0.1", port)
        kept[1].write(framed(message(1)))
        assert await answers(kept[0], 1) == [b"1"]
        refused = await asyncio.open_connection("127.0.0.1", port)
        assert await refused[0].read() == b""
        for _, writer in (kept, refused):
            writer.close()

    assert run(client, limits=Limits(connections=1)) == ["a connection was refused: there are as many as may be"]


def test_a_sender_is_held_back_while_much_waits() -> None:
    most = [0]

    def handle(messages: list[bytes]) -> list[bytes]:
        most[0] = max(most[0], len(messages))
        time.sleep(0.01)
        return acknowledged(messages)

    async def client(port: int) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"".join(framed(message(n)) for n in range(200)))
        assert len(await answers(reader, 200)) == 200
        writer.close()

    run(client, handle, limits=Limits(ahead=5))
    assert most[0] <= 5


def test_a_port_that_is_taken_is_told() -> None:
    async def client(port: int) -> None:
        with pytest.raises(CannotListen, match=str(port)):
            await serve("127.0.0.1", port, acknowledged, stop=asyncio.Event())

    run(client)


# -- TLS ---------------------------------------------------------------------------------------------------------------------------------
@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An authority, and a certificate for the listener and one for a client."""
    folder = tmp_path_factory.mktemp("tls")
    run_in = {"cwd": folder, "check": True, "capture_output": True}
    new = ["openssl", "req", "-newkey", "rsa:2048", "-nodes", "-days", "2"]
    subprocess.run([*new, "-x509", "-keyout", "ca.key", "-out", "ca.pem", "-subj", "/CN=Test authority"], **run_in)  # type: ignore[call-overload]
    for name in ("server", "client"):
        subprocess.run([*new, "-keyout", f"{name}.key", "-out", f"{name}.csr", "-subj", f"/CN={name}"], **run_in)  # type: ignore[call-overload]
        (folder / "ext").write_text("subjectAltName=IP:127.0.0.1\n")
        subprocess.run(["openssl", "x509", "-req", "-in", f"{name}.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", "2",
                        "-extfile", "ext", "-out", f"{name}.pem"], **run_in)  # type: ignore[call-overload]
    return folder


def test_only_clients_with_a_certificate_are_heard(certificates: Path) -> None:
    server = tls_context(str(certificates / "server.pem"), str(certificates / "server.key"), clients=str(certificates / "ca.pem"))
    stranger = ssl.create_default_context(cafile=str(certificates / "ca.pem"))
    known = ssl.create_default_context(cafile=str(certificates / "ca.pem"))
    known.load_cert_chain(certificates / "client.pem", certificates / "client.key")

    async def as_stranger(port: int) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port, ssl=stranger)
        writer.write(framed(message(2)))
        await answers(reader, 1)

    async def client(port: int) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port, ssl=known)
        writer.write(framed(message(1)))
        assert await answers(reader, 1) == [b"1"]
        writer.close()
        with pytest.raises((ssl.SSLError, OSError, asyncio.IncompleteReadError)):
            await as_stranger(port)

    run(client, tls=server)


def test_a_certificate_that_is_none_is_told(tmp_path: Path) -> None:
    (tmp_path / "x").write_text("none")
    with pytest.raises(CannotListen):
        tls_context(str(tmp_path / "x"), str(tmp_path / "x"))


# -- a real peer -------------------------------------------------------------------------------------------------------------------------
def test_mllp_send_is_acknowledged(tmp_path: Path) -> None:
    """The sender of the `hl7` package, as it is installed, with a file of three messages."""
    file = tmp_path / "three.hl7"
    file.write_bytes(b"".join(framed(message(n)) for n in (1, 2, 3)))
    sender = Path(sys.executable).parent / "mllp_send"
    done: list[bytes] = []

    async def client(port: int) -> None:
        process = await asyncio.create_subprocess_exec(sender, "--file", file, "--port", str(port), "127.0.0.1", stdout=asyncio.subprocess.PIPE)
        done.append((await process.communicate())[0])
        assert process.returncode == 0

    run(client)
    assert [line for line in done[0].replace(b"\n", b"\r").split(b"\r") if line.startswith(b"MSA")] == [b"MSA|AA|1", b"MSA|AA|2", b"MSA|AA|3"]
