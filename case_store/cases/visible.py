"""Cases as staff see them: every read takes the scope."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, exists, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute, Session

from case_store.errors import NotFound
from case_store.models import Attachment, Case, CaseConversation, ContactPoint, Conversation
from case_store.staff.scope import Scope


def visible_cases(scope: Scope) -> ColumnElement[bool]:
    """Their teams' cases, and those told in a conversation they may see."""
    if scope.teams is None:
        return scope.cases()
    told = (
        exists()
        .where(CaseConversation.case_id == Case.id, Conversation.id == CaseConversation.conversation_id)
        .where(scope.conversations())
        .correlate(Case)
    )
    return or_(scope.cases(), told)


def of_visible_case(case_id: InstrumentedAttribute[Any], scope: Scope) -> ColumnElement[bool]:
    """Whether the case that a column names is one that the scope may see."""
    return true() if scope.teams is None else exists().where(Case.id == case_id, visible_cases(scope))


def find_visible_conversation_cases(session: Session, *, scope: Scope, conversation_id: UUID) -> list[Case]:
    """The cases told in this conversation that the scope may see, newest first."""
    query = (
        select(Case)
        .join(CaseConversation, CaseConversation.case_id == Case.id)
        .where(CaseConversation.conversation_id == conversation_id, visible_cases(scope))
        .order_by(Case.opened_at.desc(), Case.id.desc())
    )
    return list(session.scalars(query))


def find_visible_cases(session: Session, *, scope: Scope, resident_id: UUID, limit: int = 30) -> list[Case]:
    """A resident's cases that the scope may see, newest first."""
    query = select(Case).where(Case.resident_id == resident_id, visible_cases(scope))
    return list(session.scalars(query.order_by(Case.opened_at.desc(), Case.id.desc()).limit(limit)))


@dataclass(frozen=True, slots=True)
class CaseAtHand:
    """A case and whether this member of staff may move it: it is their team's, or they hold its conversation."""

    case: Case
    may_change: bool


def get_case_at_hand(session: Session, *, scope: Scope, case_id: UUID) -> CaseAtHand:
    """Raises NotFound for a case that the scope may not see."""
    case = session.scalar(select(Case).where(Case.id == case_id, visible_cases(scope)))
    if case is None:
        raise NotFound("case")
    return CaseAtHand(case, case_id in find_changeable_cases(session, case_ids=[case_id], scope=scope))


@dataclass(frozen=True, slots=True)
class CasePlace:
    """Where a case can be worked on: a conversation that carries it and that the scope may see, the first one first."""

    case_id: UUID
    resident_id: UUID
    conversation_id: UUID | None


def get_visible_place(session: Session, *, scope: Scope, reference: str) -> CasePlace:
    """By canonical reference. Raises NotFound for a case that the scope may not see."""
    case = session.scalar(select(Case).where(Case.reference == reference, visible_cases(scope)))
    if case is None:
        raise NotFound("case")
    told = (
        select(Conversation.id)
        .join(CaseConversation, CaseConversation.conversation_id == Conversation.id)
        .where(CaseConversation.case_id == case.id, scope.conversations())
        .order_by(CaseConversation.at, Conversation.id)
    )
    return CasePlace(case.id, case.resident_id, session.scalar(told.limit(1)))


def find_changeable_cases(session: Session, *, scope: Scope, case_ids: Sequence[UUID]) -> set[UUID]:
    """Which of these cases the member of staff may move."""
    if not case_ids:
        return set()
    held = (
        exists()
        .where(CaseConversation.case_id == Case.id, Conversation.id == CaseConversation.conversation_id)
        .where(Conversation.agent_id == scope.staff_id)
    )
    return set(session.scalars(select(Case.id).where(Case.id.in_(case_ids), or_(scope.cases(), held))))


def find_case_files(session: Session, *, scope: Scope, case_ids: Sequence[UUID]) -> dict[UUID, list[Attachment]]:
    """The files of those of these cases that the scope may see, oldest first."""
    files: dict[UUID, list[Attachment]] = defaultdict(list)
    if case_ids:
        query = (
            select(Attachment)
            .where(Attachment.case_id.in_(case_ids), of_visible_case(Attachment.case_id, scope))
            .order_by(Attachment.id)
        )
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
    channel_id: str
    language: str
    opted_out: bool
    is_owner: bool


def find_case_listeners(session: Session, *, scope: Scope, case_id: UUID) -> tuple[CaseListener, ...]:
    """Where people follow a case, the one who opened it first; none of a case that the scope may not see."""
    query = (
        select(
            Conversation.id.label("conversation_id"),
            Conversation.channel_id,
            Conversation.language,
            ContactPoint.opted_out,
            (ContactPoint.id == Case.contact_point_id).label("is_owner"),
        )
        .join(CaseConversation, CaseConversation.conversation_id == Conversation.id)
        .join(Case, Case.id == CaseConversation.case_id)
        .join(ContactPoint, ContactPoint.id == Conversation.contact_point_id)
        .where(CaseConversation.case_id == case_id, visible_cases(scope))
        .order_by(CaseConversation.at, Conversation.id)
    )
    return tuple(CaseListener(**row._mapping) for row in session.execute(query))
