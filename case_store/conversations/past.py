"""A past that is written down as if it had happened here: the conversations of the demo city."""

from uuid import UUID

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from case_store.engine.session import now
from case_store.kinds import WORKER
from case_store.models import Conversation, Delivery, Message, Resident, TurnDue
from case_store.residents.search_keys import keep_name_keys
from kit.ids import uuid7


def name_resident(session: Session, *, resident_id: UUID, name: str | None) -> None:
    """Gives a resident the name they said."""
    session.connection().execute(update(Resident).where(Resident.id == resident_id).values(name=name))
    if name:
        keep_name_keys(session, resident_id=resident_id, name=name)


def settle_deliveries(
    session: Session, *, message_id: UUID, state: str, error_code: str | None, error_detail: str | None
) -> None:
    """Puts a message's deliveries where the story says they are."""
    settled = session.connection().execute(
        update(Delivery)
        .where(Delivery.message_id == message_id)
        .values(
            state=state,
            lane=WORKER,
            error_code=error_code,
            error_detail=error_detail,
            advice="check_address" if state == "failed" else None,
            attempts=1,
            updated_at=now(session),
        )
        .returning(Delivery.conversation_id)
    )
    rows = settled.all()
    if state == "failed" and rows:
        session.connection().execute(
            update(Conversation)
            .where(Conversation.id == rows[0].conversation_id)
            .values(failed_deliveries=Conversation.failed_deliveries + len(rows))
        )


def clear_due(session: Session, *, conversation_id: UUID) -> None:
    """Removes the due turn of a conversation brought in whole and marks its messages as answered, by no stored turn."""
    told = session.connection()
    told.execute(delete(TurnDue).where(TurnDue.conversation_id == conversation_id))
    waiting = (Message.conversation_id == conversation_id, Message.direction == "inbound", Message.turn_id.is_(None))
    told.execute(update(Message).where(*waiting).values(turn_id=uuid7()))
