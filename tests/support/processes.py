"""Children of the tests: they run as nobody where root may not, and die with the process that started them."""

import contextlib
import itertools
import os
import random
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

START_TIMEOUT = 60.0
STOP_TIMEOUT = 10.0
_SPAN = 2_500
_TURN = itertools.count(random.randrange(_SPAN))


class DidNotStart(RuntimeError):
    """A server ended or stayed silent; the message carries the end of its log."""


def free_port() -> int:
    """A port of the loopback interface that nobody listens on, never given twice in a run.

    Each test process has a range of its own, below the ports the system gives to outgoing connections:
    a port asked of the system may be another process's before it is used.
    """
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    first = 10_000 + worker % 8 * _SPAN
    for _ in range(_SPAN):
        port = first + next(_TURN) % _SPAN
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
    raise DidNotStart("every port of this test process's range is taken")


def as_nobody(arguments: Sequence[str]) -> list[str]:
    """The command as an ordinary user: PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return list(arguments)
    return ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups", *arguments]


def dying_with_us(arguments: Sequence[str], ending: signal.Signals) -> list[str]:
    """The command under a parent-death signal, so that even a killed test run leaves nothing behind."""
    if shutil.which("setpriv") is None:
        return list(arguments)
    return ["setpriv", f"--pdeathsig={ending.name.removeprefix('SIG')}", *arguments]


@contextmanager
def folder_for_nobody(prefix: str) -> Iterator[Path]:
    """A temporary folder with a short path (socket names have 107 characters) that `as_nobody` may write."""
    folder = Path(tempfile.mkdtemp(prefix=prefix))
    try:
        if os.geteuid() == 0:
            shutil.chown(folder, "nobody", "nogroup")
        folder.chmod(0o755)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def running(
    arguments: Sequence[str],
    *,
    log: Path,
    ready: Callable[[], bool],
    ending: signal.Signals = signal.SIGTERM,
    environment: Mapping[str, str] | None = None,
    folder: Path | None = None,
    nobody: bool = False,
) -> Iterator[subprocess.Popen[bytes]]:
    """A server in the foreground from the moment it is ready; it is ended, by its own pid, on leaving."""
    # In this order: a change of user forgets the parent-death signal.
    words = dying_with_us(arguments, ending)
    with log.open("ab") as output:
        child = subprocess.Popen(
            as_nobody(words) if nobody else words,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            env=environment,
            cwd=folder,
        )
    try:
        _await_ready(child, ready, log)
        yield child
    finally:
        stop(child, ending)


def stop(child: subprocess.Popen[bytes], ending: signal.Signals = signal.SIGTERM) -> None:
    """Asks the child to end, and insists after ten seconds."""
    if child.poll() is None:
        child.send_signal(ending)
    try:
        child.wait(STOP_TIMEOUT)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait(STOP_TIMEOUT)


def _await_ready(child: subprocess.Popen[bytes], ready: Callable[[], bool], log: Path) -> None:
    deadline = time.monotonic() + START_TIMEOUT
    while not ready():
        if child.poll() is not None or time.monotonic() > deadline:
            last = log.read_text(errors="replace")[-2000:]
            raise DidNotStart(f"{child.args!r} is not ready (exit code {child.poll()}):\n{last}")
        time.sleep(0.02)


def accepts_connections(port: int) -> bool:
    """Whether somebody listens on this loopback port."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0
