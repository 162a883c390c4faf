"""Hints, presence and limits between processes by Redis. Nothing here is the only copy of anything (law 9)."""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import asdict
from typing import Any, TypeVar

import structlog
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from app.live.between import BusBetween
from app.live.memory import PRESENCE_SECONDS, RESYNC, MemoryLimiter, MemoryPresence
from kit.ports import Hint, Viewer

log = structlog.get_logger(__name__)

CHANNEL = "guichet:hints"
PATIENCE = 0.5
"""Seconds that a question to Redis may take: somebody waits for a page behind it."""

_REST = 5.0
"""Seconds for which nothing is asked after a failure, so that not every request pays `PATIENCE`."""

_SILENCE = 15.0
"""Seconds without a hint after which the listener asks whether anybody is there."""

T = TypeVar("T")


class Resting(OSError):
    """Redis did not answer a moment ago and is not asked again yet."""


class RedisLine:
    """The way to one Redis. Its failures are RedisError or OSError, and come soon."""

    def __init__(self, url: str) -> None:
        once = Retry(NoBackoff(), 0)
        options: dict[str, Any] = {"decode_responses": True, "socket_connect_timeout": PATIENCE, "retry": once}
        self.client: Redis = Redis.from_url(url, socket_timeout=PATIENCE, **options)
        # A listener's reads may last: it has connections, and a time limit, of its own.
        self.listener: Redis = Redis.from_url(url, socket_timeout=None, socket_keepalive=True, **options)
        self._rests_until = 0.0

    async def ask(self, question: Callable[["Redis"], Awaitable[T]]) -> T:
        """The answer, within `PATIENCE`; after a failure `Resting` at once, for some seconds."""
        if time.monotonic() < self._rests_until:
            raise Resting("redis did not answer a moment ago")
        try:
            async with asyncio.timeout(PATIENCE):
                return await question(self.client)
        except (RedisError, OSError):
            self._rests_until = time.monotonic() + _REST
            raise

    async def aclose(self) -> None:
        await self.client.aclose()
        await self.listener.aclose()


def connect(url: str) -> RedisLine:
    """A line on which nothing was asked yet."""
    return RedisLine(url)


class RedisBus(BusBetween):
    """Hints by one channel of a Redis."""

    lost = (RedisError, OSError)
    at_once = 100

    def __init__(self, line: RedisLine) -> None:
        super().__init__()
        self._line = line

    async def _listen(self) -> None:
        async with self._line.listener.pubsub() as pubsub:
            await pubsub.subscribe(CHANNEL)
            self.offer([RESYNC])
            asked = False
            while True:
                message = await pubsub.get_message(timeout=_SILENCE)
                if message is None and asked:
                    raise TimeoutError("no answer to a ping")
                if message is None:
                    asked = True
                    await pubsub.ping()
                    continue
                asked = False
                if message["type"] == "message":
                    self._hear(message["data"])

    async def _send(self) -> None:
        async def send(group: Sequence[Hint]) -> None:
            await self._line.ask(lambda redis: redis.publish(CHANNEL, self._letter(group)))

        await self._send_pending(send)


class RedisPresence(MemoryPresence):
    """Who looks at what, across processes; in memory while Redis is away."""

    def __init__(self, line: RedisLine) -> None:
        super().__init__()
        self._line = line

    async def seen(self, conversation_id: str, viewer: Viewer) -> None:
        await super().seen(conversation_id, viewer)
        key = _key(conversation_id)
        entry = json.dumps([asdict(viewer), time.time() + PRESENCE_SECONDS])

        async def note(redis: "Redis") -> None:
            async with redis.pipeline(transaction=False) as together:
                together.hset(key, viewer.staff_id, entry)
                together.expire(key, int(PRESENCE_SECONDS) * 2)
                await together.execute()

        try:
            await self._line.ask(note)
        except (RedisError, OSError) as error:
            log.warning("presence_unavailable", reason=str(error))

    async def left(self, conversation_id: str, staff_id: str) -> None:
        await super().left(conversation_id, staff_id)
        try:
            await self._line.ask(lambda redis: redis.hdel(_key(conversation_id), staff_id))
        except (RedisError, OSError) as error:
            log.warning("presence_unavailable", reason=str(error))

    async def viewers(self, conversation_id: str) -> list[Viewer]:
        try:
            entries = await self._line.ask(lambda redis: redis.hvals(_key(conversation_id)))
        except (RedisError, OSError) as error:
            log.warning("presence_unavailable", reason=str(error))
            return await super().viewers(conversation_id)
        moment = time.time()
        found = [json.loads(entry) for entry in entries]
        return [Viewer(**viewer) for viewer, until in found if until > moment]


class RedisLimiter(MemoryLimiter):
    """A fixed window of attempts, across processes; in memory while Redis is away."""

    def __init__(self, line: RedisLine) -> None:
        super().__init__()
        self._line = line

    async def allow(self, name: str, key: str, *, limit: int, seconds: int) -> bool:
        window = _window(name, key, seconds)

        async def count_up(redis: "Redis") -> int:
            async with redis.pipeline(transaction=False) as together:
                together.incr(window)
                together.expire(window, seconds)
                return int((await together.execute())[0])

        try:
            count = await self._line.ask(count_up)
        except (RedisError, OSError) as error:
            log.warning("limiter_unavailable", reason=str(error))
            return await super().allow(name, key, limit=limit, seconds=seconds)
        return count <= limit

    async def give_back(self, name: str, key: str, *, seconds: int) -> None:
        window = _window(name, key, seconds)

        async def count_down(redis: "Redis") -> None:
            if await redis.exists(window):
                await redis.decr(window)

        try:
            await self._line.ask(count_down)
        except (RedisError, OSError) as error:
            log.warning("limiter_unavailable", reason=str(error))
            await super().give_back(name, key, seconds=seconds)


def _window(name: str, key: str, seconds: int) -> str:
    return f"guichet:limit:{name}:{key}:{int(time.time()) // seconds}"


def _key(conversation_id: str) -> str:
    return f"guichet:presence:{conversation_id}"
