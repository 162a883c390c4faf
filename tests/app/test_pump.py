"""The loop over due rows, while the store is away."""

import asyncio
from collections.abc import Sequence

import pytest
from structlog.testing import capture_logs

from app.live.memory import MemoryBus
from app.process import pump as pump_module
from app.process.pump import Pump


async def test_a_store_that_is_away_fills_no_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pump_module, "_AFTER_FAILURE", 0.0)
    stopping, claims = asyncio.Event(), iter([OSError, OSError, None, OSError])

    async def claim(room: int) -> Sequence[str]:
        failure = next(claims, None)
        if failure:
            raise failure("away")
        return []

    async def handle(item: str) -> None:
        raise AssertionError("there is nothing to handle")

    monkeypatch.setattr(pump_module, "SWEEP_SECONDS", 0.0)
    pump = Pump("turns", claim=claim, handle=handle, room=1)
    with capture_logs() as logs:
        running = asyncio.create_task(pump.run(MemoryBus(), "turn", stopping))
        while len(logs) < 4:
            await asyncio.sleep(0)
        stopping.set()
        pump.stop()
        await running
    told = [(entry["event"], entry.get("exc_info") is not None) for entry in logs]
    assert told == [
        ("claim_failed", True),
        ("claim_failed", False),
        ("claim_failed_no_more", False),
        ("claim_failed", True),
    ]
