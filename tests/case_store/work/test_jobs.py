"""Background jobs: enqueued with their cause or not at all, run once, tried again; alike on both databases."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import pytest
from procrastinate import App, JobContext, RetryStrategy, sql
from procrastinate.exceptions import AlreadyEnqueued
from sqlalchemy.orm import Session

from app.live.memory import MemoryBus
from case_store.models import Counter
from case_store.work.job_engine.connector import NOT_NEEDED, QUERIES
from case_store.work.jobs import build_connector, enqueue
from kit.clock import SystemClock
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


async def waiting(engine: App) -> list[Any]:
    return list(await engine.job_manager.list_jobs_async(status="todo"))


def test_every_query_of_the_engine_is_known() -> None:
    """A new release with new queries must be looked at before it is used."""
    assert set(sql.queries) == set(QUERIES) | NOT_NEEDED


async def test_a_job_enqueued_in_a_transaction_runs_after_it(world: World, engine: App) -> None:
    done: list[str] = []

    @engine.task(name="greet")
    async def greet(name: str) -> None:
        done.append(name)

    world.write(enqueue, "greet", {"name": "Anna é🚲"})
    await work_off(engine)
    assert done == ["Anna é🚲"]
    assert list(await engine.job_manager.list_jobs_async()) == []


async def test_a_transaction_that_fails_leaves_no_job(world: World, engine: App) -> None:
    def cause(session: Session) -> None:
        enqueue(session, "greet", {})
        session.add(Counter(name="a", value=None))

    with pytest.raises(Exception, match="value"):
        world.write(cause)
    assert await waiting(engine) == []


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
    [job] = await waiting(engine)
    assert job.scheduled_at == moment + timedelta(hours=1)


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


async def test_the_engine_itself_refuses_a_second_one(engine: App) -> None:
    @engine.task(name="count", queueing_lock="count")
    async def count() -> None:
        raise AssertionError("never run here")

    await count.defer_async()
    with pytest.raises(AlreadyEnqueued):
        await count.defer_async()


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
    [dead] = await engine.job_manager.list_jobs_async(status="failed")
    assert (dead.task_name, dead.attempts) == ("fail", 3)


async def test_jobs_with_a_lock_run_one_after_the_other_in_order(engine: App) -> None:
    running, seen = 0, []

    @engine.task(name="step")
    async def step(number: int) -> None:
        nonlocal running
        running += 1
        assert running == 1
        await asyncio.sleep(0.01)
        seen.append(number)
        running -= 1

    for number in range(6):
        await step.configure(lock="one").defer_async(number=number)
    while await waiting(engine):
        await work_off(engine, concurrency=4)
    assert seen == list(range(6))


async def test_a_dead_workers_job_is_found_and_run_again(world: World, engine: App) -> None:
    runs: list[int] = []

    @engine.task(name="greet")
    async def greet() -> None:
        runs.append(1)

    world.write(enqueue, "greet", {})
    manager = engine.job_manager
    dead = await manager.register_worker()
    taken = await manager.fetch_job(queues=None, worker_id=dead)
    assert taken is not None
    assert list(await manager.get_stalled_jobs(seconds_since_heartbeat=30)) == []
    [stalled] = await manager.get_stalled_jobs(seconds_since_heartbeat=-5)
    await manager.retry_job(stalled)
    await work_off(engine)
    assert runs == [1]


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
    assert len(list(await engine.job_manager.list_jobs_async())) == 1
    await engine.job_manager.delete_old_jobs(nb_hours=-1, include_failed=True)
    assert list(await engine.job_manager.list_jobs_async()) == []


async def test_a_waiting_job_can_be_cancelled(world: World, engine: App) -> None:
    world.write(enqueue, "greet", {})
    [job] = await waiting(engine)
    assert job.id
    assert await engine.job_manager.cancel_job_by_id_async(job.id)
    assert not await engine.job_manager.cancel_job_by_id_async(job.id)
    assert (await engine.job_manager.get_job_status_async(job.id)).value == "cancelled"


async def test_the_tables_are_found(engine: App) -> None:
    assert await engine.check_connection_async()
