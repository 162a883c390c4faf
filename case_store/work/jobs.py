"""Background jobs: enqueued in the caller's own transaction, so a job exists exactly when its cause does.

The engine is procrastinate. Arguments are ids and plain values, never personal data.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy.orm import Session

from case_store.engine.session import ring
from case_store.work.job_engine.rows import insert_job

if TYPE_CHECKING:
    from procrastinate.connector import BaseConnector

    from case_store.engine.database import Store
    from kit.ports import LiveBus

TOPIC = "job"
"""Rung when a job is enqueued on SQLite; PostgreSQL's own triggers notify the workers there."""


def enqueue(
    session: Session,
    task: str,
    args: Mapping[str, Any],
    *,
    run_at: datetime | None = None,
    queueing_lock: str | None = None,
) -> None:
    """Has `task` run with `args` once this transaction is committed, not before `run_at`.

    With a `queueing_lock`, nothing is added while another job with the same one waits.
    """
    insert_job(session, task=task, args=args, run_at=run_at, lock=queueing_lock)
    if session.get_bind().dialect.name == "sqlite":
        ring(session, TOPIC)


def build_connector(store: "Store", bus: "LiveBus") -> "BaseConnector":
    """What procrastinate works through: its own connector on PostgreSQL, the store's writer on SQLite."""
    if store.is_sqlite:
        from case_store.work.job_engine.connector import StoreConnector

        return StoreConnector(store, bus, TOPIC)
    from procrastinate import PsycopgConnector

    url = store.url.replace("postgresql+psycopg://", "postgresql://", 1)
    return PsycopgConnector(conninfo=url, min_size=1, max_size=4)
