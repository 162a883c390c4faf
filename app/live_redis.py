"""Hints, presence and limits between processes by Redis. Nothing here is the only copy of anything (law 9)."""

import asyncio
import json
import time
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

from app.live import PRESENCE_SECONDS, RESYNC, MemoryBus, MemoryLimiter, MemoryPresence
from kit.ids import uuid7
from kit.ports import Hint, Viewer

log = structlog.get_logger(__name__)

CHANNEL = "guichet:hints"


def connect(url: str) -> "Redis":
    """A client whose long reads never time out, and which notices dead connections."""
    return Redis.from_url(url, decode_responses=True, socket_timeout=None, health_check_interval=30)


class RedisBus(MemoryBus):
    """A MemoryBus whose hints also go to the other processes."""

    def __init__(self, client: "Redis") -> None:
        super().__init__()
        self._client = client
        self._pending: list[Hint] = []
        self._wake = asyncio.Event()
        self._name = uuid7().hex

    def publish(self, hints: Sequence[Hint]) -> None:
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._publish, tuple(hints))

    def _publish(self, hints: Sequence[Hint]) -> None:
        self.offer(hints)
        self._pending.extend(hints)
        self._wake.set()

    async def run(self) -> None:
        """Listens and sends until cancelled; a lost connection is opened again and everybody told to resync."""
        self._loop = asyncio.get_running_loop()
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._forever(self._listen))
            tasks.create_task(self._forever(self._send))

    async def _forever(self, work: Any) -> None:
        while True:
            try:
                await work()
            except (RedisError, OSError) as error:
                log.warning("live_connection_lost", reason=str(error))
                await asyncio.sleep(1)

    async def _listen(self) -> None:
        async with self._client.pubsub(ignore_subscribe_messages=True) as pubsub:
            await pubsub.subscribe(CHANNEL)
            self.offer([RESYNC])
            async for message in pubsub.listen():
                sender, hints = json.loads(message["data"])
                if sender != self._name:
                    self.offer([(topic, payload) for topic, payload in hints])

    async def _send(self) -> None:
        while True:
            await self._wake.wait()
            self._wake.clear()
            while self._pending:
                group = self._pending[:100]
                await self._client.publish(CHANNEL, json.dumps([self._name, group]))
                del self._pending[: len(group)]


class RedisPresence(MemoryPresence):
    """Who looks at what, across processes; in memory while Redis is away."""

    def __init__(self, client: "Redis") -> None:
        super().__init__()
        self._client = client

    async def seen(self, conversation_id: str, viewer: Viewer) -> None:
        await super().seen(conversation_id, viewer)
        try:
            key = _key(conversation_id)
            entry = json.dumps([asdict(viewer), time.time() + PRESENCE_SECONDS])
            await self._client.hset(key, viewer.staff_id, entry)
            await self._client.expire(key, int(PRESENCE_SECONDS) * 2)
        except (RedisError, OSError) as error:
            log.warning("presence_unavailable", reason=str(error))

    async def left(self, conversation_id: str, staff_id: str) -> None:
        await super().left(conversation_id, staff_id)
        try:
            await self._client.hdel(_key(conversation_id), staff_id)
        except (RedisError, OSError) as error:
            log.warning("presence_unavailable", reason=str(error))

    async def viewers(self, conversation_id: str) -> list[Viewer]:
        try:
            entries = await self._client.hvals(_key(conversation_id))
        except (RedisError, OSError) as error:
            log.warning("presence_unavailable", reason=str(error))
            return await super().viewers(conversation_id)
        moment = time.time()
        found = [json.loads(entry) for entry in entries]
        return [Viewer(**viewer) for viewer, until in found if until > moment]


class RedisLimiter(MemoryLimiter):
    """A fixed window of attempts, across processes; in memory while Redis is away."""

    def __init__(self, client: "Redis") -> None:
        super().__init__()
        self._client = client

    async def allow(self, name: str, key: str, *, limit: int, seconds: int) -> bool:
        window = f"guichet:limit:{name}:{key}:{int(time.time()) // seconds}"
        try:
            count = int(await self._client.incr(window))
            if count == 1:
                await self._client.expire(window, seconds)
        except (RedisError, OSError) as error:
            log.warning("limiter_unavailable", reason=str(error))
            return await super().allow(name, key, limit=limit, seconds=seconds)
        return count <= limit

    async def give_back(self, name: str, key: str, *, seconds: int) -> None:
        window = f"guichet:limit:{name}:{key}:{int(time.time()) // seconds}"
        try:
            if await self._client.exists(window):
                await self._client.decr(window)
        except (RedisError, OSError) as error:
            log.warning("limiter_unavailable", reason=str(error))
            await super().give_back(name, key, seconds=seconds)


def _key(conversation_id: str) -> str:
    return f"guichet:presence:{conversation_id}"
