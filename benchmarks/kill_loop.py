"""Kills the product at random moments and judges the rest: `python -m benchmarks.kill_loop [--kills 200] [--postgres]`.

`--slow`: the provider accepts one to nine seconds after the call, and goes on when the caller dies. `--twice`: who was
killed is killed again while what it was sending is looked up and sent once more.

Residents write all the while; their provider tries each message until it is accepted. After the last kill every
accepted message must have been answered exactly once in the store, and each reply must have reached the sandbox
once, twice at most and then marked; what nobody could confirm is with an agent, marked too. On SQLite the one process
is killed; on PostgreSQL one of two workers, or the web process, by lot.
"""

import argparse
import asyncio
import json
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.request import Request, urlopen

from benchmarks.support.judgement import Judgement, judge
from benchmarks.support.records import unfinished
from benchmarks.support.town import Town, new_town
from benchmarks.support.webhooks import Gateway
from case_store.work.delivery_claims import CALL_SECONDS, LEASE_SECONDS
from tests.support.postgres import find_programs, postgres_server
from tests.support.processes import stop

QUESTIONS = (
    "Quels sont les horaires de la mairie ?",
    "La piscine est ouverte à quelle heure ?",
    "Combien coûte la cantine ?",
    "Quand ouvre la médiathèque ?",
    "Quels documents faut-il pour une carte d'identité ?",
    "À quelle heure ferme la déchetterie ?",
    "Quel est le prix d'une concession au cimetière ?",
    "Quels jours est ouvert le marché ?",
    "Combien coûte le stationnement résidentiel ?",
)
"""Each is answered by one message; who asks one of them again and again is taken for a machine and not answered."""

_LONGEST_LIFE = 2.0
_SLOW = {"slow_ms": 1000, "slow_most_ms": 9000}
_DRAIN_SECONDS = 240.0
_LOOKED_UP_WITHIN = 10.0
_KILLED_WHILE_STARTING = 0.1


@dataclass
class Storm:
    """What happened. `retries` are posts that the provider had to repeat."""

    kills: int = 0
    seconds: float = 0.0
    retries: int = 0
    accepted: set[str] = field(default_factory=set)
    judgement: Judgement = field(default_factory=Judgement)

    def report(self) -> dict[str, object]:
        return {
            "kills": self.kills,
            "seconds": round(self.seconds),
            "retries": self.retries,
            **self.judgement.counts,
            "wrong": self.judgement.wrong,
        }


class Residents:
    """Write until told to stop, some of them several messages in a breath."""

    def __init__(self, gateway: Gateway, count: int, pause: float, storm: Storm) -> None:
        self._gateway, self._pause, self._storm = gateway, pause, storm
        self._going_on = True
        self._tasks = [asyncio.create_task(self._write(f"+3363998{number:04d}")) for number in range(count)]

    async def stop(self) -> None:
        """Whatever was begun is posted until it is accepted."""
        self._going_on = False
        await asyncio.gather(*self._tasks)

    async def _write(self, number: str) -> None:
        turn = 0
        while self._going_on:
            turn += 1
            question = QUESTIONS[turn % len(QUESTIONS)]
            for part in range(random.choice((1, 1, 1, 2, 3))):
                sid = f"SM{number[1:]}{turn:06d}{part}"
                tries = await self._gateway.deliver(sid, number, question)
                self._storm.accepted.add(sid)
                self._storm.retries += tries - 1
            await asyncio.sleep(random.uniform(0, 2 * self._pause))


class Processes:
    """The product's processes by role; any of them may be killed and comes back."""

    def __init__(self, town: Town) -> None:
        self._town = town
        self._commands = ["serve"] if not town.database_url else ["serve --no-worker", "worker", "worker"]
        self._running: list[subprocess.Popen[bytes]] = []

    async def start(self) -> None:
        for number in range(len(self._commands)):
            self._running.append(self._start(number))
            await self._await_ready(number)

    async def kill_one(self, *, twice: bool) -> None:
        """kill -9 at a moment drawn by lot, now and then while it is still starting."""
        number = random.randrange(len(self._running))
        await self._kill_in_its_life(number)
        if twice:
            await self._await_ready(number)
            lease = LEASE_SECONDS if self._town.database_url else CALL_SECONDS
            await asyncio.sleep(lease + random.uniform(0, _LOOKED_UP_WITHIN))
            self._kill(number)
            self._running[number] = self._start(number)

    async def _kill_in_its_life(self, number: int) -> None:
        if random.random() < _KILLED_WHILE_STARTING:
            self._kill(number)
            self._running[number] = self._start(number)
            await asyncio.sleep(random.uniform(0, 2))
        else:
            await self._await_ready(number)
            await asyncio.sleep(random.uniform(0, _LONGEST_LIFE))
        self._kill(number)
        self._running[number] = self._start(number)

    async def await_ready(self) -> None:
        for number in range(len(self._running)):
            await self._await_ready(number)

    def stop(self) -> None:
        for process in self._running:
            stop(process, signal.SIGTERM)

    def _start(self, number: int) -> subprocess.Popen[bytes]:
        return self._town.start(self._commands[number], self._town.ports[0] if number == 0 else 1)

    async def _await_ready(self, number: int) -> None:
        if number == 0:
            await asyncio.to_thread(self._town.await_ready, self._running[0], self._town.ports[0])

    def _kill(self, number: int) -> None:
        self._running[number].kill()
        self._running[number].wait()


async def storm(
    town: Town, *, kills: int, residents: int = 12, pause: float = 0.5, slow: bool = False, twice: bool = False
) -> Storm:
    """Runs one storm over a town whose sandbox is up, and judges it."""
    told = Storm()
    begun = time.monotonic()
    processes = Processes(town)
    gateway = town.gateway()
    try:
        town.start("intents train", town.ports[0]).wait()  # nobody lives long enough to do it under way
        if slow:
            set_modes(town, _SLOW)
        await processes.start()
        people = Residents(gateway, residents, pause, told)
        for _ in range(kills):
            await processes.kill_one(twice=twice)
            told.kills += 1
        await processes.await_ready()
        await people.stop()
        await _drain(town)
    finally:
        gateway.close()
        processes.stop()
    told.seconds = time.monotonic() - begun
    told.judgement = judge(town, told.accepted)
    return told


def set_modes(town: Town, modes: dict[str, int]) -> None:
    """How the sandbox behaves from here on."""
    asked = Request(
        f"http://127.0.0.1:{town.provider_port}/api/modes",
        json.dumps(modes).encode(),
        {"content-type": "application/json"},
    )
    with urlopen(asked, timeout=10) as answer:
        answer.read()


async def _drain(town: Town) -> None:
    deadline = time.monotonic() + _DRAIN_SECONDS
    while unfinished(town) and time.monotonic() < deadline:
        await asyncio.sleep(0.2)


@contextmanager
def stormy_town(folder: Path, *, postgres: bool) -> Iterator[Town]:
    """A town with its sandbox, which survives, on SQLite or on a private PostgreSQL server."""
    if not postgres:
        town = new_town(folder)
        with town.provider():
            yield town
        return
    programs = find_programs()
    if programs is None:
        raise SystemExit("no PostgreSQL on this machine: install the package postgresql")
    with postgres_server(programs) as server, server.database() as url:
        town = new_town(folder, database_url=url)
        with town.provider():
            yield town


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.kill_loop", description=__doc__)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--postgres", action="store_true", help="two workers and a web process on PostgreSQL")
    parser.add_argument("--residents", type=int, default=12)
    parser.add_argument("--pause", type=float, default=0.5, help="seconds between two messages of a resident")
    parser.add_argument("--slow", action="store_true", help="the provider accepts 1 to 9 s after the call")
    parser.add_argument("--twice", action="store_true", help="each process killed is killed again while it looks up")
    parser.add_argument("--keep", action="store_true", help="keep the folder with logs, journal and database")
    given = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="guichet-kill-"))
    with stormy_town(folder, postgres=given.postgres) as town:
        how = {"pause": given.pause, "slow": given.slow, "twice": given.twice}
        told = asyncio.run(storm(town, kills=given.kills, residents=given.residents, **how))
    print(json.dumps(told.report(), ensure_ascii=False))
    if given.keep or told.judgement.wrong:
        print(f"kept: {folder}", file=sys.stderr)
    raise SystemExit(1 if told.judgement.wrong else 0)


if __name__ == "__main__":
    main()
