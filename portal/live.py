"""Wakes the chats that wait: one ear on the live bus for all of them, one bell per conversation."""

import asyncio
import contextlib
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from kit.ports import LiveBus


class ConversationBells:
    """Rings the chats of a conversation when something in it changed.

    Hundreds of chats share one subscription, which lasts as long as anybody watches.
    """

    def __init__(self, live: LiveBus) -> None:
        self._live = live
        self._watching: dict[str, set[asyncio.Event]] = defaultdict(set)
        self._ear: asyncio.Task[None] | None = None

    @asynccontextmanager
    async def watch(self, conversation_id: str) -> AsyncIterator[asyncio.Event]:
        """An event that is set at each change; the watcher clears it."""
        bell = asyncio.Event()
        self._watching[conversation_id].add(bell)
        if self._ear is None or self._ear.done():
            self._ear = asyncio.create_task(self._listen(), name="portal-bells")
        try:
            yield bell
        finally:
            self._watching[conversation_id].discard(bell)
            if not self._watching[conversation_id]:
                del self._watching[conversation_id]
            if not self._watching:
                await self._rest()

    def count(self, conversation_id: str) -> int:
        """How many watch this conversation in this process."""
        return len(self._watching.get(conversation_id, ()))

    async def _rest(self) -> None:
        ear, self._ear = self._ear, None
        if ear is not None:
            ear.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await ear

    async def _listen(self) -> None:
        async with self._live.subscribe("conversation") as hints:
            self._ring_all()  # what happened before this ear was open
            async for topic, payload in hints:
                if topic == "resync":
                    self._ring_all()
                for bell in self._watching.get(str(payload.get("id")), ()):
                    bell.set()

    def _ring_all(self) -> None:
        for bells in self._watching.values():
            for bell in bells:
                bell.set()


async def wait_for(bell: asyncio.Event, stopping: asyncio.Event, seconds: float) -> bool:
    """True when the bell rang within the time; returns early when the server stops."""
    waits = [asyncio.ensure_future(bell.wait()), asyncio.ensure_future(stopping.wait())]
    try:
        await asyncio.wait(waits, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for wait in waits:
            wait.cancel()
    rang = bell.is_set()
    bell.clear()
    return rang
