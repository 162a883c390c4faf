"""Turns on the hot path: claim what is due, load it, finish it. A lease keeps two processes from one conversation."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Integer, String, bindparam, delete, select, update
from sqlalchemy.orm import Session

from case_store.engine.clocks import machine_clock
from case_store.engine.literals import word
from case_store.engine.session import now, ring
from case_store.engine.statements import add
from case_store.kinds import WORKER
from case_store.models import Message, TurnDue
from case_store.work.snapshots import TurnSnapshot, load_turn
from kit.ids import uuid7

LEASE_SECONDS = 30.0
GIVEN_UP = "given_up"
"""The outcome of a turn that failed again and again, so that a person got the conversation."""

_RETRY_BASE = 2.0
_RETRY_CAP = 300.0
_SLACK = 60.0


@dataclass(frozen=True, slots=True)
class ClaimedTurn:
    """A due turn in our hands until its lease ends, with what it decides from."""

    conversation_id: UUID
    gen: int
    attempts: int
    snapshot: TurnSnapshot


_LEASED = {
    "lease_until": machine_clock() + LEASE_SECONDS,
    "lease_by": bindparam("worker", type_=String),
    "attempts": TurnDue.attempts + 1,
}
_DUE = (
    select(TurnDue.conversation_id)
    .where(
        TurnDue.lane == word(WORKER),
        TurnDue.due_at <= machine_clock(),
        TurnDue.lease_until < machine_clock(),
    )
    .order_by(TurnDue.due_at)
    .limit(bindparam("room", type_=Integer))
    .with_for_update(skip_locked=True)
)
_RETURNED = (TurnDue.conversation_id, TurnDue.gen, TurnDue.attempts)
_CLAIM = update(TurnDue).where(TurnDue.conversation_id.in_(_DUE.scalar_subquery())).values(_LEASED)
_CLAIM_ONE = update(TurnDue).where(TurnDue.conversation_id == bindparam("id")).values(_LEASED)
_CLAIM, _CLAIM_ONE = _CLAIM.returning(*_RETURNED), _CLAIM_ONE.returning(*_RETURNED)
_DONE = delete(TurnDue).where(TurnDue.conversation_id == bindparam("id"), TurnDue.gen == bindparam("taken_gen"))
_TAKEN = (
    update(Message)
    .where(Message.id == bindparam("message_id"))
    .values(turn_id=bindparam("new_turn_id", type_=Message.__table__.c.turn_id.type))
)


def claim_turns(session: Session, *, worker: str, limit: int) -> list[ClaimedTurn]:
    """Up to `limit` due turns, oldest first, leased to `worker`."""
    found = session.connection().execute(_CLAIM, {"worker": worker, "room": limit})
    return [_claimed(session, row) for row in found.all()]


def claim_turn(session: Session, *, conversation_id: UUID, worker: str) -> ClaimedTurn | None:
    """The due turn of one conversation, whatever its lane: for a terminal that plays it itself."""
    row = session.connection().execute(_CLAIM_ONE, {"id": conversation_id, "worker": worker}).first()
    return _claimed(session, row) if row else None


def _claimed(session: Session, row: Any) -> ClaimedTurn:
    snapshot = load_turn(session, conversation_id=row.conversation_id)
    return ClaimedTurn(row.conversation_id, row.gen, row.attempts, snapshot)


def record_turn(
    session: Session,
    *,
    conversation_id: UUID,
    message_ids: Sequence[UUID],
    outcome: str,
    record: Mapping[str, Any],
) -> UUID:
    """Keeps the turn with the facts it used and marks its messages as taken."""
    turn_id = uuid7()
    add(
        session,
        "turn",
        {
            "id": turn_id,
            "conversation_id": conversation_id,
            "at": now(session),
            "outcome": outcome,
            "record": dict(record),
        },
    )
    if message_ids:
        session.connection().execute(
            _TAKEN, [{"message_id": message_id, "new_turn_id": turn_id} for message_id in message_ids]
        )
    return turn_id


def finish_turn(session: Session, *, conversation_id: UUID, gen: int, leaves_some: bool) -> None:
    """Nothing is due any more, unless a message was left or came meanwhile: then the next turn is due at once."""
    done = not leaves_some and session.connection().execute(_DONE, {"id": conversation_id, "taken_gen": gen}).rowcount
    if not done:
        release_turn(session, conversation_id=conversation_id)


def release_turn(session: Session, *, conversation_id: UUID) -> None:
    """Gives the lease back so that the turn is taken again at once."""
    session.connection().execute(
        update(TurnDue).where(TurnDue.conversation_id == conversation_id).values(lease_until=0.0, attempts=0)
    )
    ring(session, "turn")


def postpone_turn(session: Session, *, conversation_id: UUID, attempts: int, error: str) -> None:
    """The turn failed: later again, with a pause that doubles each time; the error is kept for the operator."""
    pause = min(_RETRY_CAP, _RETRY_BASE * 2 ** (attempts - 1))
    session.connection().execute(
        update(TurnDue)
        .where(TurnDue.conversation_id == conversation_id)
        .values(due_at=machine_clock() + pause, lease_until=0.0, error=error[:500])
    )


def take_over_leases(session: Session) -> int:
    """Ends all leases; called when the only serving process starts, so their holders have ended. Returns how many."""
    taken = session.connection().execute(
        update(TurnDue).where(TurnDue.lease_until > 0, TurnDue.lane == WORKER).values(lease_until=0.0)
    )
    return taken.rowcount


def recall_far(session: Session) -> int:
    """Makes due what is put off, or leased, for longer than any turn is: a clock was set back meanwhile."""
    connection, clock = session.connection(), machine_clock()
    ours = update(TurnDue).where(TurnDue.lane == word(WORKER))
    waiting = ours.where(TurnDue.due_at > clock + _RETRY_CAP + _SLACK).values(due_at=clock)
    leased = ours.where(TurnDue.lease_until > clock + LEASE_SECONDS + _SLACK).values(lease_until=0.0)
    return connection.execute(waiting).rowcount + connection.execute(leased).rowcount
