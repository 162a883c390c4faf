"""Health and figures: `/livez` (the process answers), `/readyz` (it can do its work), `/metrics`."""

import time

from fastapi import APIRouter, Response
from fastapi.responses import JSONResponse
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Gauge, generate_latest

from app.wiring import Product
from case_store.figures import StoreFigures, get_figures

_LATE_SECONDS = 60.0


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
        self._gauges = {
            name: Gauge(f"guichet_{name}", text, registry=self.registry)
            for name, text in {
                "turns_due": "Conversations that await a turn",
                "turns_failing": "Due turns that have failed at least once",
                "deliveries_open": "Deliveries not yet accepted by their provider",
                "deliveries_failed": "Deliveries given up",
                "oldest_due_seconds": "Age of the oldest due turn or delivery",
                "conversations_waiting": "Conversations in the agents' queue",
                "quarantined_events": "Unreadable events kept for replay",
            }.items()
        }

    def render(self, figures: StoreFigures) -> bytes:
        """The text that Prometheus reads."""
        for name, gauge in self._gauges.items():
            gauge.set(getattr(figures, name))
        return generate_latest(self.registry)


def build_router(product: Product, metrics: Metrics) -> APIRouter:
    """The three addresses; `/metrics` answers this machine and the proxies' network only (docs/operations.md)."""
    router = APIRouter(tags=["health"])

    @router.get("/livez", summary="The process answers")
    async def livez() -> dict[str, str]:
        return {"status": "ok"}

    @router.get("/readyz", summary="The process can do its work")
    async def readyz() -> JSONResponse:
        started = time.perf_counter()
        try:
            figures = await product.store.read(get_figures)
        except Exception as error:
            return JSONResponse({"status": "unavailable", "store": type(error).__name__}, 503)
        late = figures.oldest_due_seconds > _LATE_SECONDS
        body = {
            "status": "ok",
            "store_ms": round((time.perf_counter() - started) * 1000, 1),
            "queue": "late" if late else "ok",
        }
        if product.stopping.is_set():
            return JSONResponse(body | {"status": "stopping"}, 503)
        return JSONResponse(body)

    @router.get("/metrics", include_in_schema=False)
    async def metrics_page() -> Response:
        figures = await product.store.read(get_figures)
        return Response(metrics.render(figures), media_type=CONTENT_TYPE_LATEST)

    return router
