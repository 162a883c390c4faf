"""A conversation as staff read it: messages, files, deliveries and events in one numbered order."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from case_store.conversations.reasons import Reason, find_reasons
from case_store.errors import NotFound
from case_store.models import (
    Attachment,
    ContactPoint,
    Conversation,
    Delivery,
    Message,
    Resident,
    Staff,
    TimelineEvent,
)
from case_store.staff.scope import Scope


@dataclass(frozen=True, slots=True)
class ThreadMessage:
    """A message as shown, with its files and where its deliveries stand; of the assistant's, why it answered so."""

    message: Message
    author_name: str | None
    attachments: tuple[Attachment, ...]
    deliveries: tuple[Delivery, ...]
    reasons: tuple[Reason, ...] = ()

    @property
    def seq(self) -> int:
        return self.message.seq

    @property
    def at(self) -> datetime:
        return self.message.created_at

    @property
    def delivery_state(self) -> str | None:
        """The least advanced of its parts; None for inbound messages and notes."""
        order = ("failed", "cancelled", "queued", "sending", "sent", "delivered", "read")
        states = {delivery.state for delivery in self.deliveries}
        return next((state for state in order if state in states), None)

    @property
    def version(self) -> int:
        """Grows with each change of its deliveries and files: of two readings, the higher one is the later."""
        settled = sum(file.state != "pending" for file in self.attachments)
        return settled + sum(delivery.revision for delivery in self.deliveries)


@dataclass(frozen=True, slots=True)
class ThreadEvent:
    """Something that happened in the conversation."""

    event: TimelineEvent
    actor_name: str | None

    @property
    def seq(self) -> int:
        return self.event.seq

    @property
    def at(self) -> datetime:
        return self.event.at


Entry = ThreadMessage | ThreadEvent


@dataclass(frozen=True, slots=True)
class ConversationHead:
    """A whole conversation with the people around it, for the page that shows one."""

    conversation: Conversation
    contact: ContactPoint
    resident: Resident
    agent_name: str | None


def get_conversation(session: Session, *, scope: Scope, conversation_id: UUID) -> ConversationHead:
    """The conversation, when the scope may see it. Raises NotFound."""
    return head_of(session, select_heads().where(Conversation.id == conversation_id, scope.conversations()))


def select_heads() -> Select[Conversation, ContactPoint, Resident, str]:
    """Conversations with the people around them."""
    return (
        select(Conversation, ContactPoint, Resident, Staff.name)
        .join(ContactPoint, ContactPoint.id == Conversation.contact_point_id)
        .join(Resident, Resident.id == Conversation.resident_id)
        .outerjoin(Staff, Staff.id == Conversation.agent_id)
    )


def head_of(session: Session, query: Select[Conversation, ContactPoint, Resident, str]) -> ConversationHead:
    """The one that the query finds. Raises NotFound."""
    row = session.execute(query).first()
    if row is None:
        raise NotFound("conversation")
    return ConversationHead(*row)


def find_messages(
    session: Session,
    *,
    scope: Scope,
    conversation_id: UUID,
    after_seq: int = 0,
    before_seq: int | None = None,
    limit: int = 60,
) -> list[ThreadMessage]:
    """What staff read of messages and notes: the latest `limit` between the two numbers, in order."""
    query = select_messages().where(Message.conversation_id == conversation_id, scope.sees(conversation_id))
    return _explained(session, latest_messages(session, query, after_seq=after_seq, before_seq=before_seq, limit=limit))


def latest_messages(
    session: Session, query: Select[Message, str], *, after_seq: int, before_seq: int | None, limit: int
) -> list[ThreadMessage]:
    """The latest `limit` of a choice of messages between the two numbers, in order, with their files and deliveries."""
    query = query.where(Message.seq > after_seq)
    if before_seq is not None:
        query = query.where(Message.seq < before_seq)
    rows = session.execute(query.order_by(Message.seq.desc()).limit(limit)).all()[::-1]
    return with_parts(session, [(row[0], row[1]) for row in rows])


def find_entries(
    session: Session,
    *,
    scope: Scope,
    conversation_id: UUID,
    after_seq: int = 0,
    before_seq: int | None = None,
    limit: int = 60,
) -> list[Entry]:
    """What staff read: the latest `limit` messages, notes and events between the two numbers, in their one order."""
    messages = find_messages(
        session,
        scope=scope,
        conversation_id=conversation_id,
        after_seq=after_seq,
        before_seq=before_seq,
        limit=limit,
    )
    query = (
        select(TimelineEvent, Staff.name)
        .outerjoin(Staff, Staff.id == TimelineEvent.actor_id)
        .where(TimelineEvent.subject_id == conversation_id, TimelineEvent.seq > after_seq)
        .where(scope.sees(conversation_id))
    )
    if before_seq is not None:
        query = query.where(TimelineEvent.seq < before_seq)
    events = [ThreadEvent(*row) for row in session.execute(query.order_by(TimelineEvent.seq.desc()).limit(limit))]
    # The latest `limit` of both are certainly among the latest `limit` of each.
    entries: list[Entry] = [*messages, *events]
    return sorted(entries, key=lambda entry: entry.seq)[-limit:]


def find_messages_by_id(session: Session, *, scope: Scope, message_ids: Sequence[UUID]) -> list[ThreadMessage]:
    """Some messages, to be shown again because their delivery moved; those that the scope may see."""
    query = select_messages().where(Message.id.in_(message_ids)).order_by(Message.seq)
    if scope.teams is not None:
        query = query.join(Conversation, Conversation.id == Message.conversation_id).where(scope.conversations())
    return _explained(session, with_parts(session, [(row[0], row[1]) for row in session.execute(query)]))


def _explained(session: Session, messages: list[ThreadMessage]) -> list[ThreadMessage]:
    """The same, with why the assistant answered so: never for a resident's eyes."""
    decided = [each.message.id for each in messages if each.message.author == "bot" and each.message.turn_id]
    reasons = find_reasons(session, message_ids=decided) if decided else {}
    return [replace(each, reasons=reasons.get(each.message.id, ())) for each in messages]


def find_marks(session: Session, *, scope: Scope, conversation_id: UUID, limit: int = 60) -> dict[UUID, str]:
    """How the deliveries and files of the latest messages stand, as a text per message that moves when they do."""
    latest = (
        select(Message.id)
        .where(Message.conversation_id == conversation_id, scope.sees(conversation_id))
        .order_by(Message.seq.desc())
        .limit(limit)
        .subquery()
    )
    recent = select(latest.c.id).scalar_subquery()
    marks: dict[UUID, str] = defaultdict(str)
    deliveries = select(Delivery.message_id, Delivery.state, Delivery.revision).where(Delivery.message_id.in_(recent))
    for message_id, state, revision in session.execute(deliveries.order_by(Delivery.message_id, Delivery.part)):
        marks[message_id] += f"{state}:{revision};"
    files = select(Attachment.message_id, Attachment.state).where(Attachment.message_id.in_(recent))
    for message_id, state in session.execute(files.order_by(Attachment.message_id, Attachment.id)):
        marks[message_id] += f"{state};"
    return dict(marks)


def select_messages() -> Select[Message, str]:
    """Messages with the names of the agents who wrote them."""
    return select(Message, Staff.name).outerjoin(Staff, Staff.id == Message.author_id)


def with_parts(session: Session, rows: list[tuple[Message, str | None]]) -> list[ThreadMessage]:
    """The messages with their files and where their deliveries stand: two queries at most."""
    files: dict[UUID, list[Attachment]] = defaultdict(list)
    deliveries: dict[UUID, list[Delivery]] = defaultdict(list)
    with_files = [message.id for message, _ in rows if message.kind == "files"]
    outbound = [message.id for message, _ in rows if message.direction == "outbound" and message.audience == "resident"]
    if with_files:
        for file in session.scalars(select(Attachment).where(Attachment.message_id.in_(with_files))):
            files[file.message_id].append(file)
    if outbound:
        query = select(Delivery).where(Delivery.message_id.in_(outbound)).order_by(Delivery.part)
        for delivery in session.scalars(query):
            deliveries[delivery.message_id].append(delivery)
    return [
        ThreadMessage(message, name, tuple(files[message.id]), tuple(deliveries[message.id])) for message, name in rows
    ]
