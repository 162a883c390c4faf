"""Live hints, presence and limits in the memory of one process; those of Redis and PostgreSQL span several."""

import asyncio
import time
from collections import defaultdict, deque
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from kit.ports import Hint, Viewer

QUEUE = 256
RESYNC: Hint = ("resync", {})
PRESENCE_SECONDS = 45.0


class Subscription:
    """One reader's bounded queue: when it is full the reader is told to read everything again."""

    def __init__(self, topics: Sequence[str]) -> None:
        self.topics = frozenset(topics)
        self._queue: asyncio.Queue[Hint] = asyncio.Queue(QUEUE)

    def offer(self, hint: Hint) -> None:
        """Called on the event loop."""
        if hint[0] not in self.topics and hint[0] != "resync":
            return
        if self._queue.full():
            while not self._queue.empty():
                self._queue.get_nowait()
            hint = RESYNC
        self._queue.put_nowait(hint)

    def __aiter__(self) -> AsyncIterator[Hint]:
        return self

    async def __anext__(self) -> Hint:
        return await self._queue.get()


class MemoryBus:
    """Hints within one process. `publish` may be called from the store's threads."""

    def __init__(self) -> None:
        self._subscriptions: set[Subscription] = set()
        self._loop: asyncio.AbstractEventLoop | None = None

    def publish(self, hints: Sequence[Hint]) -> None:
        if self._loop is not None and not self._loop.is_closed() and self._subscriptions:
            self._loop.call_soon_threadsafe(self.offer, tuple(hints))

    def offer(self, hints: Sequence[Hint]) -> None:
        """Hands hints to the readers; on the event loop."""
        for hint in hints:
            for subscription in tuple(self._subscriptions):
                subscription.offer(hint)

    @asynccontextmanager
    async def subscribe(self, *topics: str) -> AsyncIterator[AsyncIterator[Hint]]:
        self._loop = asyncio.get_running_loop()
        subscription = Subscription(topics)
        self._subscriptions.add(subscription)
        try:
            yield subscription
        finally:
            self._subscriptions.discard(subscription)


class MemoryPresence:
    """Who looks at what, in one process."""

    def __init__(self) -> None:
        self._seen: dict[str, dict[str, tuple[Viewer, float]]] = defaultdict(dict)

    async def seen(self, conversation_id: str, viewer: Viewer) -> None:
        self._seen[conversation_id][viewer.staff_id] = (viewer, time.monotonic() + PRESENCE_SECONDS)

    async def left(self, conversation_id: str, staff_id: str) -> None:
        viewers = self._seen.get(conversation_id, {})
        viewers.pop(staff_id, None)
        if not viewers:
            self._seen.pop(conversation_id, None)

    async def viewers(self, conversation_id: str) -> list[Viewer]:
        moment = time.monotonic()
        return [viewer for viewer, until in self._seen.get(conversation_id, {}).values() if until > moment]


class MemoryLimiter:
    """A sliding window of attempts, in one process."""

    def __init__(self) -> None:
        self._attempts: dict[tuple[str, str], deque[float]] = {}

    async def allow(self, name: str, key: str, *, limit: int, seconds: int) -> bool:
        moment = time.monotonic()
        attempts = self._attempts.setdefault((name, key), deque())
        while attempts and attempts[0] <= moment - seconds:
            attempts.popleft()
        if len(attempts) >= limit:
            return False
        attempts.append(moment)
        if len(self._attempts) > 50_000:
            self._forget_idle(moment - 3600)
        return True

    async def give_back(self, name: str, key: str, *, seconds: int) -> None:
        attempts = self._attempts.get((name, key))
        if attempts:
            attempts.pop()

    def _forget_idle(self, before: float) -> None:
        for key in [key for key, attempts in self._attempts.items() if not attempts or attempts[-1] < before]:
            del self._attempts[key]
