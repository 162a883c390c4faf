"""A console served on this machine, for browsers."""

import asyncio
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn

from tests.console.town import Console
from tests.support.processes import free_port


@contextmanager
def served(console: Console) -> Iterator[str]:
    """The address of the running application."""
    port = free_port()
    config = uvicorn.Config(
        console.app, host="127.0.0.1", port=port, log_level="warning", timeout_graceful_shutdown=3, lifespan="off"
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=lambda: asyncio.run(server.serve()), daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        console.stopping.set()
        server.should_exit = True
        thread.join(timeout=10)
