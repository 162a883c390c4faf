"""The whole product as a newcomer starts it: `guichet run` on free ports, with data of its own."""

import json
import os
import signal
import socket
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from subprocess import Popen
from urllib.error import URLError
from urllib.request import urlopen

from tests.support.processes import accepts_connections, free_port, running

ROOT = Path(__file__).parent.parent.parent
PORTS = 3  # the product's, the sandbox's, the sandbox's mailbox


@dataclass(frozen=True, slots=True)
class RunningProduct:
    """A started product. `log` is what it wrote; `environment` starts a second process on the same data."""

    port: int
    data_dir: Path
    log: Path
    environment: Mapping[str, str]
    process: Popen[bytes]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def sandbox_url(self) -> str:
        return f"http://127.0.0.1:{self.port + 1}"

    @property
    def database(self) -> Path:
        return self.data_dir / "guichet.db"


def free_ports(count: int = PORTS, *, preferred: int | None = None) -> int:
    """The first of `count` ports in a row that nobody listened on a moment ago; the preferred ones if they are free."""
    if preferred and all(_is_free(preferred + step) for step in range(count)):
        return preferred
    while True:
        first = free_port()  # never one that the system may give to an outgoing connection meanwhile
        if all(_is_free(first + step) for step in range(count)):
            return first


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def product_environment(data_dir: Path, port: int, settings: Mapping[str, str]) -> dict[str, str]:
    """The process's environment: nothing of the caller's own settings, the model of the checkout."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("GUICHET_")}
    model_dir = os.environ.get("GUICHET_MODEL_DIR", str(ROOT / ".models"))
    return {
        **inherited,
        "PYTHONPATH": str(ROOT),
        "GUICHET_DATA_DIR": str(data_dir),
        "GUICHET_MODEL_DIR": model_dir,
        "GUICHET_PORT": str(port),
        **settings,
    }


@contextmanager
def running_product(
    data_dir: Path, *, command: str = "run", port: int | None = None, **settings: str
) -> Iterator[RunningProduct]:
    """A product that answers; `settings` are GUICHET_ variables. It ends by SIGTERM on leaving."""
    data_dir.mkdir(parents=True, exist_ok=True)
    port = port or free_ports()
    environment = product_environment(data_dir, port, settings)
    log = data_dir / f"{command}.log"
    with running(
        [sys.executable, "-m", "app.cli", *command.split()],
        log=log,
        ready=lambda: is_ready(port) and (command != "run" or accepts_connections(port + 1)),
        ending=signal.SIGTERM,
        environment=environment,
        folder=data_dir,  # not the checkout, whose `.env` is its owner's
    ) as process:
        yield RunningProduct(port, data_dir, log, environment, process)


def is_ready(port: int) -> bool:
    """Whether /readyz answers well."""
    try:
        with urlopen(f"http://127.0.0.1:{port}/readyz", timeout=2) as answer:
            return bool(json.load(answer).get("status") == "ok")
    except (URLError, OSError, ValueError):
        return False
