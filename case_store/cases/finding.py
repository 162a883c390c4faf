"""Cases as bot, portal and jobs look them up: by id, by reference, by conversation, by resident."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from case_store.errors import NotFound
from case_store.models import Attachment, Case, CaseConversation, ContactPoint, Conversation


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


def find_case_by_reference(session: Session, *, reference: str) -> Case | None:
    """By canonical reference."""
    return session.scalar(select(Case).where(Case.reference == reference))


def find_attachments(session: Session, *, case_id: UUID) -> list[Attachment]:
    """The files of a case, oldest first."""
    return list(session.scalars(select(Attachment).where(Attachment.case_id == case_id).order_by(Attachment.id)))


def find_case_files(session: Session, *, case_ids: Sequence[UUID]) -> dict[UUID, list[Attachment]]:
    """The files of some cases, oldest first."""
    files: dict[UUID, list[Attachment]] = defaultdict(list)
    if case_ids:
        query = select(Attachment).where(Attachment.case_id.in_(case_ids)).order_by(Attachment.id)
        for file in session.scalars(query):
            if file.case_id is not None:
                files[file.case_id].append(file)
    return files


@dataclass(frozen=True, slots=True)
class CaseListener:
    """A conversation in which a case is told, how to speak there, and whether its resident has stopped messages.

    `is_owner`: the case is followed by this very contact point.
    """

    conversation_id: UUID
    channel_kind: str
    language: str
    opted_out: bool
    is_owner: bool


def find_case_listeners(session: Session, *, case_id: UUID) -> tuple[CaseListener, ...]:
    """Where people follow a case, the one who opened it first."""
    query = (
        select(
            Conversation.id,
            Conversation.channel_kind,
            Conversation.language,
            ContactPoint.opted_out,
            ContactPoint.id == Case.contact_point_id,
        )
        .join(CaseConversation, CaseConversation.conversation_id == Conversation.id)
        .join(Case, Case.id == CaseConversation.case_id)
        .join(ContactPoint, ContactPoint.id == Conversation.contact_point_id)
        .where(CaseConversation.case_id == case_id)
        .order_by(CaseConversation.at, Conversation.id)
    )
    return tuple(CaseListener(*row) for row in session.execute(query))
