"""SQLite's commands run by the event loop itself, in groups; only the commit, which waits for the disk, has a thread.

Beside a busy loop a thread gets the interpreter back after each statement with cold caches: the same statements
took three to five times the CPU there (docs/decisions/0007-commands-in-the-loop.md). A group is short, so that
nobody else waits long, and when another process is writing, the wait for its lock is the thread's.
"""

import asyncio
import time
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from case_store.engine.writer import GROUP, Item, Ring, hang_up, open_session, run_group, settle

T = TypeVar("T")

_LONGEST = 0.010
"""Seconds of commands before the loop turns to its other work."""

_PATIENCE = 10_000
"""Milliseconds that the thread waits for another process's lock; the loop does not."""


class LoopWriter:
    """Has a writing connection of its own. Everything but `__init__` belongs to one event loop."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._waiting: deque[Item] = deque()
        self._rung = asyncio.Event()
        self._ending = False
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="store-commit")
        self._session: Session | None = None

    def submit(self, work: Callable[[Session], T], ring: Ring) -> "asyncio.Future[T]":
        """Queues a command. The future's result is set once the command is committed."""
        future: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._waiting.append((work, future, ring))
        self._rung.set()
        return future

    async def run(self) -> None:
        """Until `close`, and until everything queued is committed."""
        while self._waiting or not self._ending:
            await self._rung.wait()
            self._rung.clear()
            while self._waiting:
                await self._write_some()
        await self._in_thread(hang_up, self._session)
        self._thread.shutdown()

    def close(self) -> None:
        """Lets `run` end."""
        self._ending = True
        self._rung.set()

    async def _write_some(self) -> None:
        """Resolves every future it takes, whatever happens: one left unresolved would block its caller for good."""
        taken: list[Item] = []
        try:
            session = await self._begun()
            done, failed = run_group(session, self._take(taken))
            await self._in_thread(session.commit)
        except Exception as error:
            broken, self._session = self._session, None
            await self._in_thread(hang_up, broken)
            # The connection itself may be what is broken; a command that was not begun fails like the others.
            taken = taken or [self._waiting.popleft()]
            done, failed = [], [(item, error) for item in taken]
        settle(done, failed)

    def _take(self, taken: list[Item]) -> Iterator[Item]:
        end = time.monotonic() + _LONGEST
        while self._waiting and len(taken) < GROUP and (not taken or time.monotonic() < end):
            taken.append(self._waiting.popleft())
            yield taken[-1]

    async def _begun(self) -> Session:
        """The session with its transaction begun."""
        if self._session is None:
            self._session = await self._in_thread(open_session, self._engine)
        session = self._session
        try:
            _begin(session, 0)
        except OperationalError:
            await self._in_thread(_begin, session, _PATIENCE)
        return session

    async def _in_thread(self, work: Callable[..., T], *given: object) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, work, *given)


def _begin(session: Session, patience: int) -> None:
    """Begins, at most `patience` milliseconds after it was asked to. Raises OperationalError."""
    connection = session.get_bind()
    driver = connection.connection.dbapi_connection  # type: ignore[union-attr]
    driver.execute(f"PRAGMA busy_timeout={patience}")  # type: ignore[union-attr]
    try:
        session.connection()
    except OperationalError:
        session.rollback()
        raise
    driver.execute(f"PRAGMA busy_timeout={_PATIENCE}")  # type: ignore[union-attr]  # a group may have to begin again
