"""SQLite's one writer thread: commands that wait together are committed together.

One fsync then serves the whole group, which is what makes `synchronous=FULL` (nothing acknowledged is lost
on power failure) affordable. When one command fails, the others begin again without it: failures are rare,
and a savepoint around every command would cost more than beginning again now and then.
"""

import contextlib
import queue
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from typing import Any, TypeVar

from sqlalchemy import Engine
from sqlalchemy.exc import InvalidRequestError
from sqlalchemy.orm import Session

from case_store.session import bells
from kit.ports import Hint

T = TypeVar("T")
Work = Callable[[Session], Any]
Ring = Callable[[Sequence[Hint]], None]
_Item = tuple[Work, "Future[Any]", Ring]
_Done = tuple[_Item, Any, list[Hint]]
_GROUP = 64


class _CommandFailed(Exception):
    def __init__(self, item: _Item, error: Exception) -> None:
        super().__init__(repr(error))
        self.item = item
        self.error = error


class Writer:
    """Owns the writing connection; `submit` may be called from any thread."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._queue: queue.SimpleQueue[_Item | None] = queue.SimpleQueue()
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

    def _gather(self, group: list[_Item]) -> bool:
        while len(group) < _GROUP:
            try:
                item = self._queue.get_nowait()
            except queue.Empty:
                return False
            if item is None:
                return True
            group.append(item)
        return False

    def _commit(self, group: list[_Item]) -> None:
        """Settles every future of the group, whatever happens: a dead writer would be a dead product."""
        failed: list[tuple[_Item, Exception]] = []
        done: list[_Done] = []
        while group:
            try:
                done = self._run_together(group)
                break
            except _CommandFailed as failure:
                failed.append((failure.item, failure.error))
                group = [item for item in group if item is not failure.item]
            except Exception as error:
                failed.extend((item, error) for item in group)
                break
        # The successes first: whoever was refused because of a neighbour can then read what the neighbour did.
        _settle(done, failed)

    def _run_together(self, group: Sequence[_Item]) -> list[_Done]:
        """One session for the thread's whole life: making one, and joining its connection, costs more than a query."""
        session = self._session = self._session or Session(self._engine.connect(), expire_on_commit=False)
        try:
            done = [(item, *_run_one(session, item)) for item in group]
            session.commit()
        except _CommandFailed:
            session.rollback()
            raise
        except Exception:
            self._hang_up()  # the connection itself may be what is broken
            raise
        return done

    def _hang_up(self) -> None:
        session, self._session = self._session, None
        if session is not None:
            with contextlib.suppress(Exception):
                session.close()
                session.get_bind().close()  # type: ignore[union-attr]


def _run_one(session: Session, item: _Item) -> tuple[Any, list[Hint]]:
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


def _settle(done: list[_Done], failed: list[tuple[_Item, Exception]]) -> None:
    for (_, future, ring), result, hints in done:
        ring(hints)
        # A caller that went away has cancelled its future; the command stands all the same.
        if future.set_running_or_notify_cancel():
            future.set_result(result)
    for (_, future, _), error in failed:
        if future.set_running_or_notify_cancel():
            future.set_exception(error)
