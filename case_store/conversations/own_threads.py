"""What bot and portal read of the conversation of their own resident; whose it is, the caller has made sure of."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, or_, select, update
from sqlalchemy.orm import Session

from case_store.conversations.threads import (
    ConversationHead,
    ThreadMessage,
    head_of,
    latest_messages,
    select_heads,
    select_messages,
    with_parts,
)
from case_store.engine.session import now, ring
from case_store.errors import NotFound
from case_store.models import Attachment, ContactPoint, Conversation, Delivery, Message


def get_own_conversation(session: Session, *, conversation_id: UUID) -> ConversationHead:
    """The conversation with the people around it. Raises NotFound."""
    return head_of(session, select_heads().where(Conversation.id == conversation_id))


def find_own_messages(
    session: Session, *, conversation_id: UUID, after_seq: int = 0, before_seq: int | None = None, limit: int = 60
) -> list[ThreadMessage]:
    """The latest `limit` messages between the two numbers, in order: no note, and nothing that was cancelled."""
    query = select_messages().where(Message.conversation_id == conversation_id, _visible_to_resident())
    return latest_messages(session, query, after_seq=after_seq, before_seq=before_seq, limit=limit)


def find_said_by_id(session: Session, *, message_ids: Sequence[UUID]) -> list[ThreadMessage]:
    """Messages that a terminal has just printed as their resident's."""
    query = select_messages().where(Message.id.in_(message_ids), Message.audience == "resident").order_by(Message.seq)
    return with_parts(session, [(row[0], row[1]) for row in session.execute(query)])


def get_own_attachment(
    session: Session, *, attachment_id: UUID, conversation_ids: Sequence[UUID], case_id: UUID | None = None
) -> Attachment:
    """A file of one of these conversations, or of this case. Raises NotFound for any other."""
    own: ColumnElement[bool] = Attachment.conversation_id.in_(conversation_ids)
    if case_id is not None:
        own = or_(own, Attachment.case_id == case_id)
    attachment = session.scalar(select(Attachment).where(Attachment.id == attachment_id, own))
    if attachment is None:
        raise NotFound("attachment")
    return attachment


def find_conversation_of(session: Session, *, contact_kind: str, address: str, channel_id: str) -> Conversation | None:
    """The conversation of this address on this channel."""
    return session.scalar(
        select(Conversation)
        .join(ContactPoint, ContactPoint.id == Conversation.contact_point_id)
        .where(
            ContactPoint.kind == contact_kind,
            ContactPoint.address == address,
            Conversation.channel_id == channel_id,
        )
    )


def find_last_words(session: Session, *, conversation_id: UUID, limit: int = 3) -> tuple[str, ...]:
    """What the resident last said in messages that a turn has taken, in their order."""
    query = select(Message.text).where(
        Message.conversation_id == conversation_id,
        Message.direction == "inbound",
        Message.turn_id.is_not(None),
        Message.text != "",
    )
    return tuple(session.scalars(query.order_by(Message.seq.desc()).limit(limit)))[::-1]


def record_seen(session: Session, *, conversation_id: UUID, seq: int) -> bool:
    """The resident's page has shown the messages up to `seq`. False when that was known."""
    moved = session.connection().execute(
        update(Conversation)
        .where(Conversation.id == conversation_id, Conversation.resident_seen_seq < seq)
        .values(resident_seen_seq=seq)
    )
    if moved.rowcount == 0:
        return False
    shown = select(Message.id).where(Message.conversation_id == conversation_id, Message.seq <= seq)
    session.connection().execute(
        update(Delivery)
        .where(
            Delivery.conversation_id == conversation_id,
            Delivery.state.in_(("sent", "delivered")),
            Delivery.message_id.in_(shown.scalar_subquery()),
        )
        .values(state="read", updated_at=now(session))
    )
    ring(session, "conversation", id=str(conversation_id), seq=0)
    return True


def _visible_to_resident() -> ColumnElement[bool]:
    kept = exists().where(Delivery.message_id == Message.id, Delivery.state != "cancelled")
    return or_(Message.direction == "inbound", and_(Message.audience == "resident", kept))
