"""Hints between processes by PostgreSQL's LISTEN/NOTIFY, when there is no Redis.

One connection sends, one listens. A NOTIFY is a door-bell: what it says is read again from the store.
"""

import asyncio
import json
from collections.abc import Sequence
from typing import Any

import psycopg
import structlog

from app.live.memory import RESYNC, MemoryBus
from kit.ids import uuid7
from kit.ports import Hint

log = structlog.get_logger(__name__)

LIVE = "guichet_live"
WORK = "guichet_work"
"""Work has a channel of its own: a worker is not woken for pages, nor a web process for work."""

_WORK_TOPICS = frozenset({"turn", "delivery", "job"})


class PostgresBus(MemoryBus):
    """A MemoryBus whose hints also go to the other processes. `hears`: the channels that this one listens to."""

    def __init__(self, url: str, hears: Sequence[str] = (LIVE, WORK)) -> None:
        super().__init__()
        self._hears = hears
        self._url = url.replace("postgresql+psycopg://", "postgresql://", 1)
        self._pending: list[Hint] = []
        self._wake = asyncio.Event()
        self._name = uuid7().hex

    def publish(self, hints: Sequence[Hint]) -> None:
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._publish, tuple(hints))

    def _publish(self, hints: Sequence[Hint]) -> None:
        self.offer(hints)
        self._pending.extend(hints)
        self._wake.set()

    async def run(self) -> None:
        """Listens and sends until cancelled; a lost connection is opened again and everybody told to resync."""
        self._loop = asyncio.get_running_loop()
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._forever(self._listen))
            tasks.create_task(self._forever(self._send))

    async def _forever(self, work: Any) -> None:
        while True:
            try:
                async with await psycopg.AsyncConnection.connect(self._url, autocommit=True) as connection:
                    await work(connection)
            except psycopg.Error as error:
                log.warning("live_connection_lost", reason=str(error))
                await asyncio.sleep(1)

    async def _listen(self, connection: psycopg.AsyncConnection[Any]) -> None:
        for channel in self._hears:
            await connection.execute(f"LISTEN {channel}")
        self.offer([RESYNC])
        async for notice in connection.notifies():
            sender, hints = json.loads(notice.payload)
            if sender != self._name:
                self.offer([(topic, payload) for topic, payload in hints])

    async def _send(self, connection: psycopg.AsyncConnection[Any]) -> None:
        while True:
            await self._wake.wait()
            self._wake.clear()
            while self._pending:
                group = self._pending[:20]
                for channel, hints in _by_channel(group).items():
                    await connection.execute("SELECT pg_notify(%s, %s)", (channel, json.dumps([self._name, hints])))
                del self._pending[: len(group)]


def _by_channel(hints: Sequence[Hint]) -> dict[str, list[Hint]]:
    """Each hint once."""
    found: dict[str, list[Hint]] = {}
    for hint in hints:
        there = found.setdefault(WORK if hint[0] in _WORK_TOPICS else LIVE, [])
        if hint not in there:
            there.append(hint)
    return found
