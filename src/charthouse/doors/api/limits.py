"""How large a request may be and how long it may take; what every answer says to caches and browsers; and that a fault quotes nothing."""
from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from fastapi import Request

from charthouse.doors.api import answers
from charthouse.record.errors import CharthouseError, TooLarge, TooSlow

MOST = 64 * 2**20  # bytes of a body
SECONDS = 120.0
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[MutableMapping[str, Any], Receive, Send], Awaitable[None]]
HEADERS = [(b"cache-control", b"no-store"), (b"x-content-type-options", b"nosniff"), (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'; sandbox")]


class _TooMuch(Exception):
    pass


class Limits:
    """Middleware of ASGI. The body is counted as it comes in, whatever its header says."""

    def __init__(self, app: App, most: int = MOST, seconds: float = SECONDS) -> None:
        self.app, self.most, self.seconds = app, most, seconds

    async def __call__(self, scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        begun = False
        read = 0

        async def counted() -> Message:
            nonlocal read
            message = await receive()
            read += len(message.get("body", b""))
            if read > self.most:
                raise _TooMuch
            return message

        async def sending(message: Message) -> None:
            nonlocal begun
            if message["type"] == "http.response.start":
                begun = True
                message["headers"] = [*message.get("headers", ()), *HEADERS]
            await send(message)

        said = dict(scope["headers"]).get(b"content-length", b"0")
        try:
            if said.isdigit() and int(said) > self.most:
                raise _TooMuch
            async with asyncio.timeout(self.seconds):
                await self.app(scope, counted, sending)
        except _TooMuch:
            problem: CharthouseError = TooLarge(most=self.most)
        except TimeoutError:
            problem = TooSlow(seconds=int(self.seconds))
        except Exception as error:  # a fault of ours: only its kind is told, for its text may quote a chart
            sys.stderr.write(f"{type(error).__name__} inside the API\n")
            problem = CharthouseError()
        else:
            return
        if not begun:
            answer = answers.error(Request(scope), problem)
            await answer(scope, receive, sending)
