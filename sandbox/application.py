"""Puts the pretend providers together."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles

from sandbox.hub import Hub
from sandbox.mailbox import Mailbox
from sandbox.messages import MessageLog
from sandbox.modes import Modes
from sandbox.options import Options
from sandbox.page import page_router
from sandbox.provider import Provider
from sandbox.resident import ResidentApi
from sandbox.webhooks import Webhooks


@dataclass(frozen=True, slots=True)
class Sandbox:
    """The application, and the hub that must be closed for open pages to let the server stop."""

    app: FastAPI
    hub: Hub


def build_sandbox(options: Options) -> Sandbox:
    """Opens the journal; listens for mail while the application runs."""
    hub, modes = Hub(), Modes()
    log = MessageLog(options.capacity, options.journal)
    webhooks, mailbox = Webhooks(options, modes), Mailbox(hub)
    provider = Provider(options, log, modes, hub, webhooks)
    api = ResidentApi(options, log=log, modes=modes, hub=hub, webhooks=webhooks, provider=provider, mailbox=mailbox)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        mail_server = await mailbox.listen(options.host, options.smtp_port)
        yield
        hub.close()
        mail_server.close()
        await webhooks.aclose()
        log.close()

    app = FastAPI(title="Sandbox", lifespan=lifespan, docs_url=None, redoc_url=None, openapi_url=None)
    # The provider's routes first: they are asked a hundred times more often than the others.
    app.router.routes.extend(provider.routes())
    app.include_router(api.router())
    app.include_router(page_router(options))
    app.mount("/static", StaticFiles(directory=Path(__file__).parent / "static"))
    return Sandbox(app, hub)
