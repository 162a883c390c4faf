"""Cases as bot, portal and jobs look them up: by id, by reference, by conversation, by resident."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from case_store.errors import NotFound
from case_store.models import Case, CaseConversation, Message


def find_case_conversations(session: Session, *, case_id: UUID) -> list[UUID]:
    """The conversations where people follow this case, the first to open it first."""
    query = select(CaseConversation.conversation_id).where(CaseConversation.case_id == case_id)
    return list(session.scalars(query.order_by(CaseConversation.at)))


def find_conversation_cases(session: Session, *, conversation_id: UUID) -> list[Case]:
    """The cases told in this conversation, newest first."""
    query = (
        select(Case)
        .join(CaseConversation, CaseConversation.case_id == Case.id)
        .where(CaseConversation.conversation_id == conversation_id)
        .order_by(Case.opened_at.desc(), Case.id.desc())
    )
    return list(session.scalars(query))


def find_resident_cases(session: Session, *, resident_id: UUID, limit: int = 50) -> list[Case]:
    """A resident's own cases and those they joined, newest first."""
    query = select(Case).where(Case.resident_id == resident_id).order_by(Case.opened_at.desc(), Case.id.desc())
    return list(session.scalars(query.limit(limit)))


def get_case(session: Session, *, case_id: UUID) -> Case:
    """Raises NotFound."""
    case = session.get(Case, case_id)
    if case is None:
        raise NotFound("case")
    return case


def get_filed_reference(session: Session, *, conversation_id: UUID, client_id: str) -> str:
    """The reference that the form with this `client_id` was given: its case is the last one filed before the message
    that acknowledged it, and ids grow in the order of writing. Raises NotFound."""
    acknowledged = select(Message.id).where(Message.conversation_id == conversation_id, Message.client_id == client_id)
    query = (
        select(Case.reference)
        .join(CaseConversation, CaseConversation.case_id == Case.id)
        .where(CaseConversation.conversation_id == conversation_id, Case.id < acknowledged.limit(1).scalar_subquery())
    )
    reference = session.scalar(query.order_by(Case.id.desc()).limit(1))
    if reference is None:
        raise NotFound("case")
    return reference


def find_case_by_reference(session: Session, *, reference: str) -> Case | None:
    """By canonical reference."""
    return session.scalar(select(Case).where(Case.reference == reference))
