"""Hints between processes by PostgreSQL's LISTEN/NOTIFY, when there is no Redis.

One connection sends, one listens. A NOTIFY is a door-bell: what it says is read again from the store.
"""

from collections.abc import Sequence
from typing import Any

import psycopg

from app.live.between import BusBetween
from app.live.memory import RESYNC
from kit.ports import Hint

LIVE = "guichet_live"
WORK = "guichet_work"
"""Work has a channel of its own: a worker is not woken for pages, nor a web process for work."""

_WORK_TOPICS = frozenset({"turn", "delivery", "job"})


class PostgresBus(BusBetween):
    """Hints by a database's own bell. `hears`: the channels that this process listens to."""

    lost = (psycopg.Error,)
    at_once = 20

    def __init__(self, url: str, hears: Sequence[str] = (LIVE, WORK)) -> None:
        super().__init__()
        self._hears = hears
        self._url = url.replace("postgresql+psycopg://", "postgresql://", 1)

    async def _connect(self) -> psycopg.AsyncConnection[Any]:
        return await psycopg.AsyncConnection.connect(self._url, autocommit=True)

    async def _listen(self) -> None:
        async with await self._connect() as connection:
            for channel in self._hears:
                await connection.execute(f"LISTEN {channel}")
            self.offer([RESYNC])
            async for notice in connection.notifies():
                self._hear(notice.payload)

    async def _send(self) -> None:
        async with await self._connect() as connection:

            async def send(group: Sequence[Hint]) -> None:
                for channel, hints in _by_channel(group).items():
                    await connection.execute("SELECT pg_notify(%s, %s)", (channel, self._letter(hints)))

            await self._send_pending(send)


def _by_channel(hints: Sequence[Hint]) -> dict[str, list[Hint]]:
    """Each hint once."""
    found: dict[str, list[Hint]] = {}
    for hint in hints:
        there = found.setdefault(WORK if hint[0] in _WORK_TOPICS else LIVE, [])
        if hint not in there:
            there.append(hint)
    return found
