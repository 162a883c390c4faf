"""The live feed of both faces: one ear on the live bus for all streams of a process, one bell per stream."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager

from kit.ports import LiveBus

TOPICS = ("conversation", "case", "presence")


class Bell:
    """What has rung for one stream since it last looked, gathered while it was busy.

    `talk`: something changed in its conversation; `people`: who looks at it or types there; `lines`: a list may have
    changed. A stream sets back what it has looked at.
    """

    def __init__(self, conversation_id: str | None, stopping: asyncio.Event, *, for_lists: bool) -> None:
        self.conversation_id, self._stopping, self._for_lists = conversation_id, stopping, for_lists
        self._rung = asyncio.Event()
        self.talk = self.lines = self.people = True

    async def wait(self, seconds: float) -> bool:
        """Until something rings, the time is over or the process stops; whether something rang."""
        waits = [asyncio.ensure_future(self._rung.wait()), asyncio.ensure_future(self._stopping.wait())]
        try:
            await asyncio.wait(waits, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for each in waits:
                each.cancel()
            await asyncio.gather(*waits, return_exceptions=True)
        rang = self._rung.is_set()
        self._rung.clear()
        return rang

    def note(self, topic: str, id_: str) -> None:
        """Rings for a hint that concerns this stream."""
        here = self.conversation_id is not None and id_ == self.conversation_id
        if topic not in TOPICS:  # after a resync anything may have changed
            self.ring()
        elif not self._for_lists:
            if here and topic == "conversation":
                self.talk = True
                self._rung.set()
        elif topic == "presence":
            self.people |= here
            self._rung.set()
        else:
            # A case is told in several conversations.
            self.lines, self.talk = True, self.talk or here or topic == "case"
            self.people |= topic == "case"
            self._rung.set()

    def ring(self) -> None:
        """Everything is to be looked at anew."""
        self.talk = self.lines = self.people = True
        self._rung.set()


class LiveFeed:
    """Rings the streams of a process when something they watch has changed.

    Hundreds of streams share one subscription, which lasts as long as anybody watches.
    """

    def __init__(self, live: LiveBus, stopping: asyncio.Event) -> None:
        self._live, self._stopping = live, stopping
        self._by_conversation: dict[str, set[Bell]] = {}
        self._for_lists: set[Bell] = set()
        self._ear: asyncio.Task[None] | None = None

    @asynccontextmanager
    async def watch(self, conversation_id: str | None, *, for_lists: bool = False) -> AsyncIterator[Bell]:
        """A bell for one conversation; `for_lists`: also for whatever may change a list, and for who else looks."""
        bell = Bell(conversation_id, self._stopping, for_lists=for_lists)
        if for_lists:
            self._for_lists.add(bell)
        if conversation_id is not None:
            self._by_conversation.setdefault(conversation_id, set()).add(bell)
        if self._ear is None or self._ear.done():
            self._ear = asyncio.create_task(self._listen(), name="live-feed")
        try:
            yield bell
        finally:
            await self._forget(bell)

    def count(self, conversation_id: str) -> int:
        """How many streams of this process watch a conversation."""
        return len(self._by_conversation.get(conversation_id, ()))

    async def _forget(self, bell: Bell) -> None:
        self._for_lists.discard(bell)
        if bell.conversation_id is not None:
            watching = self._by_conversation.get(bell.conversation_id, set())
            watching.discard(bell)
            if not watching:
                self._by_conversation.pop(bell.conversation_id, None)
        if not (self._for_lists or self._by_conversation):
            ear, self._ear = self._ear, None
            if ear is not None:
                ear.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await ear

    async def _listen(self) -> None:
        async with self._live.subscribe(*TOPICS) as hints:
            for bell in self._all():
                bell.ring()  # what happened before this ear was open
            async for topic, payload in hints:
                id_ = str(payload.get("id", ""))
                here = self._by_conversation.get(id_, set())
                for bell in {*here, *self._for_lists} if topic in TOPICS else self._all():
                    bell.note(topic, id_)

    def _all(self) -> Iterable[Bell]:
        return {*self._for_lists, *(bell for bells in self._by_conversation.values() for bell in bells)}
