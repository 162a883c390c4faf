"""A resident's answer on the follow-up page of their case: for the team in charge, not for the bot."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from case_store.actors import RESIDENT
from case_store.cases import add_information, change_state, find_case_conversations, get_case
from case_store.errors import NotFound
from case_store.messages import lock_conversation, save_conversation
from case_store.models import Attachment, Case, ContactPoint
from case_store.ownership import hand_off
from case_store.receiving import NewAttachment, NewMessage, Received, receive_message
from case_store.timeline import record
from case_store.turns import record_turn


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

    A case that awaited the resident is open again. Raises NotFound when the case has no conversation.
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
    if case.state == "awaiting_resident":
        change_state(session, case_id=case_id, state="open", actor=RESIDENT)
    return received


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
    record(
        session,
        subject="conversation",
        subject_id=conversation.id,
        seq=conversation.next_seq(),
        kind="case_answered",
        actor=RESIDENT,
        facts={"reference": reference},
    )
    if conversation.held_by != "agent":
        hand_off(session, conversation, actor=RESIDENT, reason="case_answer", summary=reference, team_code=team_code)
    save_conversation(session, conversation)
