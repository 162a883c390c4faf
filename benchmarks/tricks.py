"""What each trick on the hot path gains: the product with all of them, and with one of them off, on a filled store.

`python -m benchmarks.tricks [--store sqlite|postgres] [--rounds 3] [--seconds 10] [--rate 25]`. The variants take
turns, another one first each round, so that all of them meet the machine's good and bad minutes. One JSON object a run,
then one a store with the medians. On a machine that others use too, CPU a message counts; the sandbox's own beside it
tells how fast the machine was, though that too falls when messages come in batches. A trick that gains less than 15 %
of the throughput, and of the CPU, is not worth its lines.
"""

import argparse
import asyncio
import json
import signal
import statistics
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

from benchmarks.console_lists import filled_town
from benchmarks.end_to_end import DURABLE, Plan, measure, start
from benchmarks.support import machine
from benchmarks.support.big_town import Size
from benchmarks.support.switched import ALL_ON
from benchmarks.support.town import Town
from tests.support.processes import stop

LAYOUTS = {
    "sqlite, 1 process": (Plan("sqlite"), ("loop writer", "leases at birth", "background jobs")),
    "postgres, 1 process": (Plan("postgres"), ("leases at birth",)),
    "postgres, 1 web + 1 worker": (Plan("postgres", webs=1, workers=1), ("leases at birth",)),
}
"""Where each is tried, and what is switched off there."""

_APART = 1_000_000
"""Between the first residents of two runs: each run has people of its own."""


def run(town: Town, server: int, plan: Plan, off: str) -> dict[str, Any]:
    """One measurement with a trick off; the processes begin and end with it."""
    with ExitStack() as stack:
        watched = {"postgres": server} if server else {}
        watched["provider"] = stack.enter_context(town.provider()).pid
        for name, process in start(replace(town, program=("benchmarks.support.switched", off)), plan).items():
            stack.callback(stop, process, signal.SIGTERM)
            watched[name] = process.pid
        found = asyncio.run(measure(plan, town, watched))
    return found | {"cpu_over_sandbox": _over_sandbox(found)}


def _over_sandbox(found: dict[str, Any]) -> float:
    return round(found["cpu_ms_per_message"] / max(0.1, found["cpu_ms_by_process"]["provider"]), 2)


def measure_store(name: str, given: argparse.Namespace) -> Iterator[dict[str, Any]]:
    """Each variant once a round on one filled store."""
    plan, tricks = LAYOUTS[name]
    variants = [ALL_ON, *(each for each in tricks if given.trick in {None, each})]
    plan = replace(plan, seconds=given.seconds, warm=given.warm, rate=given.rate)
    with tempfile.TemporaryDirectory(prefix="guichet-tricks-") as folder:
        size, postgres = Size(given.conversations, given.messages), plan.store == "postgres"
        with filled_town(Path(folder), size, postgres=postgres, options=DURABLE) as (town, server):
            for number in range(given.rounds):
                turn = number % len(variants)
                for place, off in enumerate(variants[turn:] + variants[:turn]):  # nobody is always the first
                    plan = replace(plan, first=plan.first + _APART)
                    yield {"layout": name, "off": off, "round": number + 1, "place": place} | run(
                        town, server, plan, off
                    )


def summary(runs: list[dict[str, Any]]) -> dict[str, Any]:
    """The medians of each variant, and what the trick that was off gains."""
    middle = {
        off: tuple(
            statistics.median(each[key] for each in runs if each["off"] == off)
            for key in ("messages_per_second", "cpu_ms_per_message", "cpu_over_sandbox")
        )
        for off in sorted({each["off"] for each in runs})
    }
    speed, cost, ratio = middle[ALL_ON]
    gains = {
        off: {"throughput": f"{speed / slower - 1:+.0%}", "cpu": f"{1 - cost / dearer:+.0%}",
              "cpu over sandbox": f"{1 - ratio / more:+.0%}"}
        for off, (slower, dearer, more) in middle.items()
        if off != ALL_ON
    }  # fmt: skip
    return {"layout": runs[0]["layout"], "medians": middle, "gains": gains}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.tricks", description=__doc__)
    parser.add_argument("--store", choices=["sqlite", "postgres"])
    parser.add_argument("--trick", help="only this one")
    parser.add_argument("--rate", type=float, default=0.0, help="messages per second; 0 for the closed loop")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--warm", type=float, default=4.0)
    parser.add_argument("--conversations", type=int, default=20_000)
    parser.add_argument("--messages", type=int, default=200_000)
    given = parser.parse_args()
    print(json.dumps(machine.description()), flush=True)
    for name in LAYOUTS:
        if given.store in {None, LAYOUTS[name][0].store}:
            runs = []
            for each in measure_store(name, given):
                print(json.dumps(each), flush=True)
                runs.append(each)
            print(json.dumps(summary(runs)), flush=True)


if __name__ == "__main__":
    main()
