"""Cases as staff see them: every read takes the scope."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, exists, or_, select
from sqlalchemy.orm import Session

from case_store.errors import NotFound
from case_store.models import Case, CaseConversation, Conversation
from case_store.staff.scope import Scope


def visible_cases(scope: Scope) -> ColumnElement[bool]:
    """Their teams' cases, and those told in a conversation they may see."""
    if scope.teams is None:
        return scope.cases()
    told = (
        exists()
        .where(CaseConversation.case_id == Case.id, Conversation.id == CaseConversation.conversation_id)
        .where(scope.conversations())
    )
    return or_(scope.cases(), told)


def find_visible_cases(session: Session, *, resident_id: UUID, scope: Scope, limit: int = 30) -> list[Case]:
    """A resident's cases that the scope may see, newest first."""
    query = select(Case).where(Case.resident_id == resident_id, visible_cases(scope))
    return list(session.scalars(query.order_by(Case.opened_at.desc(), Case.id.desc()).limit(limit)))


@dataclass(frozen=True, slots=True)
class CaseAtHand:
    """A case and whether this member of staff may move it: it is their team's, or they hold its conversation."""

    case: Case
    may_change: bool


def get_case_at_hand(session: Session, *, case_id: UUID, scope: Scope) -> CaseAtHand:
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


def get_visible_place(session: Session, *, reference: str, scope: Scope) -> CasePlace:
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


def find_changeable_cases(session: Session, *, case_ids: Sequence[UUID], scope: Scope) -> set[UUID]:
    """Which of these cases the member of staff may move."""
    if not case_ids:
        return set()
    held = (
        exists()
        .where(CaseConversation.case_id == Case.id, Conversation.id == CaseConversation.conversation_id)
        .where(Conversation.agent_id == scope.staff_id)
    )
    return set(session.scalars(select(Case.id).where(Case.id.in_(case_ids), or_(scope.cases(), held))))
