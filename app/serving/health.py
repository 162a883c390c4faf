"""Health and figures: `/livez` (the process answers), `/readyz` (it can do its work), `/metrics`."""

import asyncio
import hmac
import math
import time

import structlog
from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Gauge, generate_latest

from app.configuration.settings import Settings
from app.wiring import Product
from case_store.engine.clocks import CLOCKS_AGREE, get_clock_offset
from case_store.engine.migrate import is_served
from case_store.engine.session import StoreSession
from case_store.oversight.figures import StoreFigures, get_figures
from intents.contract import EngineUnavailable

log = structlog.get_logger(__name__)

LATE_SECONDS = 60.0
"""Due work that is older is not being taken; alarms, `/readyz` and the doctor agree on it."""
_PATIENCE = 5.0


class Metrics:
    """The figures of one process; those of the store are read when asked for."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.refused = Counter(
            "guichet_webhooks_refused", "Webhooks refused at the edge", ["channel", "reason"], registry=self.registry
        )
        self.quarantined = Counter(
            "guichet_webhooks_quarantined",
            "Signed webhooks that could not be read",
            ["channel"],
            registry=self.registry,
        )
        self.received = Counter("guichet_messages_received", "Messages received", ["channel"], registry=self.registry)
        self._store_up = Gauge(
            "guichet_store_up", "1 when the database answers and takes writes", registry=self.registry
        )
        self._gauges = {
            name: Gauge(f"guichet_{name}", text, registry=self.registry)
            for name, text in {
                "turns_due": "Conversations that await a turn",
                "turns_failing": "Due turns that have failed at least once",
                "turns_given_up": "Turns of the last 24 hours that kept failing and went to a person",
                "deliveries_open": "Deliveries not yet accepted by their provider",
                "deliveries_failed": "Deliveries given up",
                "deliveries_refused": "Deliveries that wait because their provider refuses our credentials",
                "oldest_due_seconds": "Age of the oldest due turn or delivery",
                "conversations_waiting": "Conversations in the agents' queue",
                "mailboxes_unread": "Mailboxes that cannot be read",
                "quarantined_events": "Unreadable events kept for replay",
            }.items()
        }

    def render(self, figures: StoreFigures | None, *, can_write: bool) -> bytes:
        """The text that Prometheus reads; None: the store does not answer, and its figures are not numbers."""
        self._store_up.set(figures is not None and can_write)
        for name, gauge in self._gauges.items():
            gauge.set(getattr(figures, name) if figures else math.nan)
        return generate_latest(self.registry)


def build_router(product: Product, metrics: Metrics) -> APIRouter:
    """The three addresses; in production `/metrics` answers only who knows the token of the settings."""
    router = APIRouter(tags=["health"])

    @router.get("/livez", summary="The process answers")
    async def livez() -> dict[str, str]:
        return {"status": "ok"}

    @router.get("/readyz", summary="The process can do its work")
    async def readyz() -> JSONResponse:
        started = time.perf_counter()
        try:
            figures, offset = await asyncio.wait_for(product.store.read(_ready), _PATIENCE)
        except Exception as error:
            return JSONResponse({"status": "unavailable", "store": type(error).__name__}, 503)
        if figures is None:
            return JSONResponse({"status": "unavailable", "store": "needs `guichet migrate`"}, 503)
        if product.store.fails_to_write:
            return JSONResponse({"status": "unavailable", "store": "cannot write"}, 503)
        store_ms = round((time.perf_counter() - started) * 1000, 1)
        told = _conditions(figures) | {"understanding": await _understanding(product)}
        body = {"status": "ok", "store_ms": store_ms, **told, **clock_condition(offset)}
        if product.stopping.is_set():
            return JSONResponse(body | {"status": "stopping"}, 503)
        return JSONResponse(body)

    @router.get("/metrics", include_in_schema=False)
    async def metrics_page(request: Request) -> Response:
        if not _may_read_figures(request, product.settings):
            return Response(status_code=404)
        try:
            figures = await asyncio.wait_for(product.store.read(get_figures), _PATIENCE)
        except Exception as error:
            log.warning("figures_unavailable", reason=type(error).__name__)
            figures = None
        return Response(
            metrics.render(figures, can_write=not product.store.fails_to_write), media_type=CONTENT_TYPE_LATEST
        )

    return router


def _may_read_figures(request: Request, settings: Settings) -> bool:
    token = settings.metrics_token.get_secret_value()
    if not token:
        return not settings.is_production
    given = request.headers.get("authorization", "")
    return hmac.compare_digest(given.encode(), f"Bearer {token}".encode())


def _conditions(figures: StoreFigures) -> dict[str, str]:
    """What an operator must look at though the process can do its work: taking it out of service would mend nothing."""
    return {
        "queue": "late" if figures.oldest_due_seconds > LATE_SECONDS else "ok",
        "turns": "failing" if figures.turns_failing or figures.turns_given_up else "ok",
        "providers": "credentials refused" if figures.deliveries_refused else "ok",
        "mailboxes": "cannot be read" if figures.mailboxes_unread else "ok",
    }


async def _understanding(product: Product) -> str:
    """ "without rasa" while the server that the settings name does not answer: our own engine then does, alone."""
    if product.rasa is None:
        return "ok"
    try:
        await product.rasa.ready()
    except EngineUnavailable:
        return "without rasa"
    return "ok"


def clock_condition(offset: float) -> dict[str, object]:
    """`clock_offset` is in seconds, positive while the database's clock is ahead of this process's."""
    return {"clock": "ok" if abs(offset) < CLOCKS_AGREE else "off", "clock_offset": round(offset, 1)}


def _ready(session: StoreSession) -> tuple[StoreFigures | None, float]:
    """The figures and the database's clock; None when it lacks a migration."""
    return get_figures(session) if is_served(session) else None, get_clock_offset(session)
