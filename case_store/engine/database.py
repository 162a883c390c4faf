"""The database boundary: a whole transaction runs synchronously in one thread hop.

`await store.write(command, ...)` and `await store.read(query, ...)` run `command(session, ...)` in a thread;
the boundary begins, commits or rolls back, and rings the gathered hints after the commit.
SQLite: one writer, which commits waiting commands together, and a few readers; the writer is a thread or, in a serving
process, the event loop. PostgreSQL: a pool of threads and connections. On both, a command may be run again before it
is committed.
"""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import ClassVar, Concatenate, ParamSpec, TypeVar

import structlog
from sqlalchemy import Engine, make_url
from sqlalchemy.exc import InternalError, OperationalError
from sqlalchemy.orm import Session

from case_store.engine.engines import create_reading_engine, create_writing_engine
from case_store.engine.loop_writer import LoopWriter
from case_store.engine.session import bells
from case_store.engine.writer import Writer
from kit.clock import Clock
from kit.ports import Hint

log = structlog.get_logger(__name__)

P = ParamSpec("P")
T = TypeVar("T")
OnCommit = Callable[[Sequence[Hint]], None]

WRITE_FAILED_SECONDS = 15.0
"""For how long a failed write is remembered: residents' messages are tried again within that time."""

_READERS = 3
_TRIES = 3
_SHUT_DOWN = "57P01"


class Store:
    """The case store behind one URL (`sqlite:///path` or `postgresql://...`)."""

    writes_in_loop: ClassVar[bool] = True
    """Whether `at_home` changes anything; a switch for measurements (`benchmarks/tricks.py`)."""

    def __init__(self, url: str, clock: Clock, *, threads: int = 8) -> None:
        self.url = url
        self.clock = clock
        self.is_sqlite = make_url(url).get_backend_name() == "sqlite"
        self.on_commit: OnCommit = lambda hints: None
        self.engine: Engine = create_writing_engine(url, threads)
        self._read_engine = create_reading_engine(url, _READERS) if self.is_sqlite else self.engine
        self._writer = Writer(self.engine) if self.is_sqlite else None
        size = _READERS if self.is_sqlite else threads
        self._threads = ThreadPoolExecutor(size, thread_name_prefix="store")
        self._loop: asyncio.AbstractEventLoop | None = None
        self._write_failed_at = -WRITE_FAILED_SECONDS
        self._loop_writer: LoopWriter | None = None

    @contextlib.asynccontextmanager
    async def at_home(self) -> AsyncIterator[None]:
        """While it lasts, this store's commands run in the running loop, on SQLite: for a server's one loop."""
        if not (self.is_sqlite and self.writes_in_loop):
            yield
            return
        writer = LoopWriter(self.engine)
        running = asyncio.create_task(writer.run())
        self._loop, self._loop_writer = asyncio.get_running_loop(), writer
        try:
            yield
        finally:
            self._loop_writer = None
            writer.close()
            await running

    async def write(self, command: Callable[Concatenate[Session, P], T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Runs one command as one transaction; returns when it is committed."""
        try:
            if self._loop_writer is not None and asyncio.get_running_loop() is self._loop:
                work = self._prepared(lambda session: command(session, *args, **kwargs))
                return await self._loop_writer.submit(work, self._ring)
            return await asyncio.wrap_future(self._submit(lambda session: command(session, *args, **kwargs)))
        except (OperationalError, InternalError):
            self._write_failed_at = time.monotonic()
            raise

    @property
    def fails_to_write(self) -> bool:
        """Whether the database refused a write a moment ago: a full disk, a file or a server that is only read.

        A success since then tells nothing: what changes no row needs no room.
        """
        return time.monotonic() - self._write_failed_at < WRITE_FAILED_SECONDS

    async def read(self, query: Callable[Concatenate[Session, P], T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Runs one query on a consistent snapshot."""
        return await asyncio.wrap_future(
            self._threads.submit(self._read, lambda session: query(session, *args, **kwargs))
        )

    def write_now(self, command: Callable[Concatenate[Session, P], T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """`write` for callers without an event loop: command line, seeds, tests."""
        return self._submit(lambda session: command(session, *args, **kwargs)).result()

    def read_now(self, query: Callable[Concatenate[Session, P], T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """`read` for callers without an event loop."""
        return self._read(lambda session: query(session, *args, **kwargs))

    def close(self) -> None:
        """Finishes what was accepted, then closes every connection."""
        if self._writer is not None:
            self._writer.close()
        self._threads.shutdown(wait=True)
        self._read_engine.dispose()
        self.engine.dispose()

    def _submit(self, work: Callable[[Session], T]) -> "Future[T]":
        if self._writer is None:
            return self._threads.submit(self._transaction, work)
        return self._writer.submit(self._prepared(work), self._ring)

    def _prepared(self, work: Callable[[Session], T]) -> Callable[[Session], T]:
        def run(session: Session) -> T:
            session.info["clock"] = self.clock
            return work(session)

        return run

    def _transaction(self, work: Callable[[Session], T]) -> T:
        return self._in_session(self.engine, work, commits=True)

    def _read(self, work: Callable[[Session], T]) -> T:
        return self._in_session(self._read_engine, work, commits=False)

    def _in_session(self, engine: Engine, work: Callable[[Session], T], *, commits: bool) -> T:
        """In a session of its own, and again where that may help."""
        for attempt in range(1, _TRIES + 1):
            is_over = False
            with Session(engine, expire_on_commit=False, info={"clock": self.clock}) as session:
                try:
                    result = work(session)
                    if commits:
                        session.flush()
                        is_over = True
                        session.commit()
                except OperationalError as error:
                    # A line lost while committing may have committed: that is the caller's to find out.
                    may_try_again = _is_deadlock(error) or (self._is_lost(error) and not is_over)
                    if attempt == _TRIES or not may_try_again:
                        raise
                    continue
                if commits:
                    self._ring(bells(session))
                return result
        raise AssertionError("unreachable: the last try returns or raises")

    def _ring(self, hints: Sequence[Hint]) -> None:
        if not hints:
            return
        try:
            self.on_commit(hints)
        except Exception:
            # The command is committed and must not look failed: the sweep finds what no hint announced.
            log.exception("hints_lost", hints=len(hints))

    def _is_lost(self, error: OperationalError) -> bool:
        """The line had died in the pool, as when the database was started anew: so have the others, new ones may do."""
        is_lost = error.connection_invalidated or getattr(error.orig, "sqlstate", None) == _SHUT_DOWN
        if is_lost:
            self.engine.dispose()
        return is_lost


def _is_deadlock(error: OperationalError) -> bool:
    """PostgreSQL chose this transaction as the victim of a deadlock (40P01) or a serialisation failure (40001)."""
    return getattr(error.orig, "sqlstate", None) in {"40P01", "40001"}
