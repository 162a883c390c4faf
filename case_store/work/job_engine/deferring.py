"""Adds a job on SQLite. Apart from the rest, because the hot path imports it and procrastinate is slow to load."""

from datetime import datetime

from sqlalchemy.orm import Session

from case_store.work.job_engine.rows import happened, rows, seconds


def defer(
    session: Session,
    *,
    queue: str,
    task: str,
    args: str,
    run_at: datetime | None = None,
    queueing_lock: str | None = None,
    lock: str | None = None,
    priority: int = 0,
) -> int | None:
    """The new job's id; None when one with this queueing lock waits already."""
    waiting = "SELECT 1 FROM procrastinate_jobs WHERE queueing_lock = :lock AND status = 'todo'"
    if queueing_lock is not None and rows(session, waiting, lock=queueing_lock):
        return None
    [row] = rows(
        session,
        """INSERT INTO procrastinate_jobs (queue_name, task_name, priority, lock, queueing_lock, args, scheduled_at)
           VALUES (:queue, :task, :priority, :lock, :queueing_lock, :args, :run_at) RETURNING id""",
        queue=queue,
        task=task,
        priority=priority,
        lock=lock,
        queueing_lock=queueing_lock,
        args=args,
        run_at=seconds(run_at),
    )
    happened(session, row["id"], "deferred")
    return int(row["id"])
