"""Jobs from enqueued to finished, on SQLite: what procrastinate's named queries do, within the writer's transaction.

Written after procrastinate 3.10's `sql/queries.sql` and `sql/schema.sql`.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from procrastinate.exceptions import ConnectorException, UniqueViolation
from procrastinate.manager import QUEUEING_LOCK_CONSTRAINT
from procrastinate.types import JobToDefer
from sqlalchemy.orm import Session

from case_store.work.job_engine.deferring import defer
from case_store.work.job_engine.rows import Row, happened, rows, run, seconds
from kit.clock import machine_time


def defer_jobs(session: Session, jobs: Sequence[JobToDefer]) -> list[Row]:
    return [{"id": _defer_or_refuse(session, job)} for job in jobs]


def _defer_or_refuse(session: Session, job: JobToDefer) -> int:
    job_id = defer(
        session,
        queue=job.queue_name,
        task=job.task_name,
        args=json.dumps(job.args),
        run_at=job.scheduled_at,
        queueing_lock=job.queueing_lock,
        lock=job.lock,
        priority=job.priority,
    )
    if job_id is None:
        raise UniqueViolation(constraint_name=QUEUEING_LOCK_CONSTRAINT, queueing_lock=job.queueing_lock)
    return job_id


def defer_periodic_job(
    session: Session,
    *,
    queue: str,
    task_name: str,
    priority: int,
    args: Mapping[str, Any],
    defer_timestamp: int,
    lock: str | None,
    queueing_lock: str | None,
    periodic_id: str,
) -> list[Row]:
    key = {"task": task_name, "periodic": periodic_id, "moment": defer_timestamp}
    fresh = rows(
        session,
        """INSERT INTO procrastinate_periodic_defers (task_name, periodic_id, defer_timestamp)
           VALUES (:task, :periodic, :moment) ON CONFLICT DO NOTHING RETURNING id""",
        **key,
    )
    if not fresh:
        return [{"id": None}]
    run(
        session,
        """DELETE FROM procrastinate_periodic_defers
           WHERE task_name = :task AND periodic_id = :periodic AND defer_timestamp < :moment""",
        **key,
    )
    job = JobToDefer(
        queue_name=queue,
        task_name=task_name,
        priority=priority,
        lock=lock,
        queueing_lock=queueing_lock,
        args=dict(args),
        scheduled_at=None,
    )
    return [{"id": _defer_or_refuse(session, job)}]


def fetch_job(session: Session, *, queues: Iterable[str] | None, worker_id: int) -> list[Row]:
    wanted = list(queues or ())
    found = rows(
        session,
        f"""UPDATE procrastinate_jobs SET status = 'doing', worker_id = :worker WHERE id = (
              SELECT jobs.id FROM procrastinate_jobs AS jobs
              WHERE jobs.status = 'todo' AND (jobs.scheduled_at IS NULL OR jobs.scheduled_at <= :now)
                {"AND jobs.queue_name IN :queues" if wanted else ""}
                AND (jobs.lock IS NULL OR NOT EXISTS (
                  SELECT 1 FROM procrastinate_jobs AS other
                  WHERE other.lock = jobs.lock AND (other.status = 'doing' OR (other.status = 'todo' AND (
                    other.priority > jobs.priority OR (other.priority = jobs.priority AND other.id < jobs.id))))))
              ORDER BY jobs.priority DESC, jobs.id LIMIT 1)
            RETURNING *""",
        worker=worker_id,
        now=machine_time(),
        **({"queues": wanted} if wanted else {}),
    )
    if not found:
        return [{"id": None}]
    happened(session, found[0]["id"], "started")
    return found


def finish_job(session: Session, *, job_id: int, status: str, delete_job: bool) -> list[Row]:
    if delete_job:
        found = rows(
            session,
            "DELETE FROM procrastinate_jobs WHERE id = :id AND status IN ('todo', 'doing') RETURNING id",
            id=job_id,
        )
    else:
        found = rows(
            session,
            """UPDATE procrastinate_jobs
               SET status = :status, abort_requested = 0, attempts = attempts + (status = 'doing')
               WHERE id = :id AND status IN ('todo', 'doing') RETURNING id""",
            id=job_id,
            status=status,
        )
    if not found:
        raise ConnectorException(f"job {job_id} cannot be finished: it is neither waiting nor running")
    if not delete_job:
        happened(session, job_id, status)
    return []


def retry_job(
    session: Session,
    *,
    job_id: int,
    retry_at: datetime | None,
    new_priority: int | None = None,
    new_queue_name: str | None = None,
    new_lock: str | None = None,
) -> list[Row]:
    found = rows(
        session,
        """UPDATE procrastinate_jobs
           SET status = 'todo', attempts = attempts + 1, scheduled_at = :retry_at, worker_id = NULL,
               priority = coalesce(:priority, priority), queue_name = coalesce(:queue, queue_name),
               lock = coalesce(:lock, lock)
           WHERE id = :id AND status IN ('doing', 'failed') RETURNING id""",
        id=job_id,
        retry_at=seconds(retry_at),
        priority=new_priority,
        queue=new_queue_name,
        lock=new_lock,
    )
    if not found:
        raise ConnectorException(f"job {job_id} cannot be tried again: it is neither running nor failed")
    happened(session, job_id, "deferred_for_retry")
    return []


def cancel_job(session: Session, *, job_id: int, abort: bool, delete_job: bool) -> list[Row]:
    if delete_job:
        gone = rows(
            session, "DELETE FROM procrastinate_jobs WHERE id = :id AND status = 'todo' RETURNING id", id=job_id
        )
        if gone:
            return gone
    found = rows(
        session,
        """UPDATE procrastinate_jobs SET status = CASE status WHEN 'todo' THEN 'cancelled' ELSE status END,
             abort_requested = (status = 'doing')
           WHERE id = :id AND (status = 'todo' OR (status = 'doing' AND :abort)) RETURNING id""",
        id=job_id,
        abort=abort,
    )
    if found:
        happened(session, job_id, "cancelled")
    return found or [{"id": None}]
