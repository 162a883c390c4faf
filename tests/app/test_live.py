"""Live hints, presence and limits: the same promises in memory, over Redis and over PostgreSQL."""

import asyncio
import contextlib
import shutil
import signal
import socket
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from subprocess import Popen
from typing import Any

import pytest
from redis.exceptions import RedisError

from app.live.local import LocalBus
from app.live.memory import QUEUE, MemoryBus, MemoryLimiter, MemoryPresence
from app.live.postgres import LIVE, WORK, PostgresBus
from app.live.redis import RedisBus, RedisLimiter, RedisPresence, Resting, connect
from kit.ports import Hint, Limiter, Presence, Viewer
from tests.support.redis import redis_process

CAMILLE = Viewer("1", "Camille", typing=False)


async def _next(hints: AsyncIterator[Hint]) -> Hint:
    return await asyncio.wait_for(anext(hints), 5)


async def test_hints_reach_the_readers_of_their_topic_only() -> None:
    bus = MemoryBus()
    async with bus.subscribe("turn") as turns, bus.subscribe("case") as cases:
        bus.publish([("turn", {}), ("case", {"id": "7"})])
        assert await _next(turns) == ("turn", {})
        assert await _next(cases) == ("case", {"id": "7"})


async def test_hints_may_be_published_from_a_thread() -> None:
    bus = MemoryBus()
    async with bus.subscribe("turn") as turns:
        await asyncio.to_thread(bus.publish, [("turn", {})])
        assert await _next(turns) == ("turn", {})


async def test_a_reader_who_falls_behind_is_told_to_read_everything_again() -> None:
    bus = MemoryBus()
    async with bus.subscribe("conversation") as hints:
        bus.publish([("conversation", {"seq": number}) for number in range(QUEUE + 1)])
        await asyncio.sleep(0)
        assert await _next(hints) == ("resync", {})


@asynccontextmanager
async def _running(*buses: Any) -> AsyncIterator[None]:
    tasks = [asyncio.create_task(bus.run()) for bus in buses]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task


async def test_processes_on_one_data_directory_hear_each_other(tmp_path: Path) -> None:
    web, worker = LocalBus(tmp_path / "bus", "serve"), LocalBus(tmp_path / "bus", "worker")
    async with _running(web, worker), web.subscribe("conversation") as answers, worker.subscribe("turn") as turns:
        while len(list((tmp_path / "bus").glob("*"))) < 2:
            await asyncio.sleep(0.01)
        await asyncio.to_thread(web.publish, [("turn", {})])
        assert await _next(turns) == ("turn", {})
        worker.publish([("conversation", {"id": "7", "seq": 3})])
        assert await _next(answers) == ("conversation", {"id": "7", "seq": 3})
        worker.publish([("conversation", {"text": "x" * 1000})] * 100)
        assert await _next(answers) == ("resync", {})
    assert list((tmp_path / "bus").iterdir()) == []


@pytest.mark.parametrize("letter", [b"", b"\xff", b"[]", b"null", b'["guess", [["turn", {}]]]', b"[" * 30_000])
async def test_what_strangers_send_to_the_port_is_nothing(tmp_path: Path, letter: bytes) -> None:
    bus = LocalBus(tmp_path / "bus", "serve")
    async with _running(bus), bus.subscribe("turn") as turns:
        while not (tmp_path / "bus" / "serve").exists():
            await asyncio.sleep(0.01)
        port = int((tmp_path / "bus" / "serve").read_text().split()[0])
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger:
            stranger.sendto(letter, ("127.0.0.1", port))
        await asyncio.sleep(0.05)
        bus.publish([("turn", {"ours": True})])
        assert await _next(turns) == ("turn", {"ours": True})


@pytest.mark.redis
async def test_redis_carries_hints_between_processes(redis_url: str) -> None:
    here, there = connect(redis_url), connect(redis_url)
    await _crosses(RedisBus(here), RedisBus(there))
    await here.aclose()
    await there.aclose()


@pytest.mark.postgres
async def test_postgresql_carries_hints_between_processes(postgres_url: str) -> None:
    await _crosses(PostgresBus(postgres_url), PostgresBus(postgres_url))


@pytest.mark.postgres
async def test_a_worker_hears_of_work_and_a_web_process_of_what_pages_show(postgres_url: str) -> None:
    web, worker, other = (PostgresBus(postgres_url, hears) for hears in ((LIVE,), (WORK,), (LIVE, WORK)))
    topics = ("turn", "conversation")
    async with (
        web.subscribe(*topics) as seen,
        worker.subscribe(*topics) as due,
        other.subscribe("turn") as own,
        _running(web, worker, other),
    ):
        assert (await _next(seen))[0] == (await _next(due))[0] == (await _next(own))[0] == "resync"
        other.publish([("conversation", {"id": "1"}), ("turn", {}), ("conversation", {"id": "2"})])
        assert [await _next(seen), await _next(seen)] == [("conversation", {"id": "1"}), ("conversation", {"id": "2"})]
        assert await _next(due) == ("turn", {})


async def _crosses(here: Any, there: Any) -> None:
    async with here.subscribe("turn") as near, there.subscribe("turn") as far, _running(here, there):
        assert (await _next(near))[0] == "resync"
        assert (await _next(far))[0] == "resync"
        here.publish([("turn", {"id": "1"})])
        assert await _next(near) == ("turn", {"id": "1"})
        assert await _next(far) == ("turn", {"id": "1"})


@pytest.mark.redis
async def test_a_redis_that_hangs_holds_nobody_up(hanging_redis: tuple[str, Popen[bytes]]) -> None:
    url, server = hanging_redis
    here, there = connect(url), connect(url)
    limiter, presence = RedisLimiter(here), RedisPresence(here)
    bus, other = RedisBus(here), RedisBus(there)
    async with bus.subscribe("turn") as near, other.subscribe("turn") as far, _running(bus, other):
        assert [(await _next(hints))[0] for hints in (near, far)] == ["resync", "resync"]
        assert await limiter.allow("sign-in", "camille", limit=2, seconds=3600)
        server.send_signal(signal.SIGSTOP)
        async with asyncio.timeout(10):  # without a time limit of its own it would wait for ever
            allowed = [await limiter.allow("sign-in", "camille", limit=2, seconds=3600) for _ in range(3)]
            await presence.seen("a", CAMILLE)
            assert await presence.viewers("a") == [CAMILLE]
        assert allowed == [True, True, False], "in memory, the limit starts anew"
        bus.publish([("turn", {"id": "1"})])
        assert await _next(near) == ("turn", {"id": "1"})
        server.send_signal(signal.SIGCONT)
        assert await asyncio.wait_for(anext(far), 30) == ("turn", {"id": "1"}), "what was said meanwhile is told later"
    await here.aclose()
    await there.aclose()


@pytest.mark.redis
async def test_after_a_failure_nothing_is_asked_for_a_while(hanging_redis: tuple[str, Popen[bytes]]) -> None:
    url, server = hanging_redis
    line = connect(url)
    server.send_signal(signal.SIGSTOP)
    with pytest.raises((RedisError, OSError)):
        await line.ask(lambda redis: redis.get("a"))
    asked = 0

    async def ask(redis: Any) -> None:
        nonlocal asked
        asked += 1

    with pytest.raises(Resting):
        await line.ask(ask)
    assert asked == 0
    server.send_signal(signal.SIGCONT)
    await line.aclose()


@pytest.fixture
def hanging_redis(redis_url: str) -> Iterator[tuple[str, Popen[bytes]]]:
    """A server of one's own, to be stopped without ending it."""
    program = shutil.which("redis-server") or shutil.which("valkey-server")
    assert program, "there is one: `redis_url` runs it"
    with redis_process(program) as (url, server):
        yield url, server
        server.send_signal(signal.SIGCONT)


@pytest.fixture(params=["memory", pytest.param("redis", marks=pytest.mark.redis)])
async def shared(request: pytest.FixtureRequest) -> AsyncIterator[tuple[Presence, Limiter]]:
    if request.param == "memory":
        yield MemoryPresence(), MemoryLimiter()
        return
    line = connect(request.getfixturevalue("redis_url"))
    await line.client.flushall()
    yield RedisPresence(line), RedisLimiter(line)
    await line.aclose()


async def test_presence_tells_who_looks_and_forgets_who_left(shared: tuple[Presence, Limiter]) -> None:
    presence, _ = shared
    await presence.seen("a", CAMILLE)
    assert await presence.viewers("a") == [CAMILLE]
    assert await presence.viewers("b") == []
    await presence.left("a", "1")
    assert await presence.viewers("a") == []


async def test_a_limit_refuses_the_next_attempt_of_the_same_key_only(shared: tuple[Presence, Limiter]) -> None:
    _, limiter = shared
    attempts = [await limiter.allow("sign-in", "camille", limit=3, seconds=3600) for _ in range(4)]
    assert attempts == [True, True, True, False]
    assert await limiter.allow("sign-in", "paul", limit=3, seconds=3600)


async def test_an_attempt_that_was_no_guess_is_given_back(shared: tuple[Presence, Limiter]) -> None:
    _, limiter = shared
    for _ in range(5):
        assert await limiter.allow("sign-in", "camille", limit=2, seconds=3600)
        await limiter.give_back("sign-in", "camille", seconds=3600)
    await limiter.give_back("sign-in", "paul", seconds=3600)
    attempts = [await limiter.allow("sign-in", "paul", limit=2, seconds=3600) for _ in range(3)]
    assert attempts == [True, True, False]


@pytest.mark.parametrize("kind", [RedisPresence, RedisLimiter])
async def test_without_redis_the_work_goes_on_in_memory(kind: Callable[..., Any]) -> None:
    line = connect("redis://127.0.0.1:1/0")
    port = kind(line)
    if isinstance(port, RedisPresence):
        await port.seen("a", CAMILLE)
        assert await port.viewers("a") == [CAMILLE]
    else:
        assert await port.allow("sign-in", "camille", limit=1, seconds=60)
        assert not await port.allow("sign-in", "camille", limit=1, seconds=60)
    await line.aclose()
