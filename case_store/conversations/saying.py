"""What the town says: a message row and its deliveries, committed with what caused them."""

from dataclasses import dataclass, field
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from case_store.actors import Actor
from case_store.conversations.receiving import PREVIEW
from case_store.engine.clocks import machine_clock
from case_store.engine.session import now, ring
from case_store.engine.statements import add, change
from case_store.errors import NotFound
from case_store.models import ContactPoint, Conversation
from case_store.models.work import SETTLED
from case_store.staff.scope import Scope
from case_store.work.delivery_claims import LEASE_SECONDS, ClaimedDelivery
from kit.ids import uuid7

Author = Literal["bot", "agent", "system"]
_NAMES = {"kind": "contact_kind"}


@dataclass(frozen=True, slots=True)
class Part:
    """One piece of a message, rendered for its channel; `choices` are [label, value] pairs on channels with buttons."""

    text: str
    choices: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message to a resident. `protected` deliveries survive a take-over and STOP (law 5).

    `parts` is what leaves, one delivery each; `text` and `choices` are the message as people read it. `subject` is
    for channels that carry letters.
    """

    text: str
    parts: tuple[Part, ...]
    choices: tuple[tuple[str, str], ...] = ()
    kind: str = "answer"
    protected: bool = False
    trace_id: str | None = None
    lane: str = "worker"
    subject: str | None = None


@dataclass(slots=True)
class OpenedConversation:
    """A conversation row under lock, with the numbers this transaction has given out.

    What is said while `worker` names one is leased to it at birth, and gathered in `claimed`. `clock` is what the
    database's clock said when the row was locked: what is said is due from then on.
    """

    id: UUID
    seq: int
    version: int
    channel_id: str
    channel_kind: str
    held_by: str
    agent_id: UUID | None
    state: str
    language: str
    contact_point_id: UUID
    resident_id: UUID
    address: str
    contact_kind: str
    opted_out: bool
    clock: float
    changes: dict[str, Any] = field(default_factory=dict)
    worker: str | None = None
    claimed: list[ClaimedDelivery] = field(default_factory=list)
    queued: int = 0

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
        ContactPoint.kind,
        ContactPoint.opted_out,
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
    return OpenedConversation(**{_NAMES.get(name, name): value for name, value in row._mapping.items()})


def save_conversation(session: Session, conversation: OpenedConversation) -> None:
    """Writes the numbers and the changes made under the lock, and rings."""
    change(
        session,
        "conversation",
        conversation.id,
        {"seq": conversation.seq, "version": conversation.version, **conversation.changes},
    )
    ring(session, "conversation", id=str(conversation.id), seq=conversation.seq)


def say(
    session: Session, conversation: OpenedConversation, *, author: Author, actor: Actor, outgoing: Outgoing
) -> tuple[UUID, list[UUID]]:
    """Adds a message and queues its deliveries; gives (message id, delivery ids).

    To an opted-out address the message is kept and its deliveries are cancelled at once, visibly.
    """
    message_id, moment = uuid7(), now(session)
    add(
        session,
        "message",
        {
            "id": message_id,
            "conversation_id": conversation.id,
            "seq": conversation.next_seq(),
            "direction": "outbound",
            "author": author,
            "author_id": actor.id,
            "audience": "resident",
            "kind": outgoing.kind,
            "text": outgoing.text,
            "choices": [list(choice) for choice in outgoing.choices],
            "trace_id": outgoing.trace_id,
            "created_at": moment,
        },
    )
    conversation.changes.update(
        last_message_at=moment, last_message_text=outgoing.text[:PREVIEW], last_message_author=author
    )
    return message_id, _queue_deliveries(session, conversation, message_id, author, outgoing)


def _queue_deliveries(
    session: Session, conversation: OpenedConversation, message_id: UUID, author: Author, outgoing: Outgoing
) -> list[UUID]:
    moment, due = now(session), conversation.clock
    silenced = conversation.opted_out and not outgoing.protected
    worker = conversation.worker if outgoing.lane == "worker" and not silenced else None
    rows = [
        {
            "id": conversation.next_delivery_id(),
            "message_id": message_id,
            "conversation_id": conversation.id,
            "channel_id": conversation.channel_id,
            "address": conversation.address,
            "part": number,
            "parts": len(outgoing.parts),
            "text": part.text,
            "subject": outgoing.subject,
            "choices": [list(choice) for choice in part.choices],
            "lane": outgoing.lane,
            "state": "cancelled" if silenced else "sending" if worker else "queued",
            "error_code": "opted_out" if silenced else None,
            "protected": outgoing.protected,
            "by_bot": author == "bot",
            "due_at": due,
            "lease_until": due + LEASE_SECONDS if worker else 0.0,
            "lease_by": worker,
            "attempts": 1 if worker else 0,
            "interrupted": 0,
            "doubt": SETTLED,
            "possible_duplicate": False,
            "trace_id": outgoing.trace_id,
            "created_at": moment,
            "updated_at": moment,
        }
        for number, part in enumerate(outgoing.parts, 1)
    ]
    add(session, "delivery", rows)
    if worker:
        conversation.claimed += [ClaimedDelivery.of(row) for row in rows]
    elif outgoing.lane == "worker" and not silenced:
        ring(session, "delivery")
    return [row["id"] for row in rows]  # type: ignore[misc]


def add_note(session: Session, *, scope: Scope, conversation_id: UUID, actor: Actor, text: str) -> UUID:
    """An internal note: for staff only, never delivered. Raises NotFound."""
    conversation = lock_visible_conversation(session, scope=scope, conversation_id=conversation_id)
    note_id = uuid7()
    add(
        session,
        "message",
        {
            "id": note_id,
            "conversation_id": conversation.id,
            "seq": conversation.next_seq(),
            "direction": "outbound",
            "author": "agent",
            "author_id": actor.id,
            "audience": "staff",
            "kind": "note",
            "text": text,
            "choices": [],
            "created_at": now(session),
        },
    )
    save_conversation(session, conversation)
    return note_id
