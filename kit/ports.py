"""Ports: what a face or a step needs from beside or above, handed in by the composition root."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Any, Protocol

Hint = tuple[str, Mapping[str, Any]]
"""A door-bell: (topic, small payload). Never the only copy of anything; the reader re-reads the store.

Topics: "turn" and "delivery" (work is due), "conversation" (id, seq), "case" (id).
"""


class LiveBus(Protocol):
    """Carries hints between processes; may lose them, never invents them."""

    def publish(self, hints: Sequence[Hint]) -> None:
        """Announces that a topic has news. May be called from any thread; never raises, never waits."""

    def subscribe(self, *topics: str) -> AbstractAsyncContextManager[AsyncIterator[Hint]]:
        """The hints of these topics; on overflow or reconnection a ("resync", {}) hint is given."""


@dataclass(frozen=True, slots=True)
class Viewer:
    """A member of staff who has a conversation open."""

    staff_id: str
    name: str
    typing: bool


class Presence(Protocol):
    """Who looks at what right now; entries fade by themselves after 45 seconds."""

    async def seen(self, conversation_id: str, viewer: Viewer) -> None: ...
    async def left(self, conversation_id: str, staff_id: str) -> None: ...
    async def viewers(self, conversation_id: str) -> list[Viewer]: ...


class Limiter(Protocol):
    """Counts attempts in a window."""

    async def allow(self, name: str, key: str, *, limit: int, seconds: int) -> bool:
        """False when `key` has already had `limit` attempts of `name` in the last `seconds`."""

    async def give_back(self, name: str, key: str, *, seconds: int) -> None:
        """The latest attempt does not count after all: it was no guess."""
