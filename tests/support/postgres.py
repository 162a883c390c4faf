"""A private PostgreSQL server on a free loopback port, without durability: it lives as long as the tests."""

import os
import re
import shutil
import signal
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import psycopg

from tests.support.processes import as_nobody, folder_for_nobody, free_port, running

USER = "guichet"
# Durability costs a disk flush per commit and proves nothing here: the folder is thrown away.
FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=200", "shared_buffers=64MB")


@dataclass(frozen=True, slots=True)
class PostgresServer:
    """A running server; `url` is its maintenance database."""

    port: int
    pid: int = 0

    def url(self, database: str = "postgres") -> str:
        return f"postgresql://{USER}@127.0.0.1:{self.port}/{database}"

    def execute(self, statement: str) -> None:
        with psycopg.connect(self.url(), autocommit=True) as connection:
            connection.execute(statement.encode())

    @contextmanager
    def database(self) -> Iterator[str]:
        """The address of a fresh, empty database, dropped on leaving whoever still holds on to it."""
        name = f"test_{uuid4().hex[:12]}"
        self.execute(f"CREATE DATABASE {name}")
        try:
            yield self.url(name)
        finally:
            self.execute(f"DROP DATABASE {name} WITH (FORCE)")


def find_programs() -> Path | None:
    """The folder of `initdb` and `postgres`: on the path, or where Debian keeps them, the newest first."""
    on_path = shutil.which("initdb")
    if on_path and shutil.which("postgres"):
        return Path(on_path).parent
    found = [folder for folder in Path("/usr/lib/postgresql").glob("*/bin") if (folder / "postgres").exists()]
    return max(found, key=lambda folder: int(re.sub(r"\D", "", folder.parent.name) or 0), default=None)


@contextmanager
def postgres_server(programs: Path, *, options: Sequence[str] = FAST) -> Iterator[PostgresServer]:
    with folder_for_nobody("guichet-pg-") as folder:
        data, port = folder / "data", free_port()
        environment = {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8", "HOME": str(folder)}
        initdb = [str(programs / "initdb"), "-D", str(data), "-U", USER, "--auth=trust", "-E", "UTF8", "--no-sync"]
        subprocess.run(
            as_nobody([*initdb, "--locale=C.UTF-8"]), check=True, capture_output=True, env=environment, cwd=folder
        )
        server = PostgresServer(port)
        settings = [word for option in options for word in ("-c", option)]
        start = [str(programs / "postgres"), "-D", str(data), "-h", "127.0.0.1", "-p", str(port), "-k", str(folder)]
        with running(
            [*start, *settings],
            log=folder / "server.log",
            ready=lambda: _answers(server),
            ending=signal.SIGINT,  # PostgreSQL's word for "now, but in good order"
            environment=environment,
            folder=folder,
            nobody=True,
        ) as process:
            yield PostgresServer(port, process.pid)


def _answers(server: PostgresServer) -> bool:
    try:
        server.execute("SELECT 1")
    except psycopg.OperationalError:
        return False
    return True
