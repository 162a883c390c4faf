"""Small words for the job engine's SQL on SQLite: run it, read it, note what happened.

Times in these tables are Unix seconds of the machine.
"""

import json
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import bindparam, text
from sqlalchemy.orm import Session

from kit.clock import machine_time

Row = dict[str, Any]
TOPIC = "job"
"""Rung when a job is enqueued; PostgreSQL's own triggers notify the workers there."""


def happened(session: Session, job_id: int, kind: str) -> None:
    run(
        session,
        "INSERT INTO procrastinate_events (job_id, type, at) VALUES (:job, :kind, :now)",
        job=job_id,
        kind=kind,
        now=machine_time(),
    )


def run(session: Session, statement: str, **values: Any) -> Any:
    prepared = text(statement)
    for name, value in values.items():
        if isinstance(value, list):
            prepared = prepared.bindparams(bindparam(name, expanding=True))
    return session.connection().execute(prepared, values)


def rows(session: Session, statement: str, **values: Any) -> list[Row]:
    return [_typed(dict(row._mapping)) for row in run(session, statement, **values)]


def _typed(row: Row) -> Row:
    if "args" in row:
        row["args"] = json.loads(row["args"])
    if row.get("scheduled_at") is not None:
        row["scheduled_at"] = datetime.fromtimestamp(row["scheduled_at"], UTC)
    if "abort_requested" in row:
        row["abort_requested"] = bool(row["abort_requested"])
    return row


def seconds(moment: datetime | None) -> float | None:
    return None if moment is None else moment.timestamp()
