"""Messages made to be slow: how long anybody else waits while one browser posts a hundred of them.

`python -m benchmarks.hostile_text [--seed NAME] [--posts 100] [--length 2000]` starts one process on SQLite and, for
each seed, lets a browser within its limit post so many messages at once while `/livez` is asked every 20 ms until the
last one is answered; beside it an idle server is asked the same, whose delays are the machine's. `--alone` measures
one turn in this process instead: CPU by length, for each seed.
One JSON object a line.
"""

import argparse
import asyncio
import json
import os
import signal
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2

from benchmarks.support import machine
from benchmarks.support.town import Town, new_town
from intents.embedded import load_or_train
from services.town.lessons import lessons_of
from services.town.loading import load_town
from tests.bot.conversation import Conversation
from tests.bot.one_turn import opened_conversations, take
from tests.support.hostile_texts import SEEDS, filled
from tests.support.processes import accepts_connections, running, stop
from tests.support.product import ROOT, free_ports

_LENGTHS = (500, 1000, 2000, 4000, 8000)
_PATIENCE = 120.0
_PAUSE = 0.02


async def _flood(web: httpx2.AsyncClient, cookie: str, text: str, posts: int) -> list[int]:
    """The statuses of so many posts at once."""

    async def post(number: int) -> int:
        body = {"client_id": f"{len(text)}-{number:06d}", "text": text, "language": "fr"}
        answer = await web.post("/channels/webchat/inbound", json=body, headers={"cookie": cookie})
        return answer.status_code

    return await asyncio.gather(*(post(number) for number in range(posts)))


async def _new_browser(web: httpx2.AsyncClient) -> str:
    """The cookie of a visitor who has greeted and was answered: the model is loaded."""
    cookie = (await web.get("/chat")).headers["set-cookie"].partition(";")[0]
    web.cookies.clear()
    await _flood(web, cookie, "Bonjour", 1)
    await _answered(web)
    return cookie


@contextmanager
def _idle_server(folder: Path) -> Iterator[int]:
    """The port of a server that has nothing else to do: how long one waits for it is the machine's doing."""
    (folder / "idle").mkdir()
    (folder / "idle" / "livez").write_text("ok")
    port = free_ports(1)
    start = [sys.executable, "-m", "http.server", str(port), "--bind", "127.0.0.1", "--directory", str(folder / "idle")]
    with running(start, log=folder / "idle.log", ready=lambda: accepts_connections(port)):
        yield port


async def _watch(port: int, ended: asyncio.Event) -> list[float]:
    """What every `/livez` waited, in seconds."""
    waits: list[float] = []
    async with httpx2.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=_PATIENCE) as web:
        while not ended.is_set():
            begun = time.perf_counter()
            (await web.get("/livez")).raise_for_status()
            waits.append(time.perf_counter() - begun)
            await asyncio.sleep(_PAUSE)
    return waits


async def _answered(web: httpx2.AsyncClient) -> None:
    """Returns when no conversation awaits a turn."""
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline:
        lines = (await web.get("/metrics")).text.splitlines()
        if "guichet_turns_due 0.0" in lines:
            return
        await asyncio.sleep(0.2)
    raise TimeoutError("messages are still waiting")


async def _measure(town: Town, pid: int, idle: int, name: str, *, posts: int, length: int) -> dict[str, object]:
    ended = asyncio.Event()
    async with httpx2.AsyncClient(base_url=town.public_url, timeout=_PATIENCE) as web:
        cookie = await _new_browser(web)
        watching = [asyncio.create_task(_watch(port, ended)) for port in (town.ports[0], idle)]
        begun, cpu = time.perf_counter(), machine.cpu_seconds(pid)
        statuses = await _flood(web, cookie, filled(SEEDS[name], length), posts)
        await _answered(web)
    ended.set()
    waits, idle_waits = await asyncio.gather(*watching)
    return {
        "seed": name,
        "accepted": statuses.count(200),
        "livez_longest_s": round(max(waits), 3),
        "idle_server_longest_s": round(max(idle_waits), 3),
        "livez_ms": machine.spread([wait * 1000 for wait in waits]),
        "all_answered_s": round(time.perf_counter() - begun, 1),
        "cpu_s": round(machine.cpu_seconds(pid) - cpu, 1),
    }


def _measure_product(names: Iterable[str], *, posts: int, length: int) -> None:
    with tempfile.TemporaryDirectory(prefix="guichet-hostile-") as folder:
        town = new_town(Path(folder))
        process = town.start("serve", town.ports[0])
        try:
            town.await_ready(process, town.ports[0])
            with _idle_server(Path(folder)) as idle:
                for name in names:
                    told = asyncio.run(_measure(town, process.pid, idle, name, posts=posts, length=length))
                    print(json.dumps(told, ensure_ascii=False), flush=True)
        finally:
            stop(process, signal.SIGTERM)


def _measure_alone(names: Iterable[str]) -> None:
    """Milliseconds of CPU by length: the slowest of the open questions."""
    town = load_town(ROOT / "data", "https://montlieu.example")
    interpreter = load_or_train(lessons_of(town), Path(os.environ.get("GUICHET_MODEL_DIR", ROOT / ".models")))
    opened = opened_conversations(town, interpreter).values()
    for name in names:
        spent = {length: max(_cpu(one, filled(SEEDS[name], length)) for one in opened) for length in _LENGTHS}
        print(json.dumps({"seed": name, "cpu_ms_by_length": spent}), flush=True)


def _cpu(conversation: Conversation, text: str) -> float:
    """Milliseconds of one turn, the better of two."""
    times = []
    for _ in range(2):
        begun = time.process_time()
        take(conversation, text)
        times.append(time.process_time() - begun)
    return round(min(times) * 1000, 1)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.hostile_text", description=__doc__)
    parser.add_argument("--seed", action="append", choices=sorted(SEEDS))
    parser.add_argument("--posts", type=int, default=100)
    parser.add_argument("--length", type=int, default=2000)
    parser.add_argument("--alone", action="store_true")
    given = parser.parse_args()
    print(json.dumps(machine.description()), flush=True)
    names = given.seed or list(SEEDS)
    if given.alone:
        _measure_alone(names)
        return
    _measure_product(names, posts=given.posts, length=given.length)


if __name__ == "__main__":
    main()
