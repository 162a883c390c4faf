"""What keeps the job engine in order, on SQLite: workers and their heartbeats, stalled and old jobs, questions."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm import Session

from case_store.work.job_engine.rows import Row, rows, run
from kit.clock import machine_time


def stalled_jobs(
    session: Session, *, queue: str | None, task_name: str | None, seconds_since_heartbeat: float
) -> list[Row]:
    return rows(
        session,
        """SELECT jobs.* FROM procrastinate_jobs AS jobs
           LEFT JOIN procrastinate_workers AS workers ON workers.id = jobs.worker_id
           WHERE jobs.status = 'doing' AND (:queue IS NULL OR jobs.queue_name = :queue)
             AND (:task IS NULL OR jobs.task_name = :task)
             AND (workers.id IS NULL OR workers.last_heartbeat < :since)""",
        queue=queue,
        task=task_name,
        since=machine_time() - seconds_since_heartbeat,
    )


def delete_old_jobs(session: Session, *, nb_hours: float, queue: str | None, statuses: Sequence[str]) -> list[Row]:
    run(
        session,
        """DELETE FROM procrastinate_jobs WHERE status IN :statuses AND (:queue IS NULL OR queue_name = :queue)
           AND (SELECT max(at) FROM procrastinate_events WHERE job_id = procrastinate_jobs.id) < :since""",
        statuses=list(statuses),
        queue=queue,
        since=machine_time() - nb_hours * 3600,
    )
    return []


def list_jobs(session: Session, **wanted: Any) -> list[Row]:
    given = {name: value for name, value in wanted.items() if value is not None}
    where = " AND ".join(f"{name} = :{name}" for name in given) or "1"
    return rows(session, f"SELECT * FROM procrastinate_jobs WHERE {where} ORDER BY id", **given)


def jobs_to_abort(session: Session, *, queue_name: str | None) -> list[Row]:
    return rows(
        session,
        """SELECT id FROM procrastinate_jobs
           WHERE status = 'doing' AND abort_requested AND (:queue IS NULL OR queue_name = :queue)""",
        queue=queue_name,
    )


def job_status(session: Session, *, job_id: int) -> list[Row]:
    return rows(session, "SELECT status FROM procrastinate_jobs WHERE id = :id", id=job_id)


def check_connection(session: Session) -> list[Row]:
    return rows(session, "SELECT name AS 'check' FROM sqlite_master WHERE name = 'procrastinate_jobs'") or [
        {"check": None}
    ]


def register_worker(session: Session) -> list[Row]:
    return rows(
        session,
        "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (:now) RETURNING id AS worker_id",
        now=machine_time(),
    )


def unregister_worker(session: Session, *, worker_id: int) -> list[Row]:
    run(session, "DELETE FROM procrastinate_workers WHERE id = :id", id=worker_id)
    return []


def update_heartbeat(session: Session, *, worker_id: int) -> list[Row]:
    run(
        session,
        "UPDATE procrastinate_workers SET last_heartbeat = :now WHERE id = :id",
        now=machine_time(),
        id=worker_id,
    )
    return []


def prune_stalled_workers(session: Session, *, seconds_since_heartbeat: float) -> list[Row]:
    return rows(
        session,
        "DELETE FROM procrastinate_workers WHERE last_heartbeat < :since RETURNING id AS worker_id",
        since=machine_time() - seconds_since_heartbeat,
    )
