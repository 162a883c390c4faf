"""Letters that residents write: received like any message, in the thread that an answer goes back to.

A letter belongs to the conversation of whoever wrote it, whatever it names: who answers what was written to somebody
else gets a conversation of their own, and an agent judges.
"""

from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from case_store.actors import RESIDENT, SYSTEM
from case_store.conversations.locking import OpenedConversation, lock_conversation, note, save_conversation
from case_store.conversations.ownership import hand_off
from case_store.conversations.receiving import PREVIEW, NewMessage, Received, receive_message
from case_store.errors import NotFound
from case_store.kinds import QueueReason
from case_store.models import Case, CaseConversation, Conversation, Delivery, Message, RawEvent
from case_store.residents.people import keep_name
from case_store.staff.scope import Scope
from case_store.work.turns import record_turn

UNANSWERED = "unanswered"
"""The outcome of a turn in which a letter was kept and nothing is said."""
Unanswered = Literal["auto_reply", "list", "no_reply", "bounce", "too_many"]


@dataclass(frozen=True, slots=True)
class LetterFacts:
    """What a letter says beside its words: `thread` ends with its own name, `told` are deliveries that it goes back to.

    `reference` is that of a case in its subject, `sender_name` what its writer is called. `unanswered`: why no
    dialogue follows it.
    """

    subject: str
    thread: tuple[str, ...] = ()
    told: tuple[UUID, ...] = ()
    reference: str | None = None
    unanswered: Unanswered | None = None
    sender_name: str = ""


@dataclass(frozen=True, slots=True)
class KeptLetter:
    """A letter as it came: `path` is that of its bytes within the media store."""

    path: str
    conversation_id: UUID


def get_visible_letter(session: Session, *, scope: Scope, message_id: UUID) -> KeptLetter:
    """Where the mail of a message lies as it came. Raises NotFound for none, and where the scope may not see it."""
    query = (
        select(RawEvent.payload, Message.conversation_id)
        .join(Message, Message.id == RawEvent.id)
        .join(Conversation, Conversation.id == Message.conversation_id)
        .where(Message.id == message_id, scope.conversations())
    )
    row = session.execute(query).first()
    path = row.payload.get("mail") if row else None
    if row is None or not path:
        raise NotFound("letter")
    return KeptLetter(path, row.conversation_id)


def receive_letter(session: Session, *, message: NewMessage, letter: LetterFacts) -> Received:
    """`receive_message`, and the thread it stands in. What is not answered is kept, and shown where people must see it.

    `message.lane` is None where `letter.unanswered` says why. The turn is claimed like any other: what it decides from
    is only known here, after the message has been stored.
    """
    received = receive_message(session, message=message)
    if received.duplicate:
        return received
    conversation = lock_conversation(session, conversation_id=received.conversation_id)
    if letter.unanswered is None:
        conversation.change(subject=letter.subject or None, thread=" ".join(letter.thread) or None)
        if letter.sender_name:
            keep_name(session, resident_id=conversation.resident_id, name=letter.sender_name, actor=RESIDENT)
        _recall_case(session, conversation, letter)
        _link_to_another(session, conversation, letter, message)
    else:
        _keep_unanswered(session, conversation, received, letter.unanswered, message)
    save_conversation(session, conversation)
    return received


def _recall_case(session: Session, conversation: OpenedConversation, letter: LetterFacts) -> None:
    """What answers a letter about one's own case is an answer to that case, however long ago it was written."""
    if letter.reference is None:
        return
    own = (
        select(Case.id)
        .join(CaseConversation, CaseConversation.case_id == Case.id)
        .where(Case.reference == letter.reference, CaseConversation.conversation_id == conversation.id)
        .where(or_(CaseConversation.role == "opened", Case.contact_point_id == conversation.contact_point_id))
    )
    if session.execute(own.limit(1)).first() is not None:
        conversation.change(told_of=letter.reference)


def _link_to_another(
    session: Session, conversation: OpenedConversation, letter: LetterFacts, message: NewMessage
) -> None:
    """An answer to what was written to somebody else: both conversations stay apart, and a person looks at it."""
    if not letter.told:
        return
    found = (
        select(Delivery.conversation_id)
        .join(Conversation, Conversation.id == Delivery.conversation_id)
        .where(Delivery.id.in_(letter.told), Conversation.resident_id != conversation.resident_id)
    )
    other = session.scalar(found.limit(1))
    if other is None:
        return
    note(session, conversation, "letter_of_another", actor=SYSTEM, facts={"conversation": str(other)})
    _ask_for_people(session, conversation, "anothers_letter", message)


def _keep_unanswered(
    session: Session, conversation: OpenedConversation, received: Received, why: Unanswered, message: NewMessage
) -> None:
    record_turn(
        session,
        conversation_id=conversation.id,
        message_ids=[received.message_id],
        outcome=UNANSWERED,
        record={UNANSWERED: why},
    )
    note(session, conversation, "letter_unanswered", actor=SYSTEM, facts={"why": why})
    if why in {"no_reply", "too_many"}:
        _ask_for_people(session, conversation, "no_reply" if why == "no_reply" else "autoreply", message)


def _ask_for_people(
    session: Session, conversation: OpenedConversation, reason: QueueReason, message: NewMessage
) -> None:
    if conversation.held_by == "bot":
        hand_off(
            session,
            conversation,
            actor=SYSTEM,
            reason=reason,
            summary=message.text[:PREVIEW],
            team_code=message.team_code,
        )
