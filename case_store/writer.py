"""SQLite's one writer thread: commands that wait together are committed together.

One fsync then serves the whole group, which is what makes `synchronous=FULL` (nothing acknowledged is lost
on power failure) affordable. Each command runs in its own savepoint, so one that fails takes nobody along.
"""

import queue
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.orm import Session

from case_store.session import bells
from kit.ports import Hint

T = TypeVar("T")
Work = Callable[[Session], Any]
Ring = Callable[[Sequence[Hint]], None]
_Item = tuple[Work, "Future[Any]", Ring]
_Done = tuple[_Item, Any, list[Hint]]
_Failed = tuple[_Item, BaseException]
_GROUP = 64


class Writer:
    """Owns the writing connection; `submit` may be called from any thread."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._queue: queue.SimpleQueue[_Item | None] = queue.SimpleQueue()
        self._closed = False
        self._thread = threading.Thread(target=self._run, name="store-writer", daemon=True)
        self._thread.start()

    def submit(self, work: Callable[[Session], T], ring: Ring) -> "Future[T]":
        """Queues a command. The future's result is set once the command is committed."""
        if self._closed:
            raise RuntimeError("the store is closed")
        future: Future[T] = Future()
        self._queue.put((work, future, ring))
        return future

    def close(self) -> None:
        """Commits what is queued and ends the thread."""
        if not self._closed:
            self._closed = True
            self._queue.put(None)
            self._thread.join()

    def _run(self) -> None:
        while True:
            item = self._queue.get()
            if item is None:
                return
            group = [item]
            ending = self._gather(group)
            self._commit(group)
            if ending:
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
        done: list[_Done] = []
        failed: list[_Failed] = []
        try:
            with self._engine.connect() as connection, connection.begin():
                driver = connection.connection.driver_connection
                for item in group:
                    try:
                        done.append((item, *_run_in_savepoint(connection, driver, item[0])))
                    except Exception as error:
                        failed.append((item, error))
        except Exception as error:
            settled = {id(item) for item, _ in failed}
            failed.extend((item, error) for item in group if id(item) not in settled)
            done = []
        _settle(done, failed)


def _run_in_savepoint(connection: Connection, driver: Any, work: Work) -> tuple[Any, list[Hint]]:
    # The driver itself runs the savepoint statements: SQLAlchemy's detour would cost more than the savepoint.
    driver.execute("SAVEPOINT command")
    session = Session(connection, join_transaction_mode="rollback_only", expire_on_commit=False)
    try:
        result = work(session)
        session.flush()
    except BaseException:
        driver.execute("ROLLBACK TO command")
        driver.execute("RELEASE command")
        session.expunge_all()
        raise
    driver.execute("RELEASE command")
    hints = bells(session)
    session.expunge_all()
    session.close()
    return result, hints


def _settle(done: list[_Done], failed: list[_Failed]) -> None:
    for (_, future, ring), result, hints in done:
        ring(hints)
        _set(future, result)
    for (_, future, _), error in failed:
        if not future.cancelled():
            future.set_exception(error)


def _set(future: "Future[Any]", result: Any) -> None:
    # A caller that went away has cancelled its future; the command stands all the same.
    if future.set_running_or_notify_cancel():
        future.set_result(result)
