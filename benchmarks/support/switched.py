"""Runs the product with one of its tricks switched off: `python -m benchmarks.support.switched TRICK serve ...`."""

import asyncio
import sys
from typing import Any

from app import cli, worker
from case_store.engine.database import Store

ALL_ON = "nothing"


async def _no_jobs(product: Any, stopping: asyncio.Event) -> None:
    await stopping.wait()


def switch_off(trick: str) -> None:
    """Raises ValueError for what has no switch."""
    match trick:
        case "nothing":
            return
        case "loop writer":
            Store.writes_in_loop = False
        case "leases at birth":
            worker.Worker.leases_at_birth = False
        case "background jobs":  # no trick: how much any other way to run them could save
            vars(worker)["run_jobs"] = _no_jobs
        case _:
            raise ValueError(f"no switch for {trick}")


def main() -> None:
    switch_off(sys.argv.pop(1))
    cli.main()


if __name__ == "__main__":
    main()
