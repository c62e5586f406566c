"""What every answer says to browsers, how large a request may be, and that a fault quotes nothing. Middleware of ASGI."""
from __future__ import annotations

import sys
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

MOST = 32 * 2**20  # bytes of a body
POLICY = ("default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; font-src 'self'; form-action 'self'; "
          "frame-ancestors 'none'; base-uri 'none'")
HEADERS = [(b"content-security-policy", POLICY.encode()), (b"x-content-type-options", b"nosniff"), (b"x-frame-options", b"DENY"), (b"referrer-policy", b"same-origin"),
           (b"cross-origin-opener-policy", b"same-origin"), (b"cross-origin-resource-policy", b"same-origin"), (b"permissions-policy", b"camera=(), microphone=(), geolocation=()")]
PLAIN = b"Something went wrong inside Charthouse. What was saved before is safe. Load the page again; if it happens again, tell who runs it."
Message = MutableMapping[str, Any]


class Headers:
    """Outermost. Pages are kept nowhere (`no-store`); files of ours are kept for good where their address names what they hold."""

    def __init__(self, app: Callable[..., Awaitable[None]], most: int = MOST) -> None:
        self.app, self.most = app, most

    async def __call__(self, scope: Message, receive: Callable[[], Awaitable[Message]], send: Callable[[Message], Awaitable[None]]) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        ours, named = scope["path"].startswith("/static/"), scope["query_string"].startswith(b"v=")
        kept = (b"public, max-age=31536000, immutable" if named else b"no-cache") if ours else b"no-store"
        begun, came = False, 0
        read = next((int(v) for k, v in scope["headers"] if k == b"content-length" and v.isdigit()), 0)  # what is announced counts before it comes

        async def counted() -> Message:
            nonlocal read, came
            message = await receive()
            came += len(message.get("body", b""))
            read = max(read, came)
            if read > self.most:
                raise ValueError("the request is too large")
            return message

        async def sending(message: Message) -> None:
            nonlocal begun
            if message["type"] == "http.response.start":
                begun = True
                message["status"] = 413 if read > self.most else message["status"]
                message["headers"] = [*message.get("headers", ()), *HEADERS, (b"cache-control", kept)]
            await send(message)

        try:
            await self.app(scope, counted, sending)
        except Exception as error:  # only its kind is told: its text may quote a chart
            sys.stderr.write(f"{type(error).__name__} inside the workbench\n")
            if not begun:
                await sending({"type": "http.response.start", "status": 413 if read > self.most else 500, "headers": [(b"content-type", b"text/plain; charset=utf-8")]})
                await sending({"type": "http.response.body", "body": PLAIN})
