"""Which deliveries a worker may send now: claimed in order, leased, marked `sending` before the call is made.

`sending` is committed before the network call, so a process killed between the two leaves a row that says
"perhaps sent": `claim_interrupted` finds it and the worker looks it up at the provider before sending again.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Float, Integer, String, bindparam, exists, select, update
from sqlalchemy.orm import Session, aliased

from case_store.literals import word, words
from case_store.models import Delivery
from case_store.session import now
from kit.clock import machine_time

LEASE_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class ClaimedDelivery:
    """A delivery in our hands until `lease_until` (machine seconds).

    `interrupted` counts how often its process died while sending; `error_code` is what the last try met.
    """

    id: UUID
    conversation_id: UUID
    message_id: UUID
    channel_id: str
    address: str
    text: str
    choices: Sequence[Sequence[str]]
    part: int
    attempts: int
    interrupted: int
    trace_id: str | None
    created_at: datetime
    error_code: str | None = None
    lease_until: float = 0.0
    subject: str | None = None

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> "ClaimedDelivery":
        """A delivery written as claimed."""
        return cls(**{name: row[name] for name in _NAMES})


_NAMES = tuple(field.name for field in fields(ClaimedDelivery))
_CLAIMED = (
    Delivery.id,
    Delivery.conversation_id,
    Delivery.message_id,
    Delivery.channel_id,
    Delivery.address,
    Delivery.text,
    Delivery.choices,
    Delivery.part,
    Delivery.attempts,
    Delivery.interrupted,
    Delivery.trace_id,
    Delivery.created_at,
    Delivery.error_code,
    Delivery.lease_until,
    Delivery.subject,
)
_OURS = (Delivery.state.in_(words("queued", "sending")), Delivery.lane == word("worker"))
_LEASED = {"lease_until": bindparam("until", type_=Float), "lease_by": bindparam("worker", type_=String)}

_EARLIER = aliased(Delivery)
_BLOCKED = exists().where(
    _EARLIER.conversation_id == Delivery.conversation_id,
    _EARLIER.id < Delivery.id,
    _EARLIER.state.in_(words("queued", "sending")),
)
# A common table, not a subquery: PostgreSQL might run a subquery that locks rows more than once.
_HEADS = (
    select(Delivery.conversation_id)
    .where(*_OURS, Delivery.state == word("queued"), Delivery.due_at <= bindparam("moment", type_=Float), ~_BLOCKED)
    .order_by(Delivery.due_at)
    .limit(bindparam("room", type_=Integer))
    .with_for_update(skip_locked=True)
    .cte("heads")
)
# A follower's own pause is not waited for: its turn has come when the one before it leaves.
_CLAIM = (
    update(Delivery)
    .where(*_OURS, Delivery.state == word("queued"), Delivery.conversation_id.in_(select(_HEADS.c.conversation_id)))
    .values(state="sending", attempts=Delivery.attempts + 1, **_LEASED)
    .returning(*_CLAIMED)
)
_OPEN = select(
    exists().where(Delivery.conversation_id == bindparam("id"), Delivery.state.in_(words("queued", "sending")))
)
_DEAD = (
    select(Delivery.id)
    .where(*_OURS, Delivery.state == word("sending"), Delivery.lease_until < bindparam("moment", type_=Float))
    .order_by(Delivery.id)
    .limit(bindparam("room", type_=Integer))
    .with_for_update(skip_locked=True)
    .cte("dead")
)
_CLAIM_DEAD = (
    update(Delivery)
    .where(Delivery.id.in_(select(_DEAD.c.id)))
    .values(interrupted=Delivery.interrupted + 1, **_LEASED)
    .returning(*_CLAIMED)
)


def claim_deliveries(session: Session, *, worker: str, limit: int) -> list[ClaimedDelivery]:
    """The waiting deliveries of up to `limit` conversations, in order, marked `sending`.

    Only the oldest open delivery of a conversation makes it eligible; its followers come along,
    so one conversation's messages are never sent by two workers at once or out of order.
    """
    return _claim(session, _CLAIM, worker, limit)


def claim_interrupted(session: Session, *, worker: str, limit: int) -> list[ClaimedDelivery]:
    """Deliveries left in `sending` by a process that died: leased anew, to be reconciled with the provider."""
    return _claim(session, _CLAIM_DEAD, worker, limit)


def claim_terminal_deliveries(session: Session, *, conversation_id: UUID, lane: str) -> list[ClaimedDelivery]:
    """What a terminal that plays the resident must print now."""
    claim = (
        update(Delivery)
        .where(Delivery.conversation_id == conversation_id, Delivery.lane == lane, Delivery.state == "queued")
        .values(state="delivered", attempts=1, updated_at=now(session))
        .returning(*_CLAIMED)
    )
    return _in_order(session.connection().execute(claim))


def has_open(session: Session, *, conversation_id: UUID) -> bool:
    """Whether something said earlier is still to leave: what is said now must then wait behind it.

    Asked under the conversation's lock, in a statement of its own: PostgreSQL would answer from before the wait.
    """
    return bool(session.connection().execute(_OPEN, {"id": conversation_id}).scalar())


def renew_lease(session: Session, *, delivery: ClaimedDelivery) -> bool:
    """Holds a delivery longer, before it is sent late in its batch. False when somebody else has it by now."""
    renewed = session.connection().execute(
        update(Delivery)
        .where(Delivery.id == delivery.id, Delivery.state == "sending", Delivery.lease_until == delivery.lease_until)
        .values(lease_until=machine_time() + LEASE_SECONDS)
    )
    return renewed.rowcount == 1


def take_over_sending(session: Session) -> int:
    """At the start of the only serving process: whatever was `sending` was interrupted."""
    taken = session.connection().execute(
        update(Delivery).where(*_OURS, Delivery.state == word("sending")).values(lease_until=0.0)
    )
    return taken.rowcount


def _claim(session: Session, statement: Any, worker: str, limit: int) -> list[ClaimedDelivery]:
    moment = machine_time()
    values = {"moment": moment, "until": moment + LEASE_SECONDS, "worker": worker, "room": limit}
    return _in_order(session.connection().execute(statement, values))


def _in_order(rows: Iterable[Any]) -> list[ClaimedDelivery]:
    return sorted((ClaimedDelivery(*row) for row in rows), key=lambda row: row.id)
