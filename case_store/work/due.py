"""Says that a conversation awaits a turn: one row each, counted up when more comes."""

from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, literal
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from case_store.engine.clocks import machine_clock
from case_store.engine.session import ring
from case_store.engine.statements import table
from case_store.kinds import WORKER
from case_store.work.turns import LEASE_SECONDS

_FIRST = 1


def mark_turn_due(
    session: Session, *, conversation_id: UUID, lane: str = WORKER, worker: str | None = None
) -> int | None:
    """Says that the conversation awaits a turn; a turn that runs meanwhile will see its counter moved.

    Gives its counter when it is new and leased to `worker`.
    """
    connection = session.connection()
    row = {"conversation_id": conversation_id, "lane": lane, "attempts": 0 if worker is None else 1}
    due = _due(connection.dialect.name, worker is not None)
    gen = connection.execute(due, {**row, "lease_by": worker}).scalar_one()
    if worker is not None and gen == _FIRST:
        return _FIRST
    if lane == WORKER:
        ring(session, "turn")
    return None


@cache
def _due(dialect: str, leased: bool) -> Any:
    kind = postgresql.insert if dialect == "postgresql" else sqlite.insert
    gen = table("turn_due").c.gen
    until = machine_clock() + LEASE_SECONDS if leased else literal(0.0)
    due = kind(table("turn_due")).values(gen=_FIRST, lane=bindparam("lane"), due_at=machine_clock(), lease_until=until)
    return due.on_conflict_do_update(
        index_elements=["conversation_id"], set_={"gen": gen + 1, "lane": due.excluded.lane}
    ).returning(gen)
