"""What the buses between processes share: hints wait for a line that may be lost, and go again when there is one."""

import asyncio
import json
from abc import abstractmethod
from collections.abc import Awaitable, Callable, Sequence
from typing import ClassVar

import structlog

from app.live.memory import RESYNC, MemoryBus
from kit.ids import uuid7
from kit.ports import Hint

log = structlog.get_logger(__name__)

_MOST_PENDING = 1_000
_AFTER_LOSS = 1.0


class BusBetween(MemoryBus):
    """A MemoryBus whose hints also go to the other processes.

    A kind of line says which errors mean that it is `lost`, and how many hints make one letter (`at_once`).
    """

    lost: ClassVar[tuple[type[Exception], ...]]
    at_once: ClassVar[int]

    def __init__(self) -> None:
        super().__init__()
        self._pending: list[Hint] = []
        self._wake = asyncio.Event()
        self._name = uuid7().hex

    def publish(self, hints: Sequence[Hint]) -> None:
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._publish, tuple(hints))

    def _publish(self, hints: Sequence[Hint]) -> None:
        self.offer(hints)
        self._pending.extend(hints)
        if len(self._pending) > _MOST_PENDING:  # nobody hears: whoever will, reads everything again
            self._pending = [RESYNC]
        self._wake.set()

    async def run(self) -> None:
        """Listens and sends until cancelled; a lost connection is opened again and everybody told to resync."""
        self._loop = asyncio.get_running_loop()
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._forever(self._listen))
            tasks.create_task(self._forever(self._send))

    async def _forever(self, work: Callable[[], Awaitable[None]]) -> None:
        while True:
            try:
                await work()
            except self.lost as error:
                log.warning("live_connection_lost", reason=str(error))
                await asyncio.sleep(_AFTER_LOSS)

    @abstractmethod
    async def _listen(self) -> None:
        """Says RESYNC once it hears, and gives each letter to `_hear`, until the line is lost."""

    @abstractmethod
    async def _send(self) -> None:
        """Opens a line and runs `_send_pending` on it."""

    async def _send_pending(self, send: Callable[[Sequence[Hint]], Awaitable[None]]) -> None:
        """Hands over what waits, some at a time, until the line is lost; what was in hand then waits again."""
        while True:
            await self._wake.wait()
            self._wake.clear()
            while self._pending:
                group, self._pending = self._pending[: self.at_once], self._pending[self.at_once :]
                try:
                    await send(group)
                except self.lost:
                    self._pending = [*group, *self._pending]
                    self._wake.set()
                    raise

    def _letter(self, hints: Sequence[Hint]) -> str:
        return json.dumps([self._name, hints])

    def _hear(self, letter: str) -> None:
        """Takes a letter of another process; one's own was heard already."""
        sender, hints = json.loads(letter)
        if sender != self._name:
            self.offer([(topic, payload) for topic, payload in hints])
