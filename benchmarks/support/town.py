"""Starts the product and the sandbox for a measurement: processes of their own, free ports, data of their own."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.support.webhooks import Gateway
from tests.support.processes import DidNotStart, accepts_connections, dying_with_us, stop
from tests.support.product import ROOT, free_ports, is_ready, product_environment

ACCOUNT = "AC00000000000000000000000000000000"
TOKEN = "token-of-the-measurement"
NUMBER = "+33199980100"
_START_TIMEOUT = 120.0


@dataclass(frozen=True)
class Town:
    """Where everything is. `ports` are the web processes'; `database_url` is empty for SQLite.

    `program` is the module that a product process runs, with its first words.
    """

    folder: Path
    ports: tuple[int, ...]
    provider_port: int
    database_url: str = ""
    settings: Mapping[str, str] = field(default_factory=dict)
    program: Sequence[str] = ("app.cli",)

    @property
    def public_url(self) -> str:
        return f"http://127.0.0.1:{self.ports[0]}"

    @property
    def journal(self) -> Path:
        return self.folder / "journal.ndjson"

    def environment(self, port: int) -> dict[str, str]:
        given = {
            "GUICHET_DEMO": "0",
            "GUICHET_DATABASE_URL": self.database_url,
            "GUICHET_PUBLIC_URL": self.public_url,
            "GUICHET_SANDBOX_PORT": str(self.provider_port),
            "GUICHET_TWILIO_ACCOUNT_SID": ACCOUNT,
            "GUICHET_TWILIO_AUTH_TOKEN": TOKEN,
            "GUICHET_SMS_NUMBER": NUMBER,
            "GUICHET_LOG_FORMAT": "json",
        }
        return product_environment(self.folder / "data", port, given | dict(self.settings))

    def gateway(self) -> Gateway:
        return Gateway(self.ports, public_url=self.public_url, account_sid=ACCOUNT, token=TOKEN, number=NUMBER)

    def start(self, command: str, port: int) -> subprocess.Popen[bytes]:
        """A product process; it is not waited for."""
        (self.folder / "data").mkdir(parents=True, exist_ok=True)
        name = command.replace(" ", "").replace("-", "")
        with (self.folder / f"{name}-{port}.log").open("ab") as log:
            return subprocess.Popen(
                dying_with_us([sys.executable, "-m", *self.program, *command.split()], signal.SIGKILL),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=self.environment(port),
                cwd=self.folder,
            )

    def await_ready(self, process: subprocess.Popen[bytes], port: int) -> None:
        deadline = time.monotonic() + _START_TIMEOUT
        while not is_ready(port):
            if process.poll() is not None or time.monotonic() > deadline:
                raise DidNotStart(f"exit code {process.poll()}; see the logs in {self.folder}")
            time.sleep(0.02)

    @contextmanager
    def provider(self, program: str = "sandbox") -> Iterator[subprocess.Popen[bytes]]:
        """The sandbox, or another program that takes its options; it writes the journal."""
        options = {
            "port": str(self.provider_port),
            "smtp-port": str(self.provider_port + 1),
            "target": self.public_url,
            "account-sid": ACCOUNT,
            "auth-token": TOKEN,
            "number": NUMBER,
            "journal": str(self.journal),
        }
        words = [word for name, value in options.items() for word in (f"--{name}", value)]
        with (self.folder / "provider.log").open("ab") as log:
            process = subprocess.Popen(
                dying_with_us([sys.executable, "-m", program, *words], signal.SIGKILL),
                stdout=log,
                stderr=log,
                env=os.environ | {"PYTHONPATH": str(ROOT)},
                cwd=self.folder,
            )
        try:
            while not accepts_connections(self.provider_port):
                if process.poll() is not None:
                    raise DidNotStart(f"{program}: exit code {process.returncode}")
                time.sleep(0.02)
            yield process
        finally:
            stop(process)


def new_town(folder: Path, *, webs: int = 1, database_url: str = "", **settings: str) -> Town:
    """A town on free ports."""
    first = free_ports(webs + 2)
    return Town(folder, tuple(range(first, first + webs)), first + webs, database_url, settings)
