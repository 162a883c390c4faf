"""A loop over due rows: claim what there is room for, handle each in its own task, sleep until rung or swept."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from typing import Generic, TypeVar

import structlog

from app.process.complaints import Complaint
from kit.ports import Hint, LiveBus

log = structlog.get_logger(__name__)

T = TypeVar("T")
SWEEP_SECONDS = 1.0
_AFTER_FAILURE = 1.0


class Pump(Generic[T]):
    """`claim(room)` gives up to `room` items; `handle(item)` does one. The sweep finds what no hint announced."""

    def __init__(
        self,
        name: str,
        *,
        claim: Callable[[int], Awaitable[Sequence[T]]],
        handle: Callable[[T], Awaitable[object]],
        room: int,
    ) -> None:
        self._name = name
        self._claim = claim
        self._handle = handle
        self._room = room
        self._running: set[asyncio.Task[object]] = set()
        self._wake = asyncio.Event()
        self._stopped = False
        self._complaint = Complaint("claim_failed")

    async def run(self, bus: LiveBus, topic: str, stopping: asyncio.Event) -> None:
        """Until `stopping`; then finishes what it has in hand."""
        async with bus.subscribe(topic) as hints:
            listener = asyncio.create_task(self._listen(hints))
            try:
                while not stopping.is_set():
                    await self._round()
            finally:
                listener.cancel()
                await self._finish()

    async def _listen(self, hints: AsyncIterator[Hint]) -> None:
        async for _ in hints:
            self._wake.set()

    @property
    def room(self) -> int:
        """How many more it could handle now; none once it has been told to stop."""
        return 0 if self._stopped else self._room - len(self._running)

    def take(self, item: T) -> None:
        """Handles what was claimed for it elsewhere."""
        task = asyncio.ensure_future(self._handle_safely(item))
        self._running.add(task)
        task.add_done_callback(self._done)

    async def _round(self) -> None:
        self._wake.clear()
        room = self.room
        items: Sequence[T] = []
        if room > 0:
            items = await self._claim_safely(room)
        for item in items:
            self.take(item)
        if len(items) < room or room <= 0:
            # Everything due was claimed; what became due since then has rung.
            await self._rest()

    async def _claim_safely(self, room: int) -> Sequence[T]:
        """What there is to do; nothing where the store fails."""
        try:
            items = await self._claim(room)
        except Exception as error:
            self._complaint.tell(error, pump=self._name)
            await asyncio.sleep(_AFTER_FAILURE)
            return []
        self._complaint.end(pump=self._name)
        return items

    async def _rest(self) -> None:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._wake.wait(), SWEEP_SECONDS)

    async def _handle_safely(self, item: T) -> object:
        try:
            return await self._handle(item)
        except Exception:
            # The row keeps its lease and is taken again when that ends: nothing is lost.
            log.exception("work_failed", pump=self._name)
            return None

    def _done(self, task: asyncio.Task[object]) -> None:
        full = len(self._running) >= self._room
        self._running.discard(task)
        if full:
            self._wake.set()

    def stop(self) -> None:
        """Wakes the loop so that it sees that it must stop; from now on there is no room."""
        self._stopped = True
        self._wake.set()

    async def _finish(self) -> None:
        if self._running:
            await asyncio.wait(self._running, timeout=20)
