"""The console's pages in a big town: server time of lists and conversations with 20,000 conversations seeded.

`python -m benchmarks.console_lists [--postgres] [--conversations 20000] [--messages 200000]`. One request at a time
over a kept-alive connection, as a supervisor, who sees every team, and as an agent of a few. One JSON object a line.
"""

import argparse
import contextlib
import json
import random
import re
import signal
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx2

from benchmarks.support import machine
from benchmarks.support.big_town import Size, fill
from benchmarks.support.records import rows
from benchmarks.support.town import Town, new_town
from tests.support.postgres import find_programs, postgres_server
from tests.support.processes import stop

PASSWORD = "guichet-demo"
VIEWS = ("queue", "mine", "open", "bot", "snoozed", "resolved", "failed")
_DEEP = 20


@contextlib.contextmanager
def filled_town(folder: Path, size: Size, *, postgres: bool, options: Sequence[str] = ()) -> Iterator[tuple[Town, int]]:
    """A town with `size` conversations beside the demo's own, and its PostgreSQL's process or 0."""
    with contextlib.ExitStack() as stack:
        url, pid = "", 0
        if postgres:
            programs = find_programs()
            if programs is None:
                raise SystemExit("no PostgreSQL on this machine: install the package postgresql")
            server = stack.enter_context(postgres_server(programs, options=("shared_buffers=256MB", *options)))
            url, pid = stack.enter_context(server.database()), server.pid
        town = new_town(folder, database_url=url, GUICHET_DEMO="1")
        for command in ("migrate", "seed"):
            town.start(command, town.ports[0]).wait()
        begun = time.monotonic()
        fill(town, size, [as_uuid(row[0]) for row in rows(town, "SELECT id FROM staff WHERE role = 'agent'")])
        print(json.dumps({"seeded": vars(size), "seconds": round(time.monotonic() - begun)}), flush=True)
        yield town, pid


@contextlib.contextmanager
def big_town(folder: Path, size: Size, *, postgres: bool) -> Iterator[tuple[Town, int]]:
    """A filled town that is served, and the process that serves it."""
    with filled_town(folder, size, postgres=postgres) as (town, _):
        process = town.start("serve", town.ports[0])
        try:
            town.await_ready(process, town.ports[0])
            yield town, process.pid
        finally:
            stop(process, signal.SIGTERM)


def as_uuid(value: Any) -> UUID:
    """SQLite keeps identifiers as text."""
    return value if isinstance(value, UUID) else UUID(value)


class Console:
    """A signed-in browser that counts milliseconds."""

    def __init__(self, town: Town, email: str) -> None:
        self._web = httpx2.Client(base_url=town.public_url, headers={"sec-fetch-site": "same-origin"})
        answer = self._web.post("/console/sign-in", data={"email": email, "password": PASSWORD})
        if answer.status_code != 303:
            raise SystemExit(f"{email} cannot sign in: {answer.status_code}")

    def get(self, path: str) -> tuple[float, str]:
        begun = time.perf_counter()
        answer = self._web.get(path)
        passed = (time.perf_counter() - begun) * 1000
        answer.raise_for_status()
        return passed, answer.text

    def deep(self, view: str, pages: int) -> str:
        """The cursor reached after so many pages of a view."""
        cursor = ""
        for _ in range(pages):
            _, html = self.get(f"/console/list?view={view}&after={cursor}")
            found = re.search(r"after=([A-Za-z0-9_.~%=-]+)", html)
            if found is None:
                break
            cursor = found[1]
        return cursor


def measure(town: Town, pid: int, email: str, times: int) -> Iterator[dict[str, object]]:
    """Every kind of page, `times` times."""
    console, lot = Console(town, email), random.Random(3)
    ids = [row[0] for row in rows(town, "SELECT id FROM conversation WHERE channel_kind = 'sms' ORDER BY id")]
    whole: list[float] = []
    pages: dict[str, Callable[[], str]] = {
        f"the {view} view": lambda view=view: f"/console/conversations?view={view}" for view in VIEWS
    }
    cursor = console.deep("resolved", _DEEP)
    pages[f"page {_DEEP + 1} of resolved"] = lambda: f"/console/list?view=resolved&after={cursor}"
    if email.startswith("supervisor"):
        pages["a conversation"] = lambda: f"/console/conversations/{as_uuid(lot.choice(ids))}?view=resolved"
        pages["a conversation's news"] = lambda: f"/console/conversations/{as_uuid(lot.choice(ids))}/parts"
    for name, path in pages.items():
        console.get(path())
        cpu = machine.cpu_seconds(pid)
        taken = [console.get(path())[0] for _ in range(times)]
        spent = round((machine.cpu_seconds(pid) - cpu) * 1000 / times, 1)
        whole += taken
        yield {"who": email.partition("@")[0], "page": name, "ms": machine.spread(taken), "cpu_ms": spent}
    yield {"who": email.partition("@")[0], "page": "everything", "ms": machine.spread(whole)}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.console_lists", description=__doc__)
    parser.add_argument("--postgres", action="store_true")
    parser.add_argument("--conversations", type=int, default=20_000)
    parser.add_argument("--messages", type=int, default=200_000)
    parser.add_argument("--times", type=int, default=60)
    given = parser.parse_args()
    print(json.dumps(machine.description()), flush=True)
    size = Size(given.conversations, given.messages)
    with (
        tempfile.TemporaryDirectory(prefix="guichet-lists-") as folder,
        big_town(Path(folder), size, postgres=given.postgres) as (town, pid),
    ):
        for email in ("supervisor@demo.example", "agent@demo.example"):
            for figures in measure(town, pid, email, given.times):
                print(json.dumps(figures, ensure_ascii=False), flush=True)


if __name__ == "__main__":
    main()
