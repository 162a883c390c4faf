"""Tells the open pages what happened."""

import asyncio
from collections.abc import AsyncIterator, Callable, Collection
from typing import Any

Event = tuple[str, dict[str, Any]]


class Hub:
    """Each page hears of the residents it plays, and of everything that concerns nobody in particular."""

    def __init__(self) -> None:
        self._pages: dict[asyncio.Queue[Event | None], frozenset[str]] = {}

    def publish(self, kind: str, describe: Callable[[], dict[str, Any]], *, resident: str | None = None) -> None:
        """`describe` is called only when some page wants to know."""
        for queue, residents in self._pages.items():
            if resident is None or resident in residents:
                self._put(queue, (kind, describe()))

    async def listen(self, residents: Collection[str]) -> AsyncIterator[Event]:
        """Events until the sandbox stops; "resync" when the page was too slow to hear them all."""
        queue: asyncio.Queue[Event | None] = asyncio.Queue(500)
        self._pages[queue] = frozenset(residents)
        try:
            while (event := await queue.get()) is not None:
                yield event
        finally:
            del self._pages[queue]

    def close(self) -> None:
        for queue in self._pages:
            _empty(queue)
            queue.put_nowait(None)

    @staticmethod
    def _put(queue: asyncio.Queue[Event | None], event: Event) -> None:
        if queue.full():
            _empty(queue)
            event = ("resync", {})
        queue.put_nowait(event)


def _empty(queue: asyncio.Queue[Event | None]) -> None:
    while not queue.empty():
        queue.get_nowait()
