"""Messages per second, latency and CPU, from a signed webhook to the reply at the provider: everything durable.

`python -m benchmarks.end_to_end` measures one process on SQLite, then two web and two worker processes on a private
PostgreSQL, each saturated by 32 residents and at fixed rates. Options choose one measurement:
`--store sqlite|postgres --rate 50 --provider sandbox|light --seconds 30`. One JSON object a line.
"""

import argparse
import asyncio
import contextlib
import json
import signal
import subprocess
import tempfile
import time
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.support import machine
from benchmarks.support.residents import Population, Resident, population
from benchmarks.support.town import Town, new_town
from tests.support.postgres import find_programs, postgres_server
from tests.support.processes import stop

LIGHT = "benchmarks.support.light_provider"
# As a town would run it: every commit is on the disk before it is acknowledged.
DURABLE = ("max_connections=200", "shared_buffers=256MB")
_THINKING = 1.0


@dataclass(frozen=True)
class Plan:
    """One measurement; `rate` 0 means a closed loop of `residents`, who are numbered from `first` on."""

    store: str
    rate: float = 0.0
    residents: int = 32
    provider: str = "sandbox"
    seconds: float = 30.0
    warm: float = 8.0
    webs: int = 1
    workers: int = 0
    first: int = 0


@contextlib.contextmanager
def running_town(plan: Plan, folder: Path) -> Iterator[tuple[Town, dict[str, int]]]:
    """The town and the pids to watch, by role; "postgres" stands for a whole family."""
    with contextlib.ExitStack() as stack:
        url, watched = "", {}
        if plan.store == "postgres":
            programs = find_programs()
            if programs is None:
                raise SystemExit("no PostgreSQL on this machine: install the package postgresql")
            server = stack.enter_context(postgres_server(programs, options=DURABLE))
            url = stack.enter_context(server.database())
            watched["postgres"] = server.pid
        town = new_town(folder, webs=plan.webs, database_url=url)
        program = "sandbox" if plan.provider == "sandbox" else LIGHT
        watched["provider"] = stack.enter_context(town.provider(program)).pid
        for name, process in start(town, plan).items():
            stack.callback(stop, process, signal.SIGTERM)
            watched[name] = process.pid
        yield town, watched


def start(town: Town, plan: Plan) -> dict[str, subprocess.Popen[bytes]]:
    """The product's processes, by role; the web ones are ready."""
    apart = plan.workers > 0
    started = {}
    for number, port in enumerate(town.ports):
        started[f"web{number}"] = town.start("serve --no-worker" if apart else "serve", port)
        town.await_ready(started[f"web{number}"], port)  # the first one migrates
    for number in range(plan.workers):
        started[f"worker{number}"] = town.start("worker", number + 1)
    return started


async def _closed(people: Population, plan: Plan, until: float) -> None:
    async def live() -> None:
        resident = people.new_resident()
        while time.time() < until:
            words = resident.next_words()
            if words is None:
                resident = people.new_resident()
            else:
                await people.speak(resident, words)

    await asyncio.gather(*(live() for _ in range(plan.residents)))


async def _open(people: Population, plan: Plan, until: float) -> None:
    """Speaks at a fixed rate, whoever has had a moment to think; the late do not slow the others down."""
    thinking: deque[tuple[float, Resident]] = deque()
    talking: set[asyncio.Task[None]] = set()

    async def talk(resident: Resident, words: str) -> None:
        await people.speak(resident, words)
        thinking.append((time.time() + _THINKING, resident))

    begun, count = time.time(), 0
    while (moment := time.time()) < until:
        while count < (moment - begun) * plan.rate:
            count += 1
            resident, words = _who_speaks(people, thinking, moment)
            task = asyncio.create_task(talk(resident, words))
            talking.add(task)
            task.add_done_callback(talking.discard)
        await asyncio.sleep(0.002)
    await asyncio.gather(*talking)


def _who_speaks(people: Population, thinking: deque[tuple[float, Resident]], moment: float) -> tuple[Resident, str]:
    while thinking and thinking[0][0] <= moment:
        resident = thinking.popleft()[1]
        if words := resident.next_words():
            return resident, words
    resident = people.new_resident()
    return resident, resident.next_words() or "Bonjour"


async def measure(plan: Plan, town: Town, watched: dict[str, int]) -> dict[str, object]:
    """Warms up, then counts for `plan.seconds`."""
    async with population(town, plan.first) as people:
        await _warm(people)
        begun = time.time()
        until = begun + plan.warm + plan.seconds
        load = asyncio.create_task((_open if plan.rate else _closed)(people, plan, until))
        await asyncio.sleep(plan.warm)
        cpu, times, start = _cpu(watched), machine.processor_times(), time.time()
        await asyncio.sleep(plan.seconds)
        spent = {name: value - cpu[name] for name, value in _cpu(watched).items()}
        idle, end = machine.idle_share(times, machine.processor_times()), time.time()
        await load
        counted = [sample for sample in people.samples if start <= sample.answered < end]
    messages = max(1, len(counted))
    latency = machine.spread([(sample.answered - sample.sent) * 1000 for sample in counted])
    accepted = machine.spread([(sample.acknowledged - sample.sent) * 1000 for sample in counted])
    ours = sum(value for name, value in spent.items() if name != "provider")
    return {
        "store": plan.store,
        "processes": f"{plan.webs} web + {plan.workers} worker" if plan.workers else "1",
        "load": f"{plan.rate:g}/s" if plan.rate else f"{plan.residents} residents",
        "provider": plan.provider,
        "messages_per_second": round(len(counted) / (end - start), 1),
        "delivery_ms": latency,
        "acknowledgement_ms": {name: accepted[name] for name in ("p50", "p95")} if accepted else {},
        "cpu_ms_per_message": round(ours * 1000 / messages, 2),
        "cpu_ms_by_process": {name: round(value * 1000 / messages, 2) for name, value in spent.items()},
        "machine_idle": idle,
        "unanswered": people.unanswered,
    }


async def _warm(people: Population) -> None:
    """Until somebody has been answered: workers load the model before they work."""
    resident = people.new_resident()
    await people.speak(resident, "Bonjour", timeout=120)


def _cpu(watched: dict[str, int]) -> dict[str, float]:
    return {
        name: machine.family_cpu_seconds(pid) if name == "postgres" else machine.cpu_seconds(pid)
        for name, pid in watched.items()
    }


def run(plan: Plan) -> dict[str, object]:
    with tempfile.TemporaryDirectory(prefix="guichet-bench-") as folder, running_town(plan, Path(folder)) as found:
        return asyncio.run(measure(plan, *found))


def plans(given: argparse.Namespace) -> list[Plan]:
    chosen = [given.store] if given.store else ["sqlite", "postgres"]
    found = []
    for store in chosen:
        rates = [given.rate] if given.rate is not None else ([0.0, 50.0] if store == "sqlite" else [0.0, 45.0])
        apart = {"webs": 2, "workers": 2} if store == "postgres" else {}
        found += [
            Plan(store, rate, given.residents, given.provider, given.seconds, given.warm, **apart) for rate in rates
        ]
    return found


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.end_to_end", description=__doc__)
    parser.add_argument("--store", choices=["sqlite", "postgres"])
    parser.add_argument("--rate", type=float, help="messages per second; 0 for the closed loop")
    parser.add_argument("--residents", type=int, default=32)
    parser.add_argument("--provider", choices=["sandbox", "light"], default="sandbox")
    parser.add_argument("--seconds", type=float, default=30.0)
    parser.add_argument("--warm", type=float, default=8.0)
    given = parser.parse_args()
    print(json.dumps(machine.description()), flush=True)
    for plan in plans(given):
        print(json.dumps(run(plan)), flush=True)


if __name__ == "__main__":
    main()
