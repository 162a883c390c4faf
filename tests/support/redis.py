"""A private Redis server on a free loopback port, keeping nothing on disk."""

from collections.abc import Iterator
from contextlib import contextmanager

from tests.support.processes import accepts_connections, folder_for_nobody, free_port, running


@contextmanager
def redis_server(program: str) -> Iterator[str]:
    """The address of a running server."""
    with folder_for_nobody("guichet-redis-") as folder:
        port = free_port()
        start = [program, "--port", str(port), "--bind", "127.0.0.1", "--dir", str(folder), "--daemonize", "no"]
        with running(
            [*start, "--save", "", "--appendonly", "no"],
            log=folder / "server.log",
            ready=lambda: accepts_connections(port),
            folder=folder,
            nobody=True,
        ):
            yield f"redis://127.0.0.1:{port}/0"
