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
from case_store.models import Attachment, ContactPoint, Conversation, Message, TurnDue
from kit.ids import uuid7

LEASE_SECONDS = 30.0
SEEN_AT_ONCE = 200
"""Waiting messages that a turn looks at; `bot.waiting` says which of them it takes."""
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
    snapshot: "TurnSnapshot"


@dataclass(frozen=True, slots=True)
class WaitingMessage:
    """A resident's message that no turn has taken yet."""

    id: UUID
    seq: int
    text: str
    location: tuple[float, float] | None
    created_at: Any
    trace_id: str | None
    attachments: tuple[Attachment, ...] = ()
    keyword: str | None = None


@dataclass(frozen=True, slots=True)
class TurnSnapshot:
    """Everything a turn decides from. `version` guards the apply: it moves when ownership does.

    `leaves_some`: more messages wait than these, so another turn is due at once.
    """

    conversation_id: UUID
    version: int
    channel_id: str
    channel_kind: str
    language: str
    language_fixed: bool
    held_by: str
    contact_point_id: UUID
    contact_kind: str
    contact_address: str
    opted_out: bool
    resident_id: UUID
    dialogue: Mapping[str, Any]
    briefing: Mapping[str, Any] | None
    is_new: bool
    told_of: str | None
    messages: tuple[WaitingMessage, ...]
    leaves_some: bool = False
    queue_reason: str | None = None


SNAPSHOT = (
    Conversation.id,
    Conversation.version,
    Conversation.channel_id,
    Conversation.channel_kind,
    Conversation.language,
    Conversation.language_fixed,
    Conversation.held_by,
    Conversation.dialogue,
    Conversation.briefing,
    Conversation.told_of,
    Conversation.queue_reason,
    Conversation.resident_id,
    ContactPoint.id.label("contact_point_id"),
    ContactPoint.kind.label("contact_kind"),
    ContactPoint.address.label("contact_address"),
    ContactPoint.opted_out,
)
"""The columns, of a conversation joined to its contact point, that a turn decides from."""

_CONVERSATION = (
    select(*SNAPSHOT)
    .join(ContactPoint, ContactPoint.id == Conversation.contact_point_id)
    .where(Conversation.id == bindparam("id"))
)
_MESSAGES = (
    select(
        Message.id,
        Message.seq,
        Message.text,
        Message.latitude,
        Message.longitude,
        Message.kind,
        Message.keyword,
        Message.created_at,
        Message.trace_id,
    )
    .where(Message.conversation_id == bindparam("id"), Message.direction == word("inbound"), Message.turn_id.is_(None))
    .order_by(Message.seq)
    .limit(SEEN_AT_ONCE + 1)
)


_LEASED = {
    "lease_until": machine_clock() + LEASE_SECONDS,
    "lease_by": bindparam("worker", type_=String),
    "attempts": TurnDue.attempts + 1,
}
_DUE = (
    select(TurnDue.conversation_id)
    .where(
        TurnDue.lane == word("worker"),
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


def load_turn(session: Session, *, conversation_id: UUID) -> TurnSnapshot:
    """The conversation and the first messages that wait now; later ones cause the next turn."""
    return snapshot_of(session, session.connection().execute(_CONVERSATION, {"id": conversation_id}).one())


def snapshot_of(session: Session, row: Any) -> TurnSnapshot:
    """The snapshot of a conversation whose `SNAPSHOT` columns are at hand."""
    waiting = list(session.connection().execute(_MESSAGES, {"id": row.id}))
    leaves_some = len(waiting) > SEEN_AT_ONCE
    del waiting[SEEN_AT_ONCE:]
    files = _load_files(session, [message.id for message in waiting if message.kind == "files"])
    messages = tuple(
        WaitingMessage(
            message.id,
            message.seq,
            message.text,
            None if message.latitude is None else (message.latitude, message.longitude),
            message.created_at,
            message.trace_id,
            tuple(file for file in files if file.message_id == message.id),
            message.keyword,
        )
        for message in waiting
    )
    return TurnSnapshot(
        row.id,
        row.version,
        row.channel_id,
        row.channel_kind,
        row.language,
        row.language_fixed,
        row.held_by,
        row.contact_point_id,
        row.contact_kind,
        row.contact_address,
        row.opted_out,
        row.resident_id,
        row.dialogue,
        row.briefing,
        not row.dialogue,
        row.told_of,
        messages,
        leaves_some,
        row.queue_reason,
    )


def _load_files(session: Session, message_ids: Sequence[UUID]) -> list[Attachment]:
    if not message_ids:
        return []
    query = select(Attachment).where(Attachment.message_id.in_(message_ids)).order_by(Attachment.id)
    return list(session.scalars(query))


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
    """At the start of the only serving process: whoever held a lease is dead. Returns how many there were."""
    taken = session.connection().execute(
        update(TurnDue).where(TurnDue.lease_until > 0, TurnDue.lane == "worker").values(lease_until=0.0)
    )
    return taken.rowcount


def recall_far(session: Session) -> int:
    """Makes due what is put off, or leased, for longer than any turn is: a clock was set back meanwhile."""
    connection, clock = session.connection(), machine_clock()
    ours = update(TurnDue).where(TurnDue.lane == word("worker"))
    waiting = ours.where(TurnDue.due_at > clock + _RETRY_CAP + _SLACK).values(due_at=clock)
    leased = ours.where(TurnDue.lease_until > clock + LEASE_SECONDS + _SLACK).values(lease_until=0.0)
    return connection.execute(waiting).rowcount + connection.execute(leased).rowcount
