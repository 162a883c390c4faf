"""A town at the edge's door that stores each message once, in memory."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import httpx2
from fastapi import FastAPI

from channels.contract import ChannelAdapter, InboundEvent, InboundMessage, Received, WebhookRequest
from channels.errors import PayloadInvalid
from channels.webhooks import Door, Refusal, WebhookPorts

PUBLIC_URL = "https://guichet.test"


@dataclass(slots=True)
class Town:
    """`broken` makes receiving fail as a store out of order would."""

    adapters: dict[str, ChannelAdapter]
    stored: dict[tuple[str, str], int] = field(default_factory=dict)
    events: list[InboundEvent] = field(default_factory=list)
    quarantined: list[tuple[str, WebhookRequest, str]] = field(default_factory=list)
    refusals: list[tuple[str, Refusal]] = field(default_factory=list)
    broken: bool = False

    async def receive(
        self, channel_id: str, request: WebhookRequest, events: Sequence[InboundEvent]
    ) -> Sequence[Received]:
        if self.broken:
            raise OSError("disk full")
        self.events.extend(events)
        return [self._store(channel_id, event) for event in events]

    def _store(self, channel_id: str, event: InboundEvent) -> Received:
        if not isinstance(event, InboundMessage):
            return Received(None)
        key = (channel_id, event.external_id)
        duplicate = key in self.stored
        return Received(self.stored.setdefault(key, len(self.stored) + 1), duplicate)

    async def quarantine(self, channel_id: str, request: WebhookRequest, error: PayloadInvalid) -> None:
        if self.broken:
            raise OSError("disk full")
        self.quarantined.append((channel_id, request, str(error)))

    def refused(self, channel_id: str, reason: Refusal) -> None:
        self.refusals.append((channel_id, reason))

    @asynccontextmanager
    async def door(self) -> AsyncIterator[httpx2.AsyncClient]:
        """A client at the town's own address."""
        ports = WebhookPorts(PUBLIC_URL, self.adapters.get, self.receive, self.quarantine, self.refused)
        app = FastAPI()
        app.add_middleware(Door, ports=ports)
        async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app=app), base_url=PUBLIC_URL) as client:
            yield client


async def post(client: httpx2.AsyncClient, request: WebhookRequest) -> httpx2.Response:
    path = request.url.removeprefix(PUBLIC_URL)
    return await client.post(path, content=request.body, headers=dict(request.headers))
