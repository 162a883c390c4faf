"""Applications served on this machine, inside the test's own event loop."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx2
import uvicorn
from fastapi import FastAPI

from sandbox.application import build_sandbox
from sandbox.options import Options
from tests.support.processes import free_port

ACCOUNT = "AC00000000000000000000000000000001"
TOKEN = "sandbox-token"
TOWN_NUMBER = "+33199980100"


class QuietServer(uvicorn.Server):
    """Leaves the signals to the test run."""

    def install_signal_handlers(self) -> None:
        return


@asynccontextmanager
async def serving(app: FastAPI, port: int) -> AsyncIterator[str]:
    config = uvicorn.Config(app, port=port, log_level="warning", ws="none", timeout_graceful_shutdown=1)
    server = QuietServer(config)
    task = asyncio.create_task(server._serve())  # `serve` would take the signals over
    while not server.started:
        assert not task.done(), "the server did not start"
        await asyncio.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        await task


def options(target: str, journal: Path | None = None, *, public_url: str | None = None, capacity: int = 50) -> Options:
    return Options(
        host="127.0.0.1",
        port=free_port(),
        smtp_port=free_port(),
        target=target,
        public_url=public_url or target,
        account_sid=ACCOUNT,
        auth_token=TOKEN,
        number=TOWN_NUMBER,
        webhook_path="/channels/sms/inbound",
        journal=journal,
        capacity=capacity,
    )


@asynccontextmanager
async def sandbox_at(chosen: Options) -> AsyncIterator[httpx2.AsyncClient]:
    """A client of a served sandbox."""
    built = build_sandbox(chosen)
    async with serving(built.app, chosen.port) as url, httpx2.AsyncClient(base_url=url) as client:
        await client.post("/api/modes", json={"callback_delay_ms": 5})
        yield client
        built.hub.close()
