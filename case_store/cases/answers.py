"""A resident's answer about their case: from its follow-up page, or while an agent holds the conversation."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from case_store.actors import RESIDENT
from case_store.cases.additions import add_information
from case_store.cases.finding import find_case_conversations, get_case
from case_store.conversations.locking import lock_conversation, note, save_conversation
from case_store.conversations.ownership import hand_off
from case_store.conversations.receiving import NewAttachment, NewMessage, Received, receive_message
from case_store.engine.literals import word, words
from case_store.errors import NotFound
from case_store.models import (
    Attachment,
    Case,
    CaseConversation,
    ContactPoint,
    Conversation,
    Message,
    TimelineEvent,
)
from case_store.work.turns import record_turn
from services.declarations.workflow import TRANSITIONS


def answer_case(
    session: Session,
    *,
    case_id: UUID,
    text: str,
    client_id: str,
    language: str,
    attachments: Sequence[NewAttachment] = (),
    trace_id: str | None = None,
) -> Received:
    """Adds the answer to the conversation that opened the case and queues it for the team, once per `client_id`.

    A case that awaited the resident is open again (`additions.is_answered`). Raises NotFound without a conversation.
    """
    case = get_case(session, case_id=case_id)
    conversations = find_case_conversations(session, case_id=case_id)
    if not conversations:
        raise NotFound("conversation")
    conversation = lock_conversation(session, conversation_id=conversations[0])
    contact = session.execute(select(ContactPoint).where(ContactPoint.id == conversation.contact_point_id)).scalar_one()
    received = receive_message(
        session,
        message=NewMessage(
            channel_id=conversation.channel_id,
            channel_kind=conversation.channel_kind,
            contact_kind=contact.kind,
            address=contact.address,
            external_id=f"case:{case_id}:{client_id}",
            text=text,
            language=language,
            payload={"case": str(case_id)},
            attachments=attachments,
            trace_id=trace_id,
            lane=None,
        ),
    )
    if received.duplicate:
        return received
    record_turn(
        session,
        conversation_id=received.conversation_id,
        message_ids=[received.message_id],
        outcome="for_staff",
        record={"case": str(case_id)},
    )
    _add(session, case, received, text)
    _queue(session, received.conversation_id, case.reference, case.team_code)
    return received


def find_cases_in_question(session: Session, *, conversation_id: UUID) -> list[Case]:
    """The resident's own cases, told in this conversation, that await them or whose answer is still coming: it has
    begun and no agent has written since. The one written about last comes first."""
    query = (
        select(Case, Conversation.told_of)
        .join(CaseConversation, CaseConversation.case_id == Case.id)
        .join(Conversation, Conversation.id == CaseConversation.conversation_id)
        .where(
            Conversation.id == conversation_id,
            Case.state.in_(words("awaiting_resident", "open")),
            or_(CaseConversation.role == word("opened"), Case.contact_point_id == Conversation.contact_point_id),
        )
        .order_by(Case.opened_at.desc(), Case.id.desc())
    )
    found = [
        (case, told_of)
        for case, told_of in session.execute(query).all()
        if case.state == "awaiting_resident" or _is_being_answered(session, case, conversation_id)
    ]
    return [case for case, told_of in sorted(found, key=lambda row: row[0].reference != row[1])]


def _is_being_answered(session: Session, case: Case, conversation_id: UUID) -> bool:
    """An answer often comes in pieces: words, then the photo."""
    kinds = ["case_step", *(f"case_{state}" for state in TRANSITIONS)]
    moved = select(TimelineEvent).where(TimelineEvent.subject_id == case.id, TimelineEvent.kind.in_(kinds))
    last = session.scalar(moved.order_by(TimelineEvent.seq.desc()).limit(1))
    if last is None or last.actor != "resident" or last.facts.get("from") != "awaiting_resident":
        return False
    spoke = select(Message.id).where(
        Message.conversation_id == conversation_id,
        Message.author == "agent",
        Message.audience == "resident",
        Message.created_at > last.at,
    )
    return session.scalar(spoke.limit(1)) is None


def _add(session: Session, case: Case, received: Received, text: str) -> None:
    """Into the case's own history: its team reads it beside the case, wherever it was written."""
    session.flush()
    kept = select(Attachment.id).where(Attachment.message_id == received.message_id, Attachment.state == "stored")
    add_information(
        session,
        case_id=case.id,
        conversation_id=received.conversation_id,
        actor=RESIDENT,
        text=text,
        attachment_ids=list(session.scalars(kept)),
    )


def _queue(session: Session, conversation_id: UUID, reference: str, team_code: str) -> None:
    conversation = lock_conversation(session, conversation_id=conversation_id)
    note(session, conversation, "case_answered", actor=RESIDENT, facts={"reference": reference})
    if conversation.held_by != "agent":
        hand_off(session, conversation, actor=RESIDENT, reason="case_answer", summary=reference, team_code=team_code)
    save_conversation(session, conversation)
