"""A provider that fails as told, and processes that die while they send."""

import asyncio
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from bot.deliver import Deliverer
from case_store.work import delivery_claims
from channels.contract import Capabilities, OutboundMessage, Sent
from channels.errors import ProviderUnavailable, RateLimited, SendError
from tests.case_store.world import World


class Provider:
    """Takes messages, tells what it has taken since some whole second, and knows them by their text only.

    `troubles` strike the next sends: each is an error, and whether the message was taken all the same.
    """

    kind = "sms"
    capabilities = Capabilities(max_text=1600, choices="numbered", attachments=False, receipts=True)

    def __init__(self, now: Callable[[], datetime]) -> None:
        self.taken: list[tuple[str, str, datetime]] = []
        self.troubles: list[tuple[SendError, bool]] = []
        self.list_trouble: SendError | None = None
        self.shows = True
        self._now = now

    async def send(self, message: OutboundMessage) -> Sent:
        error, takes = self.troubles.pop(0) if self.troubles else (None, True)
        if takes:
            self.take(message.text)
        if error:
            raise error
        return Sent(self.taken[-1][0], "sent")

    def take(self, text: str) -> None:
        self.taken.append((f"P{len(self.taken)}", text, self._now().replace(microsecond=0)))

    async def find_sent(self, message: OutboundMessage, *, since: datetime, known: frozenset[str]) -> Sent | None:
        if self.list_trouble:
            raise self.list_trouble
        floor = since - timedelta(seconds=1)
        found = (sid for sid, text, at in self.taken if text == message.text and sid not in known and at >= floor)
        return next((Sent(sid, "sent") for sid in found if self.shows), None)


class Mail:
    """Takes messages, and cannot be asked about them later."""

    kind = "email"
    capabilities = Capabilities(max_text=1600, choices="numbered", attachments=False, receipts=False)

    def __init__(self) -> None:
        self.taken: list[str] = []

    async def send(self, message: OutboundMessage) -> Sent:
        self.taken.append(message.text)
        return Sent(f"<{message.delivery_id}>", "sent")


UNREACHED = ProviderUnavailable("ClientConnectorError", accepted="no")
BUSY = RateLimited("HTTP 429", retry_after=700)


@pytest.fixture
def provider(world: World) -> Provider:
    return Provider(world.clock.now)


def claim(world: World, kind: Any) -> Any:
    return world.write(kind, worker="w", limit=10)


def die_while_sending(world: World) -> None:
    claim(world, delivery_claims.claim_deliveries)
    die(world)


def die(world: World) -> None:
    """The process that holds deliveries is gone, long enough for its leases to end."""
    world.execute("UPDATE delivery SET lease_until = 0 WHERE state = 'sending'")


def deliverer(world: World, adapter: Any) -> Deliverer:
    return Deliverer(world.store, lambda channel_id: adapter)


def send(world: World, adapter: Any) -> None:
    asyncio.run(deliverer(world, adapter).deliver(claim(world, delivery_claims.claim_deliveries)))


def reconcile(world: World, adapter: Any) -> None:
    asyncio.run(deliverer(world, adapter).reconcile(claim(world, delivery_claims.claim_interrupted)))


def send_until_done(world: World, adapter: Any, delivery_id: UUID) -> list[float]:
    """Every try until the delivery waits no more; gives the pauses between them, in seconds."""
    pauses: list[float] = []
    while True:
        send(world, adapter)
        row = world.delivery(delivery_id)
        if row.state != "queued":
            return pauses
        pauses.append(row.due_at - time.time())
        world.execute("UPDATE delivery SET due_at = 0 WHERE state = 'queued'")
