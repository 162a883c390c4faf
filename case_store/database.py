"""The database boundary: a whole transaction runs synchronously in one thread hop.

`await store.write(command, ...)` and `await store.read(query, ...)` run `command(session, ...)` in a thread;
the boundary begins, commits or rolls back, and rings the gathered hints after the commit.
SQLite: one writer thread with the one writing connection, which commits waiting commands together, and a few
readers. PostgreSQL: a pool of threads and connections. On both, a command may be run again before it is committed.
"""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Concatenate, ParamSpec, TypeVar

import structlog
from sqlalchemy import Engine, make_url
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from case_store.engines import create_reading_engine, create_writing_engine
from case_store.session import bells
from case_store.writer import Writer
from kit.clock import Clock
from kit.ports import Hint

log = structlog.get_logger(__name__)

P = ParamSpec("P")
T = TypeVar("T")
OnCommit = Callable[[Sequence[Hint]], None]

_READERS = 3
_SERIALIZATION_RETRIES = 3


class Store:
    """The case store behind one URL (`sqlite:///path` or `postgresql://...`)."""

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

    async def write(self, command: Callable[Concatenate[Session, P], T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Runs one command as one transaction; returns when it is committed."""
        return await asyncio.wrap_future(self._submit(lambda session: command(session, *args, **kwargs)))

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
        for attempt in range(_SERIALIZATION_RETRIES):
            with Session(self.engine, expire_on_commit=False, info={"clock": self.clock}) as session:
                try:
                    result = work(session)
                    session.commit()
                except OperationalError as error:
                    if not _is_deadlock(error) or attempt == _SERIALIZATION_RETRIES - 1:
                        raise
                    continue
                self._ring(bells(session))
                return result
        raise AssertionError("unreachable: the last attempt returns or raises")

    def _ring(self, hints: Sequence[Hint]) -> None:
        if not hints:
            return
        try:
            self.on_commit(hints)
        except Exception:
            # The command is committed and must not look failed: the sweep finds what no hint announced.
            log.exception("hints_lost", hints=len(hints))

    def _read(self, work: Callable[[Session], T]) -> T:
        with Session(self._read_engine, expire_on_commit=False, info={"clock": self.clock}) as session:
            return work(session)


def _is_deadlock(error: OperationalError) -> bool:
    """PostgreSQL chose this transaction as the victim of a deadlock (40P01) or a serialisation failure (40001)."""
    return getattr(error.orig, "sqlstate", None) in {"40P01", "40001"}
