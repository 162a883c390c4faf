"""What a turn decides from, as it stands when the turn is taken."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from case_store.engine.literals import word
from case_store.kinds import HeldBy, QueueReason
from case_store.models import Attachment, ContactPoint, Conversation, Message

SEEN_AT_ONCE = 200
"""Waiting messages that a turn looks at; `bot.waiting` says which of them it takes."""


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
    """Everything a turn decides from, read once, so that deciding needs no database and can be repeated.

    `version` guards the apply: it moves when ownership does. `leaves_some`: more messages wait than these, so another
    turn is due at once.
    """

    conversation_id: UUID
    version: int
    channel_id: str
    channel_kind: str
    language: str
    language_fixed: bool
    held_by: HeldBy
    contact_point_id: UUID
    contact_kind: str
    contact_address: str
    opted_out: bool
    resident_id: UUID
    dialogue: Mapping[str, Any]
    briefing: Mapping[str, Any] | None
    is_new: bool
    messages: tuple[WaitingMessage, ...]
    leaves_some: bool = False
    told_of: str | None = None
    queue_reason: QueueReason | None = None


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
"""The columns, of a conversation joined to its contact point, that a turn decides from: fields of the same names."""
_BY_NAME = tuple(column.key for column in SNAPSHOT if column.key != "id")


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


def load_turn(session: Session, *, conversation_id: UUID) -> TurnSnapshot:
    """The conversation and the first messages that wait now; later ones cause the next turn."""
    return snapshot_of(session, session.connection().execute(_CONVERSATION, {"id": conversation_id}).one())


def snapshot_of(session: Session, row: Any) -> TurnSnapshot:
    """The snapshot of a conversation whose `SNAPSHOT` columns are at hand."""
    waiting = list(session.connection().execute(_MESSAGES, {"id": row.id}))
    leaves_some = len(waiting) > SEEN_AT_ONCE
    del waiting[SEEN_AT_ONCE:]
    messages = waiting_messages(session, waiting)
    return TurnSnapshot(
        conversation_id=row.id,
        is_new=not row.dialogue,
        messages=messages,
        leaves_some=leaves_some,
        **{name: getattr(row, name) for name in _BY_NAME},
    )


def waiting_messages(session: Session, rows: Sequence[Any]) -> tuple[WaitingMessage, ...]:
    """Rows of the resident's messages as a turn takes them, with their files."""
    files = _load_files(session, [message.id for message in rows if message.kind == "files"])
    return tuple(
        WaitingMessage(
            id=message.id,
            seq=message.seq,
            text=message.text,
            location=None if message.latitude is None else (message.latitude, message.longitude),
            created_at=message.created_at,
            trace_id=message.trace_id,
            attachments=tuple(file for file in files if file.message_id == message.id),
            keyword=message.keyword,
        )
        for message in rows
    )


def _load_files(session: Session, message_ids: Sequence[UUID]) -> list[Attachment]:
    if not message_ids:
        return []
    query = select(Attachment).where(Attachment.message_id.in_(message_ids)).order_by(Attachment.id)
    return list(session.scalars(query))
