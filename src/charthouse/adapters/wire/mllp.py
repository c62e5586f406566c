"""MLLP (HL7 Minimal Lower Layer Protocol, release 1): <VT> message <FS><CR> over TCP, acknowledged only when what was received is on disk.

All messages that wait, over all connections, are handed to `handle` together, which runs beside the event loop and commits them as one; each
connection gets its answers in the order of its messages, and only then. A message that was not answered is sent again by its sender.
"""
from __future__ import annotations

import asyncio
import contextlib
import ssl
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial

from charthouse.adapters.wire.mllp_frames import Frames, framed
from charthouse.record.errors import CannotListen

Handle = Callable[[list[bytes]], list[bytes]]
Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Bytes, seconds and counts. A started message must be whole within `frame_seconds`; a quiet connection is kept for `idle_seconds`."""

    frame_bytes: int = 64_000_000
    waiting_bytes: int = 256_000_000
    group: int = 500
    ahead: int = 100  # messages of one connection that may wait
    connections: int = 200
    idle_seconds: float = 3600.0
    frame_seconds: float = 60.0
    write_seconds: float = 30.0


def tls_context(certificate: str, key: str, *, clients: str = "") -> ssl.SSLContext:
    """TLS 1.2 or later. With `clients` (a file of certificate authorities) only clients whose certificate one of them signed may connect."""
    try:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        context.load_cert_chain(certificate, key)
        if clients:
            context.verify_mode = ssl.CERT_REQUIRED
            context.load_verify_locations(clients)
    except (OSError, ssl.SSLError) as error:
        raise CannotListen(where="the port with TLS", why=f"the certificate cannot be used ({type(error).__name__})") from error
    return context


async def serve(host: str, port: int, handle: Handle, *, stop: asyncio.Event, tls: ssl.SSLContext | None = None, limits: Limits | None = None,
                tell: Tell = lambda note: None, ready: Callable[[int], None] = lambda port: None) -> None:
    """Listen until `stop` is set, then answer what was taken and return. `ready` is told the port (that was free, for port 0); `tell` what was odd
    on the line, without a word of what was sent. Raises `CannotListen`."""
    listener = _Listener(handle, limits or Limits(), tell)
    try:
        server = await asyncio.start_server(listener.connected, host, port, ssl=tls, limit=1 << 16, **({"ssl_handshake_timeout": 10.0} if tls else {}))
    except OSError as error:
        raise CannotListen(where=f"{host}:{port}", why=error.strerror or type(error).__name__) from error
    committer = asyncio.create_task(listener.commit())
    ready(server.sockets[0].getsockname()[1])
    try:
        await stop.wait()
    finally:
        server.close()
        await listener.finish(committer)


class _Listener:
    """The connections and the one queue between them and `handle`."""

    def __init__(self, handle: Handle, limits: Limits, tell: Tell) -> None:
        self._handle, self._limits, self._tell = handle, limits, tell
        self._queue: asyncio.Queue[tuple[_Connection, bytes] | None] = asyncio.Queue()
        self._waiting = 0  # bytes taken and not answered
        self._room = asyncio.Condition()
        self._open: dict[asyncio.Task[None], asyncio.Task[None]] = {}  # who takes, and the whole connection

    async def connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if len(self._open) >= self._limits.connections:
            self._tell("a connection was refused: there are as many as may be")
            writer.close()
            return
        connection = _Connection(reader, writer, self._limits, self._tell)
        taking = asyncio.create_task(self._take(connection))
        whole = asyncio.current_task()
        assert whole is not None
        self._open[taking] = whole
        try:
            await asyncio.wait([taking])
            await connection.answered()
        finally:
            del self._open[taking]
            await connection.close()

    async def _take(self, connection: _Connection) -> None:
        async for message in connection.messages():
            async with self._room:
                await self._room.wait_for(partial(self._may_take, connection, len(message)))
            self._waiting += len(message)
            connection.took()
            self._queue.put_nowait((connection, message))

    def _may_take(self, connection: _Connection, size: int) -> bool:
        return connection.ahead < self._limits.ahead and (not self._waiting or self._waiting + size <= self._limits.waiting_bytes)

    async def commit(self) -> None:
        """Hand over all that waits, again and again, one group after the other; ends at None in the queue."""
        ended = False
        with ThreadPoolExecutor(1, thread_name_prefix="mllp") as beside:
            while not ended:
                group, ended = self._group(await self._queue.get())
                standing = [(c, m) for c, m in group if not c.failed]  # what came after an unanswered message comes again, in its order
                await self._handed(beside, standing)
                for connection, _ in group:
                    connection.ahead_less()
                self._waiting -= sum(len(message) for _, message in group)
                async with self._room:
                    self._room.notify_all()

    async def _handed(self, beside: ThreadPoolExecutor, group: list[tuple[_Connection, bytes]]) -> None:
        if not group:
            return
        try:
            answers = await asyncio.get_running_loop().run_in_executor(beside, self._handle, [message for _, message in group])
            if len(answers) != len(group):
                raise ValueError("as many answers as messages")
        except Exception as error:
            if len(group) > 1:  # so that one message does not hold up the others
                for one in group:
                    await self._handed(beside, [] if one[0].failed else [one])
                return
            self._tell(f"a message was not answered ({type(error).__name__}); its sender will send it again")
            group[0][0].fail()
            return
        for (connection, _), answer in zip(group, answers, strict=True):
            connection.answer(answer)

    def _group(self, first: tuple[_Connection, bytes] | None) -> tuple[list[tuple[_Connection, bytes]], bool]:
        group: list[tuple[_Connection, bytes]] = []
        item = first
        while item is not None:
            group.append(item)
            if len(group) >= self._limits.group or self._queue.empty():
                return group, False
            item = self._queue.get_nowait()
        return group, True

    async def finish(self, committer: asyncio.Task[None]) -> None:
        """No connection reads any more; what was taken is committed and answered."""
        whole = list(self._open.values())
        for taking in self._open:
            taking.cancel()
        await asyncio.sleep(0)
        self._queue.put_nowait(None)
        await committer
        if whole:
            await asyncio.wait(whole, timeout=self._limits.write_seconds)


class _Connection:
    """One sender: its messages in order, its answers in the same order."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, limits: Limits, tell: Tell) -> None:
        self._reader, self._writer, self._limits, self._tell = reader, writer, limits, tell
        self._frames = Frames(limits.frame_bytes, tell)
        self.ahead = 0
        self._done = asyncio.Event()
        self._done.set()
        self.failed = False

    async def messages(self) -> AsyncIterator[bytes]:
        """What is received, message by message, until the sender ends or breaks the rules of the line."""
        loop = asyncio.get_running_loop()
        until = loop.time() + self._limits.idle_seconds
        while not self.failed:
            try:
                async with asyncio.timeout(self._limits.write_seconds):
                    await self._writer.drain()
            except (OSError, TimeoutError):
                return
            try:
                async with asyncio.timeout_at(until):
                    data = await self._reader.read(1 << 16)
            except TimeoutError:
                self._tell("a connection was closed: " + ("its message did not come to an end" if self._frames.begun else "it was quiet for too long"))
                return
            except OSError:
                return
            if not data:
                if self._frames.begun:
                    self._tell("a connection ended within a message; it was not taken")
                return
            before = self._frames.begun
            found, since = self._frames.add(data), loop.time()
            for message in found:
                yield message
            until += loop.time() - since  # the time in which we did not read is not the sender's
            if self._frames.broken:
                self._tell("a connection was closed: its message is larger than is taken")
                return
            if not self._frames.begun:
                until = loop.time() + self._limits.idle_seconds
            elif found or not before:
                until = loop.time() + self._limits.frame_seconds

    def took(self) -> None:
        self.ahead += 1
        self._done.clear()

    def ahead_less(self) -> None:
        self.ahead -= 1
        if self.ahead == 0:
            self._done.set()

    def answer(self, answer: bytes) -> None:
        if answer and not self.failed and not self._writer.is_closing():
            self._writer.write(framed(answer))

    def fail(self) -> None:
        """Nothing more is answered: the order of answers would not be that of messages."""
        self.failed = True
        self._writer.close()

    async def answered(self) -> None:
        await self._done.wait()

    async def close(self) -> None:
        with contextlib.suppress(OSError, TimeoutError, asyncio.CancelledError):
            async with asyncio.timeout(self._limits.write_seconds):
                await self._writer.drain()
                self._writer.close()
                await self._writer.wait_closed()
        self._writer.transport.abort()
