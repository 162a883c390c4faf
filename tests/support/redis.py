"""A private Redis server on a free loopback port, keeping nothing on disk."""

from collections.abc import Iterator
from contextlib import contextmanager
from subprocess import Popen

from tests.support.processes import accepts_connections, folder_for_nobody, free_port, running


@contextmanager
def redis_server(program: str) -> Iterator[str]:
    """The address of a running server."""
    with redis_process(program) as (url, _):
        yield url


@contextmanager
def redis_process(program: str) -> Iterator[tuple[str, Popen[bytes]]]:
    """The same with its process, which may be stopped and set going again."""
    with folder_for_nobody("guichet-redis-") as folder:
        port = free_port()
        start = [program, "--port", str(port), "--bind", "127.0.0.1", "--dir", str(folder), "--daemonize", "no"]
        with running(
            [*start, "--save", "", "--appendonly", "no"],
            log=folder / "server.log",
            ready=lambda: accepts_connections(port),
            folder=folder,
            nobody=True,
        ) as process:
            yield f"redis://127.0.0.1:{port}/0", process
