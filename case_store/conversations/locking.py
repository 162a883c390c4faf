"""A conversation under its row lock: what changes under it, what is noted of it, and how it is written back."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypedDict, Unpack
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from case_store.actors import Actor
from case_store.engine.clocks import machine_clock
from case_store.engine.session import ring
from case_store.engine.statements import change
from case_store.errors import NotFound
from case_store.kinds import ConversationEvent, ConversationState, HeldBy, QueueReason
from case_store.models import ContactPoint, Conversation
from case_store.staff.scope import Scope
from case_store.timeline import record
from case_store.work.delivery_claims import ClaimedDelivery
from kit.ids import uuid7


class ConversationChange(TypedDict, total=False):
    """The columns that a command may change under the lock."""

    state: ConversationState
    snoozed_until: datetime | None
    held_by: HeldBy
    agent_id: UUID | None
    team_code: str | None
    queue_reason: QueueReason | None
    queue_summary: str | None
    queue_urgent: bool
    for_everybody: bool
    waiting_since: datetime | None
    unread: int
    language: str
    language_fixed: bool
    dialogue: dict[str, Any]
    briefing: dict[str, Any] | None
    told_of: str | None
    subject: str | None
    thread: str | None
    unread_addition_at: datetime | None
    last_message_at: datetime
    last_message_text: str
    last_message_author: str


_SHOWN = frozenset({"held_by", "agent_id", "state", "language"})


@dataclass(slots=True)
class OpenedConversation:
    """A conversation's row under lock, for whoever changes it: with the numbers this transaction has given out.

    While `worker` names one, each new delivery gets that worker's lease and is listed in `claimed`. `clock` is what the
    database's clock said when the row was locked: what is said is due from then on.
    """

    id: UUID
    seq: int
    version: int
    channel_id: str
    channel_kind: str
    held_by: HeldBy
    agent_id: UUID | None
    state: ConversationState
    language: str
    contact_point_id: UUID
    resident_id: UUID
    address: str
    contact_kind: str
    opted_out: bool
    subject: str | None
    thread: str | None
    clock: float
    changed: ConversationChange = field(default_factory=ConversationChange)
    worker: str | None = None
    claimed: list[ClaimedDelivery] = field(default_factory=list)
    queued: int = 0

    def change(self, **columns: Unpack[ConversationChange]) -> None:
        """Has columns written when the conversation is saved; what this object shows of them follows at once."""
        self.changed.update(columns)
        for name in _SHOWN & columns.keys():
            setattr(self, name, columns[name])  # type: ignore[literal-required]

    def next_seq(self) -> int:
        """The next number in this conversation."""
        self.seq += 1
        return self.seq

    def next_delivery_id(self) -> UUID:
        """By the database's clock: deliveries leave in the order of their ids, whichever host wrote them."""
        self.queued += 1
        return uuid7(self.clock, nth=self.queued)


_LOCK = (
    select(
        Conversation.id,
        Conversation.seq,
        Conversation.version,
        Conversation.channel_id,
        Conversation.channel_kind,
        Conversation.held_by,
        Conversation.agent_id,
        Conversation.state,
        Conversation.language,
        Conversation.contact_point_id,
        Conversation.resident_id,
        ContactPoint.address,
        ContactPoint.kind.label("contact_kind"),
        ContactPoint.opted_out,
        Conversation.subject,
        Conversation.thread,
        machine_clock().label("clock"),
    )
    .join(ContactPoint, ContactPoint.id == Conversation.contact_point_id)
    .where(Conversation.id == bindparam("id"))
    .with_for_update(of=Conversation)
)


def lock_conversation(session: Session, *, conversation_id: UUID) -> OpenedConversation:
    """Locks the row; `save_conversation` writes what changed. Raises NotFound."""
    return _opened(session.connection().execute(_LOCK, {"id": conversation_id}).first())


def lock_visible_conversation(session: Session, *, scope: Scope, conversation_id: UUID) -> OpenedConversation:
    """`lock_conversation` for staff. Raises NotFound also for one that the scope may not see."""
    row = session.connection().execute(_LOCK.where(scope.conversations()), {"id": conversation_id}).first()
    return _opened(row)


def _opened(row: Any) -> OpenedConversation:
    if row is None:
        raise NotFound("conversation")
    return OpenedConversation(**row._mapping)


def save_conversation(session: Session, conversation: OpenedConversation) -> None:
    """Writes the numbers and the changes made under the lock, and rings."""
    change(
        session,
        "conversation",
        conversation.id,
        {"seq": conversation.seq, "version": conversation.version, **conversation.changed},
    )
    ring(session, "conversation", id=str(conversation.id), seq=conversation.seq)


def note(
    session: Session,
    conversation: OpenedConversation,
    kind: ConversationEvent,
    *,
    actor: Actor,
    facts: Mapping[str, Any] | None = None,
) -> None:
    """Appends one event to the conversation's history under its next number."""
    record(
        session,
        subject="conversation",
        subject_id=conversation.id,
        seq=conversation.next_seq(),
        kind=kind,
        actor=actor,
        facts=facts,
    )
