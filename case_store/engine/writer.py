"""SQLite's one writer thread: commands that wait together are committed together.

One fsync then serves the whole group, which is what makes `synchronous=FULL` (nothing acknowledged is lost
on power failure) affordable. When one command fails, the others begin again without it: failures are rare,
and a savepoint around every command would cost more than beginning again now and then.
"""

import asyncio
import contextlib
import queue
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from itertools import chain
from typing import Any, TypeVar

from sqlalchemy import Engine
from sqlalchemy.exc import InvalidRequestError
from sqlalchemy.orm import Session

from case_store.engine.session import bells
from kit.ports import Hint

T = TypeVar("T")
Work = Callable[[Session], Any]
Ring = Callable[[Sequence[Hint]], None]
Item = tuple[Work, "Future[Any] | asyncio.Future[Any]", Ring]
Done = tuple[Item, Any, list[Hint]]
Failed = tuple[Item, Exception]
GROUP = 64


class _CommandFailed(Exception):
    def __init__(self, item: Item, error: Exception) -> None:
        super().__init__(repr(error))
        self.item = item
        self.error = error


class Writer:
    """Owns the writing connection; `submit` may be called from any thread."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._queue: queue.SimpleQueue[Item | None] = queue.SimpleQueue()
        self._closed = False
        self._closing = threading.Lock()
        self._session: Session | None = None
        self._thread = threading.Thread(target=self._run, name="store-writer", daemon=True)
        self._thread.start()

    def submit(self, work: Callable[[Session], T], ring: Ring) -> "Future[T]":
        """Queues a command. The future's result is set once the command is committed."""
        future: Future[T] = Future()
        with self._closing:
            if self._closed:
                raise RuntimeError("the store is closed")
            self._queue.put((work, future, ring))
        return future

    def close(self) -> None:
        """Commits what is queued and ends the thread."""
        with self._closing:
            if self._closed:
                return
            self._closed = True
            self._queue.put(None)
        self._thread.join()

    def _run(self) -> None:
        while True:
            item = self._queue.get()
            group = [item] if item else []
            ending = item is None or self._gather(group)
            self._commit(group)
            if ending:
                self._hang_up()
                return

    def _gather(self, group: list[Item]) -> bool:
        while len(group) < GROUP:
            try:
                item = self._queue.get_nowait()
            except queue.Empty:
                return False
            if item is None:
                return True
            group.append(item)
        return False

    def _commit(self, group: list[Item]) -> None:
        """Resolves every future of the group, whatever happens: one left unresolved would block its caller for good."""
        try:
            session = self._open()
            done, failed = run_group(session, iter(group))
            session.commit()
        except Exception as error:
            self._hang_up()  # the connection itself may be what is broken
            done, failed = [], [(item, error) for item in group]
        settle(done, failed)

    def _open(self) -> Session:
        """One session for the thread's whole life: making one, and joining its connection, costs more than a query."""
        self._session = self._session or open_session(self._engine)
        return self._session

    def _hang_up(self) -> None:
        session, self._session = self._session, None
        hang_up(session)


def open_session(engine: Engine) -> Session:
    """A session on a connection that it keeps."""
    return Session(engine.connect(), expire_on_commit=False)


def hang_up(session: Session | None) -> None:
    """Gives up a session and its connection, whatever state they are in."""
    if session is not None:
        with contextlib.suppress(Exception):
            session.close()
            session.get_bind().close()  # type: ignore[union-attr]


def run_group(session: Session, items: Iterator[Item]) -> tuple[list[Done], list[Failed]]:
    """Runs commands in the session's transaction, for the caller to commit. What fails leaves it as if never begun."""
    failed: list[Failed] = []
    done: list[Done] = []
    while True:
        again = [item for item, _, _ in done]
        done = []
        try:
            for item in chain(again, items):
                done.append((item, *_run_one(session, item)))
        except _CommandFailed as failure:
            session.rollback()
            failed.append((failure.item, failure.error))
            continue
        return done, failed


def _run_one(session: Session, item: Item) -> tuple[Any, list[Hint]]:
    try:
        result = item[0](session)
        session.flush()
        if not session.is_active:
            raise InvalidRequestError("the command swallowed an error that had undone its work")
    except Exception as error:
        raise _CommandFailed(item, error) from error
    finally:
        hints = bells(session)
        session.info.clear()
        session.expunge_all()
    return result, hints


def settle(done: Sequence[Done], failed: Sequence[Failed]) -> None:
    """Tells the callers, the successes first: who was refused because of a neighbour can read what that one did.

    A caller that went away has cancelled its future; the command stands all the same.
    """
    for (_, future, ring), result, hints in done:
        ring(hints)
        if _is_awaited(future):
            future.set_result(result)
    for (_, future, _), error in failed:
        if _is_awaited(future):
            future.set_exception(error)


def _is_awaited(future: "Future[Any] | asyncio.Future[Any]") -> bool:
    return future.set_running_or_notify_cancel() if isinstance(future, Future) else not future.done()
