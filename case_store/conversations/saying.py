"""What the town says: a message row and its deliveries, committed with what caused them."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from case_store.actors import Actor
from case_store.conversations.locking import OpenedConversation, lock_visible_conversation, save_conversation
from case_store.conversations.receiving import PREVIEW
from case_store.engine.session import now, ring
from case_store.engine.statements import add
from case_store.kinds import WORKER, Author
from case_store.models.work import SETTLED
from case_store.staff.scope import Scope
from case_store.work.delivery_claims import LEASE_SECONDS, ClaimedDelivery
from kit.ids import uuid7


@dataclass(frozen=True, slots=True)
class Part:
    """One piece of a message, rendered for its channel; `choices` are [label, value] pairs on channels with buttons."""

    text: str
    choices: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message to a resident. `protected` deliveries survive a take-over and STOP (law 5).

    `parts` is what leaves, one delivery each; `text` and `choices` are the message as people read it. `subject` is
    for channels that carry letters; without one it is that of the letter which is answered. `turn_id` is the turn of
    the dialogue that says it.
    """

    text: str
    parts: tuple[Part, ...]
    choices: tuple[tuple[str, str], ...] = ()
    kind: str = "answer"
    protected: bool = False
    trace_id: str | None = None
    lane: str = WORKER
    subject: str | None = None
    turn_id: UUID | None = None


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
            "turn_id": outgoing.turn_id,
            "trace_id": outgoing.trace_id,
            "created_at": moment,
        },
    )
    conversation.change(last_message_at=moment, last_message_text=outgoing.text[:PREVIEW], last_message_author=author)
    return message_id, _queue_deliveries(session, conversation, message_id, author, outgoing)


def _queue_deliveries(
    session: Session, conversation: OpenedConversation, message_id: UUID, author: Author, outgoing: Outgoing
) -> list[UUID]:
    moment, due = now(session), conversation.clock
    silenced = conversation.opted_out and not outgoing.protected
    worker = conversation.worker if outgoing.lane == WORKER and not silenced else None
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
            "subject": outgoing.subject or answered_subject(conversation.subject),
            "thread": conversation.thread,
            "choices": [list(choice) for choice in part.choices],
            "lane": outgoing.lane,
            "state": "cancelled" if silenced else "sending" if worker else "queued",
            "error_code": "opted_out" if silenced else None,
            "protected": outgoing.protected,
            "by_bot": author == "bot",
            # What an agent's act has the town say in words of its own is no letter of that agent's.
            "automatic": author != "agent" or outgoing.kind != "answer",
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
    elif outgoing.lane == WORKER and not silenced:
        ring(session, "delivery")
    return [row["id"] for row in rows]  # type: ignore[misc]


def answered_subject(subject: str | None) -> str | None:
    """The subject of an answer to a letter; None where there is none."""
    if not subject:
        return None
    return subject if subject[:3].lower() == "re:" else f"Re: {subject}"


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
