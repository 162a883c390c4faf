"""The demo answers this machine only: what a proxy forwards comes from elsewhere, and its passwords are public."""

import structlog
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

log = structlog.get_logger(__name__)

_FORWARDED = frozenset(
    {b"forwarded", b"x-forwarded-for", b"x-forwarded-host", b"x-forwarded-proto", b"x-forwarded-server", b"x-real-ip"}
)
_REFUSAL = (
    "This is Guichet's demo, whose passwords are public: it does not answer through a proxy.\n"
    "Set GUICHET_MODE=production, or GUICHET_DEMO_PUBLIC=1 if that is what you want.\n"
)


class DemoDoor:
    """Refuses every request that a proxy has forwarded (403): the listening address alone does not show it."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan" or not any(name in _FORWARDED for name, _ in scope["headers"]):
            await self._app(scope, receive, send)
            return
        log.error("demo_refused_proxy", advice="set GUICHET_MODE=production")
        await PlainTextResponse(_REFUSAL, 403)(scope, receive, send)
