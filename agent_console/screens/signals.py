"""What has rung since a live stream last looked: hints gathered while it was busy."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress

from kit.ports import Hint

TOPICS = ("conversation", "case", "presence")


class Signals:
    """Collects the hints of one stream; `wait` returns when there is something to look at."""

    def __init__(self, conversation_id: str | None, stopping: asyncio.Event) -> None:
        self._conversation_id, self._stopping = conversation_id, stopping
        self._rung = asyncio.Event()
        self.talk = self.lines = self.people = True

    async def listen(self, hints: AsyncIterator[Hint]) -> None:
        """Runs beside the stream until it is cancelled."""
        async for topic, payload in hints:
            self._note(topic, str(payload.get("id", "")))
            self._rung.set()

    async def wait(self, seconds: float) -> bool:
        """Until something rings or the time is over; False when the process stops."""
        rung = asyncio.ensure_future(self._rung.wait())
        stopping = asyncio.ensure_future(self._stopping.wait())
        try:
            await asyncio.wait((rung, stopping), timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in (rung, stopping):
                task.cancel()
                with suppress(asyncio.CancelledError):
                    await task
        self._rung.clear()
        return not self._stopping.is_set()

    def _note(self, topic: str, id_: str) -> None:
        here = self._conversation_id is not None and id_ == self._conversation_id
        if topic == "presence":
            self.people |= here
        elif topic == "conversation":
            self.lines, self.talk = True, self.talk or here
        else:
            # A case is told in several conversations, and after a resync anything may have changed.
            self.lines = self.talk = self.people = True
