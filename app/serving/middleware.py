"""What surrounds every request: one id from webhook to delivery, and the headers that protect browsers. Plain ASGI."""

import re
from collections.abc import Callable
from functools import cache

import structlog
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from kit.ids import uuid7

TRACE_HEADER = b"x-request-id"
_TRACE = re.compile(r"[A-Za-z0-9._-]{8,64}")
_BASE_HEADERS = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), microphone=(), geolocation=(self)"),
    (b"cross-origin-opener-policy", b"same-origin"),
)
_POLICY = (
    "default-src 'self'; img-src 'self' data: blob:; style-src 'self'; script-src 'self'; "
    "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors {ancestors}"
)


class TraceMiddleware:
    """Gives each request an id, bound to every log line under it and told in the answer."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        trace_id = _given(scope) or uuid7().hex
        scope["guichet.trace_id"] = trace_id

        async def traced(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", []), (TRACE_HEADER, trace_id.encode())]
            await send(message)

        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(trace_id=trace_id)
        await self._app(scope, receive, traced)


class HostMiddleware:
    """Refuses a request that does not say whom it is for, as HTTP/1.1 asks (RFC 9112, 3.2)."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        is_told = scope["type"] != "http" or scope["http_version"] != "1.1"
        if is_told or any(name == b"host" for name, _ in scope["headers"]):
            await self._app(scope, receive, send)
            return
        await PlainTextResponse("no Host", 400)(scope, receive, send)


class HeadersMiddleware:
    """Content policy and its companions on every answer that has not set its own.

    `ancestors(path)` says who may frame a page.
    """

    def __init__(self, app: ASGIApp, *, ancestors: Callable[[str], str], secure: bool) -> None:
        self._app = app
        self._ancestors = ancestors
        self._secure = secure

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = self._with_headers(scope["path"], list(message.get("headers", [])))
            await send(message)

        await self._app(scope, receive, guarded)

    def _with_headers(self, path: str, headers: list[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
        present = {name.lower() for name, _ in headers}
        wanted = _wanted(self._ancestors(path), self._secure)
        return headers + [(name, value) for name, value in wanted if name not in present]


@cache
def _wanted(ancestors: str, secure: bool) -> tuple[tuple[bytes, bytes], ...]:
    transport = ((b"strict-transport-security", b"max-age=31536000"),) if secure else ()
    return (*_BASE_HEADERS, (b"content-security-policy", _POLICY.format(ancestors=ancestors).encode()), *transport)


def _given(scope: Scope) -> str | None:
    """A proxy's id is kept when it looks like one."""
    for name, value in scope["headers"]:
        if name == TRACE_HEADER:
            text = str(value.decode("latin-1"))
            return text if _TRACE.fullmatch(text) else None
    return None
