"""Which deliveries a worker may send now: claimed in order, leased, marked `sending` before the call is made.

`sending` is committed before the network call, so a process killed between the two leaves a row that says
"perhaps sent": `claim_interrupted` finds it and the worker looks it up at the provider before sending again. What is
sent again in doubt is marked before that call (`mark_resent`), so that no second death hides a double.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Integer, String, and_, bindparam, case, exists, select, update
from sqlalchemy.orm import Session, aliased

from case_store.engine.clocks import machine_clock
from case_store.engine.literals import word, words
from case_store.engine.session import now
from case_store.kinds import WORKER
from case_store.models import Delivery
from case_store.models.work import DOUBTED, RESENT, SETTLED
from kit.clock import steady_time

LEASE_SECONDS = 30.0

CALL_SECONDS = 12.0
"""The longest that a call to a provider may go on, and a little: a look-up before that proves nothing."""

LONGEST_WAIT = 3600.0
"""Seconds by which a delivery is put off at most, when the provider asked for a pause; else by `USUAL_WAIT`."""

USUAL_WAIT = 400.0
_SLACK = 60.0
FURTHEST = LONGEST_WAIT + _SLACK
"""Seconds from now on at which nothing can be due by a rule of ours."""


@dataclass(frozen=True, slots=True)
class ClaimedDelivery:
    """A delivery in our hands until `lease_until` (by the database's clock), `taken_at` by this process's own.

    `interrupted` counts how often its process died while sending; `error_code` is what the last try met.
    `thread` are the letters it goes back to, `automatic`: no person wrote it.
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
    thread: str | None = None
    automatic: bool = True
    doubt: int = SETTLED
    taken_at: float = field(default_factory=steady_time, compare=False)

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> "ClaimedDelivery":
        """A delivery written as claimed."""
        return cls(**{name: row[name] for name in _NAMES})


_NAMES = tuple(each.name for each in fields(ClaimedDelivery) if each.name != "taken_at")
_CLAIMED = tuple(getattr(Delivery, name) for name in _NAMES)
_OURS = (Delivery.state.in_(words("queued", "sending")), Delivery.lane == word(WORKER))
_LEASED = {"lease_until": machine_clock() + LEASE_SECONDS, "lease_by": bindparam("worker", type_=String)}

_EARLIER = aliased(Delivery)
_BLOCKED = exists().where(
    _EARLIER.conversation_id == Delivery.conversation_id,
    _EARLIER.id < Delivery.id,
    _EARLIER.state.in_(words("queued", "sending")),
)
# A common table, not a subquery: PostgreSQL might run a subquery that locks rows more than once.
_HEADS = (
    select(Delivery.conversation_id)
    .where(*_OURS, Delivery.state == word("queued"), Delivery.due_at <= machine_clock(), ~_BLOCKED)
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
    select(Delivery.conversation_id)
    .where(Delivery.state == word("sending"), Delivery.lane == word(WORKER), Delivery.lease_until < machine_clock())
    .where(~_BLOCKED)
    .order_by(Delivery.lease_until, Delivery.id)
    .limit(bindparam("room", type_=Integer))
    .with_for_update(skip_locked=True)
    .cte("dead")
)
# A conversation's messages are sent one after the other: only the first can have been in the call.
_CLAIM_DEAD = (
    update(Delivery)
    .where(Delivery.conversation_id.in_(select(_DEAD.c.conversation_id)))
    .where(Delivery.state == word("sending"), Delivery.lane == word(WORKER), Delivery.lease_until < machine_clock())
    .values(
        interrupted=Delivery.interrupted + case((_BLOCKED, 0), else_=1),
        doubt=case((_BLOCKED, Delivery.doubt), (Delivery.doubt == SETTLED, DOUBTED), else_=Delivery.doubt),
        **_LEASED,
    )
    .returning(*_CLAIMED)
)


def claim_deliveries(session: Session, *, worker: str, limit: int) -> list[ClaimedDelivery]:
    """The waiting deliveries of up to `limit` conversations, in order, marked `sending`.

    Only the oldest open delivery of a conversation makes it eligible; its followers come along,
    so one conversation's messages are never sent by two workers at once or out of order.
    """
    return _claim(session, _CLAIM, worker, limit)


def claim_interrupted(session: Session, *, worker: str, limit: int) -> list[ClaimedDelivery]:
    """Deliveries of up to `limit` conversations, in order, left in `sending` by a process that died.

    They are leased anew; the first of each conversation is in doubt, to be reconciled with the provider, and those
    behind it come along.
    """
    return _claim(session, _CLAIM_DEAD, worker, limit)


def claim_terminal_deliveries(session: Session, *, conversation_id: UUID, lane: str) -> list[ClaimedDelivery]:
    """What a terminal that plays the resident must print now."""
    claim = (
        update(Delivery)
        .where(Delivery.conversation_id == conversation_id, Delivery.state.in_(words("queued", "sending")))
        .where(Delivery.state == word("queued"), Delivery.lane == lane)
        .values(state="delivered", attempts=1, updated_at=now(session))
        .returning(*_CLAIMED)
    )
    return _in_order(session.connection().execute(claim))


def has_open(session: Session, *, conversation_id: UUID) -> bool:
    """Whether something said earlier is still to leave: what is said now must then wait behind it.

    Asked under the conversation's lock, in a statement of its own: PostgreSQL would answer from before the wait.
    """
    return bool(session.connection().execute(_OPEN, {"id": conversation_id}).scalar())


def renew_lease(session: Session, *, delivery: ClaimedDelivery) -> ClaimedDelivery | None:
    """Holds a delivery longer, before it is sent late in its batch. None when somebody else has it by now."""
    return _hold(session, delivery, {})


def mark_resent(session: Session, *, delivery: ClaimedDelivery) -> ClaimedDelivery | None:
    """Before it is sent once more in doubt: whatever becomes of this process, it is a possible double from here on.

    None when somebody else has it by now, or a receipt has settled it.
    """
    return _hold(session, delivery, {"doubt": RESENT, "possible_duplicate": True})


def _hold(session: Session, delivery: ClaimedDelivery, values: Mapping[str, Any]) -> ClaimedDelivery | None:
    held = session.connection().execute(
        update(Delivery)
        .where(Delivery.id == delivery.id, Delivery.state == "sending", Delivery.lease_until == delivery.lease_until)
        .values(lease_until=machine_clock() + LEASE_SECONDS, **values)
        .returning(Delivery.lease_until, Delivery.doubt)
    )
    row = held.first()
    if row is None:
        return None
    return replace(delivery, lease_until=row.lease_until, doubt=row.doubt, taken_at=steady_time())


def take_over_sending(session: Session) -> int:
    """At the start of the only serving process: whatever was `sending` was interrupted.

    It is looked up once the call of the process that died can be over.
    """
    until = machine_clock() + CALL_SECONDS
    taken = session.connection().execute(
        update(Delivery)
        .where(Delivery.state == word("sending"), Delivery.lane == word(WORKER))
        .values(lease_until=case((Delivery.lease_until > until, until), else_=Delivery.lease_until))
    )
    return taken.rowcount


def recall_far(session: Session) -> int:
    """Makes due what is due, or leased, for longer than any rule of ours gives: a clock was set back meanwhile."""
    connection, clock = session.connection(), machine_clock()
    fresh = and_(Delivery.attempts == 0, Delivery.error_code.is_(None))
    longest = case((fresh, 0.0), (Delivery.error_code == "rate_limited", LONGEST_WAIT), else_=USUAL_WAIT)
    waiting = update(Delivery).where(
        *_OURS,
        Delivery.state == word("queued"),
        Delivery.due_at > clock + _SLACK,  # what the index is asked for
        Delivery.due_at > clock + longest + _SLACK,
    )
    leased = update(Delivery).where(
        Delivery.state == word("sending"), Delivery.lease_until > clock + LEASE_SECONDS + _SLACK
    )
    made_due = connection.execute(waiting.values(due_at=clock)).rowcount
    return made_due + connection.execute(leased.values(lease_until=clock + CALL_SECONDS)).rowcount


def _claim(session: Session, statement: Any, worker: str, limit: int) -> list[ClaimedDelivery]:
    return _in_order(session.connection().execute(statement, {"worker": worker, "room": limit}))


def _in_order(rows: Iterable[Any]) -> list[ClaimedDelivery]:
    return sorted((ClaimedDelivery(**dict(zip(_NAMES, row, strict=True))) for row in rows), key=lambda row: row.id)
