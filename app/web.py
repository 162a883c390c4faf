"""The web process: every face over one product, the health addresses, and a shutdown that ends streams at once."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Sequence
from functools import partial
from typing import Any

import structlog
import uvicorn
from fastapi import FastAPI, Request
from fastapi.responses import RedirectResponse

from app.faces.console import install as install_console
from app.faces.portal import frame_ancestors
from app.faces.portal import install as install_portal
from app.pages import api_docs
from app.pages.assets import Assets
from app.pages.town_pages import find_pictures
from app.process.collecting import tune_collector
from app.serving import health
from app.serving.demo_door import DemoDoor
from app.serving.hurrying import HurryingMiddleware, HurryingProtocol, most_connections
from app.serving.middleware import HeadersMiddleware, HostMiddleware, TraceMiddleware
from app.wiring import Product
from app.worker import Worker
from bot.receive import Source
from case_store.conversations import receiving
from channels import webhooks
from channels.contract import Admitting, InboundEvent, InboundMessage, Received, WebhookRequest
from channels.errors import PayloadInvalid, TooMany
from kit.theme import town_css

log = structlog.get_logger(__name__)

_GRACE_SECONDS = 10
_MESSAGES_A_MINUTE = 120
"""From one browser: a page that sends again after a cut stays far below it."""
_FILES_A_MINUTE = 40
"""From one browser: four messages full of photos."""
_KEPT_HEADERS = ("content-type", "user-agent", "x-request-id")
_KEPT_BODY = 64_000


def build_app(product: Product, *, with_worker: bool) -> FastAPI:
    """The ASGI application."""

    @contextlib.asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with contextlib.aclosing(product), product.store.at_home():
            tasks = [asyncio.create_task(product.run_background())]
            if with_worker:
                tasks.append(asyncio.create_task(Worker(product).run(product.stopping)))
            for task in tasks:
                task.add_done_callback(partial(_report, product))
            try:
                yield
            finally:
                product.stopping.set()
                await _end(tasks, with_worker)

    shows_api = product.settings.api_docs or not product.settings.is_production
    app = FastAPI(
        title="Guichet",
        version="0.1.0",
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        openapi_url="/api/openapi.json" if shows_api else None,
        # Nothing here exports traces; looking for an exporter at each request costs more than routing it.
        telemetry={"tracing": False, "metrics": False, "logs": False},
    )
    metrics = health.Metrics()
    pictures = find_pictures(product.town.files)
    assets = Assets(generated={"town.css": town_css(product.town.city.accent), **pictures.assets})
    app.mount("/static", assets)
    app.include_router(health.build_router(product, metrics))
    if shows_api:
        app.include_router(api_docs.build_router(assets))
    install_portal(app, product, assets)
    install_console(app, product, assets)
    _install_sandbox_redirect(app, product)
    app.add_middleware(webhooks.Door, ports=_webhook_ports(product, metrics))
    app.add_middleware(HeadersMiddleware, ancestors=frame_ancestors, secure=product.settings.is_production)
    if not (product.settings.is_production or product.settings.demo_public):
        app.add_middleware(DemoDoor)
    app.add_middleware(HurryingMiddleware)
    app.add_middleware(HostMiddleware)
    app.add_middleware(TraceMiddleware)
    return app


class Server(uvicorn.Server):
    """uvicorn, telling the product first: open streams end at once instead of holding the shutdown."""

    def __init__(self, config: uvicorn.Config, product: Product) -> None:
        super().__init__(config)
        self._product = product

    def handle_exit(self, sig: int, frame: Any) -> None:
        self._product.stopping.set()
        super().handle_exit(sig, frame)

    async def on_tick(self, counter: int) -> bool:
        return await super().on_tick(counter) or self._product.stopping.is_set()


def serve(product: Product, listening: socket.socket, *, with_worker: bool) -> None:
    """Serves on a bound socket until told to stop.

    Raises SystemExit(1) when a fault of ours ended it, so that whoever watches over the process starts it anew.
    """
    settings = product.settings
    config = uvicorn.Config(
        build_app(product, with_worker=with_worker),
        log_config=None,
        access_log=False,
        proxy_headers=True,
        forwarded_allow_ips=settings.trusted_proxies,
        timeout_graceful_shutdown=_GRACE_SECONDS,
        reset_contextvars=True,
        server_header=False,
        http=HurryingProtocol,
        limit_concurrency=most_connections(),
    )
    tune_collector()
    Server(config, product).run([listening])
    if product.broken:
        raise SystemExit(1)


def _webhook_ports(product: Product, metrics: health.Metrics) -> webhooks.WebhookPorts:
    async def receive(channel_id: str, request: WebhookRequest, events: Sequence[InboundEvent]) -> Sequence[Received]:
        adapter = product.adapters[channel_id]
        if isinstance(adapter, Admitting):
            await _refuse_floods(product, channel_id, events)
        trace_id = structlog.contextvars.get_contextvars().get("trace_id")
        source = Source(channel_id, adapter.kind, product.town.city.languages[0], trace_id=trace_id)
        stored = await product.reception.receive(source, events, _payload(request))
        metrics.received.labels(channel_id).inc(sum(1 for item in stored if item and not item.duplicate))
        return [Received(item.seq, item.duplicate) if item else Received(None) for item in stored]

    async def quarantine(channel_id: str, request: WebhookRequest, error: PayloadInvalid) -> None:
        from hashlib import sha256

        metrics.quarantined.labels(channel_id).inc()
        await product.store.write(
            receiving.quarantine,
            channel_id=channel_id,
            external_id=f"unreadable:{sha256(request.body).hexdigest()}",
            payload=_payload(request),
            error=str(error),
        )

    def refused(channel_id: str, reason: webhooks.Refusal) -> None:
        metrics.refused.labels(channel_id, reason).inc()

    return webhooks.WebhookPorts(product.settings.base_url, product.find_adapter, receive, quarantine, refused)


async def _refuse_floods(product: Product, channel_id: str, events: Sequence[InboundEvent]) -> None:
    """Providers limit their senders, a browser's posts come from anybody. Raises TooMany."""
    for event in events:
        if not isinstance(event, InboundMessage):
            continue
        files = [f"{channel_id}_file"] * len(event.attachments)
        for name, limit in [(channel_id, _MESSAGES_A_MINUTE), *((file, _FILES_A_MINUTE) for file in files)]:
            if not await product.limiter.allow(name, event.sender, limit=limit, seconds=60):
                raise TooMany


def _payload(request: WebhookRequest) -> dict[str, Any]:
    """The request as kept: what helps to read it again, never cookies, signatures or the bytes of files."""
    is_upload = request.headers.get("content-type", "").startswith("multipart/")
    body = "" if is_upload else request.body[:_KEPT_BODY].decode("utf-8", "replace").replace("\x00", "\ufffd")
    return {
        "url": request.url,
        "headers": {name: request.headers[name] for name in _KEPT_HEADERS if name in request.headers},
        "body": body,
        "size": len(request.body),
    }


def _install_sandbox_redirect(app: FastAPI, product: Product) -> None:
    if product.settings.is_production:
        return

    @app.get("/sandbox", include_in_schema=False)
    async def sandbox(request: Request) -> RedirectResponse:
        return RedirectResponse(f"http://{request.url.hostname}:{product.settings.sandbox_at}/")


def _report(product: Product, task: "asyncio.Task[None]") -> None:
    """A process that answers but no longer works is worse than one that ends and is started again."""
    if not task.cancelled() and task.exception() is not None:
        log.error("background_task_ended", exc_info=task.exception())
        product.broken = True
        product.stopping.set()


async def _end(tasks: "list[asyncio.Task[None]]", with_worker: bool) -> None:
    tasks[0].cancel()
    if with_worker:
        await asyncio.wait(tasks[1:], timeout=_GRACE_SECONDS)
    await asyncio.gather(*tasks, return_exceptions=True)
