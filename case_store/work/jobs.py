"""Background jobs: enqueued in the caller's own transaction, so a job exists exactly when its cause does.

The engine is procrastinate. Arguments are ids and plain values, never personal data.
"""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session
from sqlalchemy.types import DateTime

from case_store.engine.session import ring
from case_store.work.job_engine.deferring import defer
from case_store.work.job_engine.rows import TOPIC

if TYPE_CHECKING:
    from procrastinate.connector import BaseConnector

    from case_store.engine.database import Store
    from kit.ports import LiveBus

QUEUE = "default"

# The table's triggers write the job's history and notify the workers, whoever inserts.
_INSERT = text(
    """
    INSERT INTO procrastinate_jobs (queue_name, task_name, priority, queueing_lock, args, scheduled_at)
    VALUES (:queue, :task, 0, :queueing_lock, :args, :run_at)
    ON CONFLICT (queueing_lock) WHERE status = 'todo' DO NOTHING
    """
).bindparams(bindparam("args", type_=JSONB), bindparam("run_at", type_=DateTime(timezone=True)))


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
    if session.get_bind().dialect.name == "postgresql":
        values = {"queue": QUEUE, "task": task, "queueing_lock": queueing_lock, "args": dict(args), "run_at": run_at}
        session.connection().execute(_INSERT, values)
        return
    defer(session, queue=QUEUE, task=task, args=json.dumps(dict(args)), run_at=run_at, queueing_lock=queueing_lock)
    ring(session, TOPIC)


def build_connector(store: "Store", bus: "LiveBus") -> "BaseConnector":
    """What procrastinate works through: its own connector on PostgreSQL, the store's writer thread on SQLite."""
    if store.is_sqlite:
        from case_store.work.job_engine.connector import StoreConnector

        return StoreConnector(store, bus)
    from procrastinate import PsycopgConnector

    url = store.url.replace("postgresql+psycopg://", "postgresql://", 1)
    return PsycopgConnector(conninfo=url, min_size=1, max_size=4)
