"""Time limits for whoever sends slowly: a connection that brings no request, and a body that never ends."""

import asyncio
import resource
import time
from typing import Any

from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

HEAD_SECONDS = 15.0
"""From a connection, or the first byte of its next request, to the end of the request's head."""

PAUSE_SECONDS = 10.0
"""Between two pieces of a body."""

BODY_SECONDS = 120.0
"""For a whole body: ten photos over a slow telephone line."""

_RESERVED_FILES = 200
"""File descriptors kept for the database, the model and the media."""

_MOST_CONNECTIONS = 4_000


def most_connections() -> int:
    """Connections that one process holds at once, after raising its limit of open files as far as it may."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _MOST_CONNECTIONS + _RESERVED_FILES
    most = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    if soft < most:
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
        soft = most
    return max(100, min(_MOST_CONNECTIONS, soft - _RESERVED_FILES))


class HurryingProtocol(HttpToolsProtocol):
    """uvicorn's protocol, hanging up on connections that do not come to the point."""

    _hurry: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._begin()

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._begin()

    def on_headers_complete(self) -> None:
        self._end()
        super().on_headers_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        self._end()
        super().connection_lost(exc)

    def _begin(self) -> None:
        self._end()
        self._hurry = self.loop.call_later(HEAD_SECONDS, self.transport.abort)

    def _end(self) -> None:
        if self._hurry is not None:
            self._hurry.cancel()
            self._hurry = None


class HurryingMiddleware:
    """Answers 408 when a body takes too long; what waits behind it sees that the client is gone."""

    def __init__(self, app: ASGIApp, *, pause: float = PAUSE_SECONDS, whole: float = BODY_SECONDS) -> None:
        """`pause` and `whole` in seconds."""
        self._app = app
        self._pause, self._whole = pause, whole

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        body = _Body(receive, send, self._pause, time.monotonic() + self._whole)
        try:
            await self._app(scope, body.receive, body.send)
        except ClientDisconnect:
            if not body.is_late:
                raise
        if body.is_late and not body.is_answered:
            await body.refuse()


class _Body:
    """One request's body on its way in, and whether its answer has begun."""

    def __init__(self, receive: Receive, send: Send, pause: float, deadline: float) -> None:
        self._receive, self._send = receive, send
        self._pause, self._deadline = pause, deadline
        self._is_whole = False
        self.is_late = False
        self.is_answered = False

    async def receive(self) -> Message:
        if self._is_whole:  # whoever still listens waits for the client to leave, as long as that takes
            return await self._receive()
        if self.is_late:
            return {"type": "http.disconnect"}
        try:
            async with asyncio.timeout(min(self._pause, self._deadline - time.monotonic())):
                message = await self._receive()
        except TimeoutError:
            self.is_late = True
            return {"type": "http.disconnect"}
        self._is_whole = not message.get("more_body", False)
        return message

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            if self.is_late:
                await self.refuse()
            self.is_answered = True
        if not self.is_late:
            await self._send(message)

    async def refuse(self) -> None:
        if self.is_answered:
            return
        self.is_answered = True
        headers: list[tuple[bytes, bytes]] = [(b"content-type", b"text/plain"), (b"connection", b"close")]
        start: dict[str, Any] = {"type": "http.response.start", "status": 408, "headers": headers}
        await self._send(start)
        await self._send({"type": "http.response.body", "body": b"too slow"})
