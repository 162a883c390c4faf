"""The town's clock, injected everywhere; leases and back-off use the machine's own time instead.

A fixed clock (checks, replays) must not freeze retries: what belongs to the machine
(back-off, sweeps) reads `machine_time`, what the town says or stores reads a `Clock`. Leases and due times go by the
database's clock (`case_store/engine/clocks.py`); how long something lasts in this process, by `steady_time`.
"""

import time
from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """Gives the current aware time in UTC."""

    def now(self) -> datetime: ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)


class FixedClock:
    """Always the same moment: for checks and replays.

    Raises ValueError for a time without zone.
    """

    def __init__(self, moment: datetime) -> None:
        if moment.tzinfo is None:
            raise ValueError("the fixed time needs a zone, for example 2026-11-24T10:00:00+01:00")
        self._moment = moment.astimezone(UTC)

    def now(self) -> datetime:
        return self._moment


def machine_time() -> float:
    """Unix seconds of this machine."""
    return time.time()


def steady_time() -> float:
    """Seconds since some moment, for durations within this process: no change of the machine's clock touches it."""
    return time.monotonic()
