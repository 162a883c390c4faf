"""The door for providers: verify, parse, hand to `receive`, acknowledge. It decides nothing else."""

import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import structlog
from anyio import to_thread
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from channels.contract import (
    Acknowledging,
    Admitting,
    ChannelAdapter,
    InboundEvent,
    Received,
    WebhookRequest,
    WebhookResponse,
)
from channels.errors import PayloadInvalid, SignatureInvalid, TooMany

Refusal = Literal["unknown_channel", "signature", "too_large", "too_many", "unreadable"]

_LARGE_BODY = 256_000
"""Bytes from which reading a request is worth a thread: smaller ones are read faster than one is woken."""

_CALM_SECONDS = 20

_PATIENCE = 3
"""How many times the limit is read before hanging up."""

_ADDRESS = re.compile(r"/channels/([^/]+)/(?:inbound|status)")

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class WebhookPorts:
    """What the edge is given.

    `find_adapter` gives None for unknown and for disabled channels. `receive` stores the events in one transaction
    and answers one Received for each, in order; TooMany is answered 429, anything else it raises makes the provider
    try again. `quarantine` keeps the
    raw request and raises the alarm. `refused` counts; it gets "unknown" for channels that do not exist.
    """

    public_url: str
    find_adapter: Callable[[str], ChannelAdapter | None]
    receive: Callable[[str, WebhookRequest, Sequence[InboundEvent]], Awaitable[Sequence[Received]]]
    quarantine: Callable[[str, WebhookRequest, PayloadInvalid], Awaitable[None]]
    refused: Callable[[str, Refusal], None]


class _TooLarge(Exception):
    """The body is over the channel's limit."""


class Door:
    """Middleware that answers `POST /channels/{channel_id}/inbound` and `/status`; both go the same way.

    In front of the routes of the pages: a message is four of these requests, and what an API route adds, and the
    search for it, would cost as much as the rest of the door.
    """

    def __init__(self, app: ASGIApp, ports: WebhookPorts) -> None:
        self._app = app
        self._ports = ports

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        found = _ADDRESS.fullmatch(scope["path"]) if scope["type"] == "http" else None
        if found is None:
            await self._app(scope, receive, send)
            return
        request = Request(scope, receive)
        allowed = request.method == "POST"
        answer = await self._answer(found[1], request) if allowed else Response("", 405, {"allow": "POST"})
        await answer(scope, receive, send)

    async def _answer(self, channel_id: str, request: Request) -> Response:
        ports = self._ports
        adapter = ports.find_adapter(channel_id)
        if adapter is None:
            ports.refused("unknown", "unknown_channel")
            return Response("unknown channel", 404)
        try:
            if isinstance(adapter, Admitting):
                adapter.admit(_frozen(ports.public_url, request, b""))
            body = await _read(request, adapter.capabilities.max_request)
        except SignatureInvalid as error:
            return _refused(ports, channel_id, error)
        except _TooLarge:
            ports.refused(channel_id, "too_large")
            return Response("too large", 413, {"connection": "close"})
        except ClientDisconnect:
            return Response("incomplete", 400)
        return await _take(ports, channel_id, adapter, _frozen(ports.public_url, request, body))


async def _read(request: Request, limit: int) -> bytes:
    """The body, never holding more than `limit` bytes of it. Raises _TooLarge.

    Of a body too large some more is read and thrown away: a browser reads the refusal only once it has sent its file.
    """
    announced = request.headers.get("content-length", "0")
    if announced.isdecimal() and int(announced) > limit * _PATIENCE:
        raise _TooLarge
    body, size = bytearray(), 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > limit * _PATIENCE:
            break
        if size <= limit:
            body += chunk
        else:
            body.clear()
    if size > limit:
        raise _TooLarge
    return bytes(body)


def _frozen(public_url: str, request: Request, body: bytes) -> WebhookRequest:
    """Signatures are computed over the public address, whatever proxies made of it on the way."""
    given = request.scope["query_string"].decode("latin-1")
    query = f"?{given}" if given else ""
    url = f"{public_url.rstrip('/')}{request.scope['path']}{query}"
    return WebhookRequest(request.method, url, dict(request.headers), body)


async def _take(ports: WebhookPorts, channel_id: str, adapter: ChannelAdapter, request: WebhookRequest) -> Response:
    try:
        events = await _understood(adapter, request)
        received = await ports.receive(channel_id, request, events) if events else []
    except SignatureInvalid as error:
        return _refused(ports, channel_id, error)
    except TooMany:
        ports.refused(channel_id, "too_many")
        return Response("too many", 429, {"retry-after": str(_CALM_SECONDS)})
    except PayloadInvalid as error:
        if isinstance(adapter, Admitting):
            ports.refused(channel_id, "unreadable")
            return Response("unreadable", 400)
        return await _quarantined(ports, channel_id, adapter, request, error)
    except Exception:
        log.exception("webhook_failed", channel=channel_id)
        return _later()
    return _response(_acknowledgement(adapter, request, events, received))


def _refused(ports: WebhookPorts, channel_id: str, error: SignatureInvalid) -> Response:
    log.warning("webhook_refused", channel=channel_id, reason=str(error))
    ports.refused(channel_id, "signature")
    return Response("refused", 403, {"connection": "close"})


async def _understood(adapter: ChannelAdapter, request: WebhookRequest) -> Sequence[InboundEvent]:
    def understand() -> Sequence[InboundEvent]:
        adapter.verify(request)
        return adapter.parse(request)

    return await to_thread.run_sync(understand) if len(request.body) > _LARGE_BODY else understand()


async def _quarantined(
    ports: WebhookPorts, channel_id: str, adapter: ChannelAdapter, request: WebhookRequest, error: PayloadInvalid
) -> Response:
    """Answered 200 once it is kept: the provider would send the same unreadable thing again."""
    try:
        await ports.quarantine(channel_id, request, error)
    except Exception:
        log.exception("quarantine_failed", channel=channel_id)
        return _later()
    log.warning("webhook_quarantined", channel=channel_id, reason=str(error))
    return _response(_acknowledgement(adapter, request, [], []))


def _acknowledgement(
    adapter: ChannelAdapter, request: WebhookRequest, events: Sequence[InboundEvent], received: Sequence[Received]
) -> WebhookResponse:
    return adapter.acknowledge(request, events, received) if isinstance(adapter, Acknowledging) else WebhookResponse()


def _response(answer: WebhookResponse) -> Response:
    return Response(answer.body, answer.status, dict(answer.headers), media_type=answer.content_type)


def _later() -> Response:
    return Response("try again", 503, {"retry-after": "5"})
