"""The rows of jobs: added on either database, taken and ended on SQLite, where one process works and nobody else.

The queries are procrastinate's, by its own names, after release 3.10's `sql/queries.sql`; without what no task of ours
uses: locks between running jobs, priorities, queues, cancelling. Times on SQLite are Unix seconds of the machine.
procrastinate is not imported: the hot path adds jobs, and it is slow to load.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session
from sqlalchemy.types import DateTime

from kit.clock import machine_time

Row = dict[str, Any]

_INSERT = text(
    """INSERT INTO procrastinate_jobs (queue_name, task_name, priority, queueing_lock, args, scheduled_at)
       VALUES ('default', :task, 0, :lock, :args, :run_at)
       ON CONFLICT (queueing_lock) WHERE status = 'todo' DO NOTHING RETURNING id"""
)
_INSERT_POSTGRESQL = _INSERT.bindparams(
    bindparam("args", type_=JSONB), bindparam("run_at", type_=DateTime(timezone=True))
)
_OVER = "status = :status, attempts = attempts + 1"


def insert_job(
    session: Session, *, task: str, args: Mapping[str, Any], run_at: datetime | None = None, lock: str | None = None
) -> int | None:
    """The new job's id; None when one with this queueing lock waits already."""
    connection = session.connection()
    values: Row = {"task": task, "lock": lock, "args": dict(args), "run_at": run_at}
    if connection.dialect.name == "postgresql":
        return connection.execute(_INSERT_POSTGRESQL, values).scalar()
    values |= {"args": json.dumps(dict(args)), "run_at": run_at and run_at.timestamp()}
    return connection.execute(_INSERT, values).scalar()


def defer_periodic_job(
    session: Session, *, task_name: str, args: Mapping[str, Any], defer_timestamp: int, periodic_id: str,
    queueing_lock: str | None, **_: Any,
) -> list[Row]:  # fmt: skip
    """Adds a task's job for a moment, unless that moment had one or one still waits."""
    key = {"task": task_name, "periodic": periodic_id, "moment": defer_timestamp}
    fresh = """INSERT INTO procrastinate_periodic_defers (task_name, periodic_id, defer_timestamp)
               VALUES (:task, :periodic, :moment) ON CONFLICT DO NOTHING"""
    if not _run(session, fresh, **key).rowcount:
        return [{"id": None}]
    earlier = "task_name = :task AND periodic_id = :periodic AND defer_timestamp < :moment"
    _run(session, f"DELETE FROM procrastinate_periodic_defers WHERE {earlier}", **key)
    return [{"id": insert_job(session, task=task_name, args=args, lock=queueing_lock)}]


def register_worker(session: Session) -> list[Row]:
    """What is in hand was in a dead worker's, and is done again: there is one at a time."""
    _run(session, f"UPDATE procrastinate_jobs SET {_OVER} WHERE status = 'doing'", status="todo")
    return [{"worker_id": 1}]


def fetch_job(session: Session, **_: Any) -> list[Row]:
    """Takes the job that has waited longest of those that may run now."""
    due = "status = 'todo' AND (scheduled_at IS NULL OR scheduled_at <= :now)"
    found = _run(
        session,
        f"""UPDATE procrastinate_jobs SET status = 'doing'
            WHERE id = (SELECT id FROM procrastinate_jobs WHERE {due} ORDER BY id LIMIT 1) RETURNING *""",
        now=machine_time(),
    ).first()
    return [_typed(dict(found._mapping)) if found else {"id": None}]


def retry_job(session: Session, *, job_id: int, retry_at: datetime | None, **_: Any) -> list[Row]:
    """A job that has failed is to run again."""
    again = f"UPDATE procrastinate_jobs SET {_OVER}, scheduled_at = :until WHERE id = :id"
    _run(session, again, id=job_id, status="todo", until=retry_at and retry_at.timestamp())
    return []


def finish_job(session: Session, *, job_id: int, status: str, delete_job: bool) -> list[Row]:
    """A job has ended; one that is not deleted stays with its end's time."""
    if delete_job:
        _run(session, "DELETE FROM procrastinate_jobs WHERE id = :id", id=job_id)
        return []
    _run(session, f"UPDATE procrastinate_jobs SET {_OVER} WHERE id = :id", id=job_id, status=status)
    ended = "INSERT INTO procrastinate_events (job_id, type, at) VALUES (:id, :status, :now)"
    _run(session, ended, id=job_id, status=status, now=machine_time())
    return []


def delete_old_jobs(session: Session, *, nb_hours: float, statuses: Sequence[str], **_: Any) -> list[Row]:
    """Removes what ended with one of these, longer ago than that."""
    last = "SELECT max(at) FROM procrastinate_events WHERE job_id = procrastinate_jobs.id"
    old = f"DELETE FROM procrastinate_jobs WHERE status IN :statuses AND ({last}) < :since"
    _run(session, old, statuses=list(statuses), since=machine_time() - nb_hours * 3600)
    return []


def _run(session: Session, statement: str, **values: Any) -> Any:
    prepared = text(statement)
    if "statuses" in values:
        prepared = prepared.bindparams(bindparam("statuses", expanding=True))
    return session.connection().execute(prepared, values)


def _typed(row: Row) -> Row:
    at = row["scheduled_at"]
    return row | {
        "args": json.loads(row["args"]),
        "scheduled_at": at and datetime.fromtimestamp(at, UTC),
        "abort_requested": bool(row["abort_requested"]),
    }
