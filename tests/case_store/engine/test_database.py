"""The boundary: whole transactions, hints after the commit, and nobody taken along by a neighbour's failure."""

import asyncio
import sqlite3
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, nullcontext
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, make_url, select
from sqlalchemy.exc import IntegrityError, OperationalError, StatementError
from sqlalchemy.orm import Session

from case_store.engine.session import ring
from case_store.errors import NotFound
from case_store.models import Counter, Resident
from tests.case_store.databases import on_postgresql, on_sqlite
from tests.case_store.world import World


def count(session: Session, name: str) -> None:
    """A command whose flush fails when the name is taken."""
    session.add(Counter(name=name, value=1))
    ring(session, "counted", name=name)


def refuse(session: Session, name: str) -> None:
    """A command that fails after it has written."""
    session.add(Counter(name=name, value=1))
    session.flush()
    ring(session, "counted", name=name)
    raise NotFound(name)


def names(session: Session) -> list[str]:
    return sorted(session.scalars(select(Counter.name)))


Place = Callable[[World], AbstractAsyncContextManager[None]]


@pytest.fixture(params=["in threads", "in the loop"])
def place(request: pytest.FixtureRequest) -> Place:
    """Commands run in threads or, in a serving process on SQLite, in the event loop: this holds in both."""
    return (lambda world: world.store.at_home()) if request.param == "in the loop" else lambda _: nullcontext()


async def together(world: World, place: Place, *commands: Any) -> list[Any]:
    """All at once; on SQLite they share one commit."""
    async with place(world):
        return await asyncio.gather(*(world.store.write(*command) for command in commands), return_exceptions=True)


async def test_commands_that_wait_together_are_all_committed(world: World, place: Place) -> None:
    await together(world, place, *((count, f"n{number}") for number in range(40)))
    assert len(world.read(names)) == 40


async def test_a_refusal_takes_no_neighbour_along(world: World, place: Place) -> None:
    results = await together(world, place, (count, "a"), (refuse, "b"), (count, "c"), (refuse, "d"), (count, "e"))
    assert [type(result) for result in results] == [type(None), NotFound, type(None), NotFound, type(None)]
    assert world.read(names) == ["a", "c", "e"]


async def test_a_broken_constraint_takes_no_neighbour_along(world: World, place: Place) -> None:
    world.write(count, "taken")
    results = await together(world, place, (count, "a"), (count, "taken"), (count, "b"), (count, "taken"), (count, "c"))
    assert [type(result) for result in results] == [
        type(None), IntegrityError, type(None), IntegrityError, type(None)
    ]  # fmt: skip
    assert world.read(names) == ["a", "b", "c", "taken"]


async def test_the_store_goes_on_after_a_failure(world: World, place: Place) -> None:
    await together(world, place, (count, "a"), (count, "a"), (refuse, "b"))
    await world.store.write(count, "z")
    assert world.read(names) == ["a", "z"]


async def test_hints_ring_for_what_was_committed_and_for_nothing_else(world: World, place: Place) -> None:
    await together(world, place, (count, "a"), (refuse, "b"), (count, "c"), (count, "a"))
    assert sorted(payload["name"] for _, payload in world.rung) == ["a", "c"]


def test_a_hint_rings_only_when_everybody_can_read_what_it_announces(world: World) -> None:
    seen: list[list[str]] = []
    world.store.on_commit = lambda hints: seen.append(world.read(names))
    world.write(count, "a")
    assert seen == [["a"]]


def test_a_bell_that_breaks_breaks_nothing_else(world: World) -> None:
    def broken(hints: Any) -> None:
        raise RuntimeError("no bell")

    world.store.on_commit = broken
    world.write(count, "a")
    world.store.on_commit = world.rung.extend
    world.write(count, "b")
    assert world.read(names) == ["a", "b"]


async def test_a_caller_that_goes_away_does_not_undo_its_command(world: World, place: Place) -> None:
    async with place(world):
        task = asyncio.create_task(world.store.write(count, "a"))
        await asyncio.sleep(0)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await asyncio.gather(*(world.store.write(count, f"later{number}") for number in range(5)))
        assert [name for name in world.read(names) if name.startswith("later")] == [f"later{n}" for n in range(5)]


async def test_many_cancelled_callers_do_not_stop_the_store(world: World, place: Place) -> None:
    async with place(world):
        tasks = [asyncio.create_task(world.store.write(count if n % 2 else refuse, f"n{n}")) for n in range(100)]
        await asyncio.sleep(0)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await world.store.write(count, "after")
        assert "after" in world.read(names)


async def test_a_commit_that_fails_is_told_and_the_next_one_works(
    world: World, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    commit, tries = Session.commit, []

    def broken_once(session: Session) -> None:
        tries.append(session)
        if len(tries) == 1:
            raise OperationalError("COMMIT", {}, Exception("disk I/O error"))
        commit(session)

    monkeypatch.setattr(Session, "commit", broken_once)
    async with place(world):
        with pytest.raises(OperationalError, match="disk"):
            await world.store.write(count, "a")
        await world.store.write(count, "b")
    assert world.read(names) == ["b"]
    assert [payload["name"] for _, payload in world.rung] == ["b"]


@on_sqlite
async def test_the_loop_goes_on_while_another_process_writes(world: World) -> None:
    other = sqlite3.connect(str(make_url(world.store.url).database), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    async with world.store.at_home():
        waiting = [asyncio.ensure_future(world.store.write(count, name)) for name in ("a", "b", "a")]
        for _ in range(20):
            await asyncio.sleep(0.01)  # a loop that waited for the lock would come here only after ten seconds
        assert not any(one.done() for one in waiting)
        other.execute("COMMIT")
        results = await asyncio.gather(*waiting, return_exceptions=True)
    assert [type(result) for result in results] == [type(None), type(None), IntegrityError]
    assert world.read(names) == ["a", "b"]
    other.close()


async def test_what_another_loop_or_thread_writes_meanwhile_is_kept_too(world: World) -> None:
    async with world.store.at_home():
        elsewhere = asyncio.to_thread(lambda: asyncio.run(world.store.write(count, "elsewhere")))
        await asyncio.gather(elsewhere, *(world.store.write(count, f"n{number}") for number in range(40)))
    await world.store.write(count, "later")
    assert len(world.read(names)) == 42


def test_what_was_accepted_before_closing_is_kept(store_url: str) -> None:
    from case_store.engine.database import Store
    from kit.clock import SystemClock

    store = Store(store_url, SystemClock())
    futures = [store._submit(lambda session, n=number: count(session, f"n{n}")) for number in range(20)]
    store.close()
    assert [future.result(5) for future in futures] == [None] * 20
    with pytest.raises(RuntimeError):
        store.write_now(count, "late")
    again = Store(store_url, SystemClock())
    assert len(again.read_now(names)) == 20
    again.close()


def test_a_time_without_zone_is_refused(world: World) -> None:
    def naive(session: Session) -> None:
        session.add(Resident(name="Anna", language="fr", created_at=datetime(2026, 11, 24)))  # noqa: DTZ001

    with pytest.raises(StatementError, match="without zone"):
        world.write(naive)


def test_times_come_back_aware_and_in_utc(world: World) -> None:
    from datetime import timedelta, timezone

    paris = timezone(timedelta(hours=1))

    def keep(session: Session) -> UUID:
        resident = Resident(name="Anna", language="fr", created_at=datetime(2026, 11, 24, 10, tzinfo=paris))
        session.add(resident)
        session.flush()
        return resident.id

    resident_id = world.write(keep)
    kept = world.read(lambda session: session.get_one(Resident, resident_id))
    assert kept.created_at == datetime(2026, 11, 24, 9, tzinfo=UTC)
    assert kept.created_at.utcoffset() == timedelta(0)


@on_sqlite
def test_a_query_cannot_write_on_sqlite(world: World) -> None:
    with pytest.raises(OperationalError, match="readonly"):
        world.read(lambda session: (count(session, "a"), session.flush()))


@on_postgresql
def test_what_a_query_wrote_by_mistake_is_not_kept(world: World) -> None:
    world.read(lambda session: (count(session, "a"), session.flush()))
    assert world.read(lambda session: session.scalar(select(func.count()).select_from(Counter))) == 0


@on_postgresql
async def test_a_line_that_died_in_the_pool_is_replaced_unnoticed(world: World) -> None:
    await world.store.write(count, "a")
    assert await world.store.read(names) == ["a"]
    for name, use in (("b", lambda: world.store.write(count, "b")), ("c", lambda: world.store.write(count, "c"))):
        await asyncio.to_thread(_cut_every_line, world)
        await use()
        assert name in await world.store.read(names)
    await asyncio.to_thread(_cut_every_line, world)
    assert await world.store.read(names) == ["a", "b", "c"]


def _cut_every_line(world: World) -> None:
    import psycopg

    url = world.store.url.replace("postgresql+psycopg://", "postgresql://", 1)
    with psycopg.connect(url, autocommit=True) as other:
        other.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
