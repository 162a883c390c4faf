"""Background jobs: enqueued with their cause or not at all, run once, tried again; alike on both databases."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import pytest
from procrastinate import App, JobContext, RetryStrategy, sql
from procrastinate.exceptions import ConnectorException
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.live.memory import MemoryBus
from case_store.models import Counter
from case_store.work.job_engine.connector import NOT_NEEDED, OF_OTHERS, QUERIES
from case_store.work.jobs import build_connector, enqueue
from kit.clock import SystemClock
from tests.case_store.databases import on_sqlite
from tests.case_store.world import World


@pytest.fixture
def bus(world: World) -> MemoryBus:
    bus = MemoryBus()
    world.store.on_commit = bus.publish
    return bus


@pytest.fixture
async def engine(world: World, bus: MemoryBus) -> AsyncIterator[App]:
    app = App(connector=build_connector(world.store, bus))
    async with app.open_async():
        yield app


@asynccontextmanager
async def working(engine: App, **options: Any) -> AsyncIterator[None]:
    """A worker beside the test; it ends with the block."""
    settings = {"install_signal_handlers": False, "fetch_job_polling_interval": 30.0, "delete_jobs": "successful"}
    worker = asyncio.create_task(engine.run_worker_async(**settings | options))
    try:
        yield
    finally:
        worker.cancel()
        await asyncio.gather(worker, return_exceptions=True)


async def work_off(engine: App, **options: Any) -> None:
    """Runs what is due and returns."""
    await engine.run_worker_async(install_signal_handlers=False, wait=False, delete_jobs="successful", **options)


def jobs(world: World) -> list[tuple[Any, ...]]:
    """Task, status and number of tries of each job that there is."""
    kept = text("SELECT task_name, CAST(status AS VARCHAR), attempts FROM procrastinate_jobs ORDER BY id")
    return world.read(lambda session: [tuple(row) for row in session.execute(kept)])


def test_every_query_of_the_engine_is_known() -> None:
    """A new release with new queries must be looked at before it is used."""
    assert set(sql.queries) == {*QUERIES, *OF_OTHERS, *NOT_NEEDED}


async def test_a_job_enqueued_in_a_transaction_runs_after_it(world: World, engine: App) -> None:
    done: list[str] = []

    @engine.task(name="greet")
    async def greet(name: str) -> None:
        done.append(name)

    world.write(enqueue, "greet", {"name": "Anna é🚲"})
    await work_off(engine)
    assert done == ["Anna é🚲"]
    assert jobs(world) == []


async def test_a_transaction_that_fails_leaves_no_job(world: World, engine: App) -> None:
    def cause(session: Session) -> None:
        enqueue(session, "greet", {})
        session.add(Counter(name="a", value=None))

    with pytest.raises(Exception, match="value"):
        world.write(cause)
    assert jobs(world) == []


async def test_a_waiting_worker_is_woken_by_the_commit(world: World, engine: App) -> None:
    done = asyncio.Event()

    @engine.task(name="greet")
    async def greet() -> None:
        done.set()

    async with working(engine):
        await asyncio.sleep(0.5)
        await world.store.write(enqueue, "greet", {})
        await asyncio.wait_for(done.wait(), 5)


async def test_a_job_for_later_waits_for_its_time(world: World, engine: App) -> None:
    done: list[str] = []

    @engine.task(name="greet")
    async def greet(name: str) -> None:
        done.append(name)

    moment = SystemClock().now()
    world.write(enqueue, "greet", {"name": "later"}, run_at=moment + timedelta(hours=1))
    world.write(enqueue, "greet", {"name": "now"}, run_at=moment - timedelta(seconds=1))
    await work_off(engine)
    assert done == ["now"]
    assert jobs(world) == [("greet", "todo", 0)]


async def test_one_job_waits_per_queueing_lock(world: World, engine: App) -> None:
    runs: list[int] = []

    @engine.task(name="count")
    async def count() -> None:
        runs.append(1)

    for _ in range(3):
        world.write(enqueue, "count", {}, queueing_lock="count")
    await work_off(engine)
    world.write(enqueue, "count", {}, queueing_lock="count")
    await work_off(engine)
    assert len(runs) == 2


async def test_a_failed_job_is_tried_again_and_then_kept_as_a_dead_letter(world: World, engine: App) -> None:
    tries: list[int] = []

    @engine.task(name="fail", retry=RetryStrategy(max_attempts=2), pass_context=True)
    async def fail(context: JobContext) -> None:
        tries.append(context.job.attempts)
        raise OSError("down")

    world.write(enqueue, "fail", {})
    for _ in range(4):
        await work_off(engine)
        await asyncio.sleep(0.01)
        if len(tries) == 3:
            break
        await asyncio.sleep(1.05)  # the engine's shortest pause
    assert tries == [0, 1, 2]
    assert jobs(world) == [("fail", "failed", 3)]


async def test_a_dead_workers_job_is_run_again(world: World, engine: App) -> None:
    """On SQLite by the next worker as it starts, on PostgreSQL, where others may live, by the sweep of `app.jobs`."""
    runs: list[int] = []

    @engine.task(name="greet")
    async def greet() -> None:
        runs.append(1)

    world.write(enqueue, "greet", {})
    manager = engine.job_manager
    dead = await manager.register_worker()
    assert await manager.fetch_job(queues=None, worker_id=dead) is not None
    assert list(await manager.get_stalled_jobs(seconds_since_heartbeat=30)) == []
    for stalled in await manager.get_stalled_jobs(seconds_since_heartbeat=-5):
        await manager.retry_job(stalled)
    await work_off(engine)
    assert runs == [1]
    assert jobs(world) == []


@on_sqlite
async def test_what_our_tasks_do_not_use_is_refused(engine: App) -> None:
    @engine.task(name="greet")
    async def greet() -> None:
        raise AssertionError("never run here")

    with pytest.raises(ConnectorException, match="not available on SQLite: defer_jobs"):
        await greet.defer_async()


async def test_a_periodic_job_is_added_once_for_its_moment(engine: App) -> None:
    @engine.periodic(cron="* * * * *")
    @engine.task(name="sweep")
    async def sweep(timestamp: int) -> None:
        raise AssertionError("never run here")

    task = engine.tasks["sweep"]
    moments = [60, 60, 120, 60, 120]
    ids = [
        await engine.job_manager.defer_periodic_job(
            job=task.configure(task_kwargs={"timestamp": moment}).job, periodic_id="", defer_timestamp=moment
        )
        for moment in moments
    ]
    assert [job_id is not None for job_id in ids] == [True, False, True, True, False]
    # 60 came back after 120 had swept its record away: the engine asks for moments in rising order only.


async def test_old_dead_letters_are_swept(world: World, engine: App) -> None:
    @engine.task(name="fail")
    async def fail() -> None:
        raise OSError("down")

    world.write(enqueue, "fail", {})
    await work_off(engine)
    await engine.job_manager.delete_old_jobs(nb_hours=1, include_failed=True)
    assert jobs(world) == [("fail", "failed", 1)]
    await engine.job_manager.delete_old_jobs(nb_hours=-1, include_failed=True)
    assert jobs(world) == []
