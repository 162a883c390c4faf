"""What the console asks of the store beyond its lists and threads: what surrounds a conversation, and what staff see.

Every read of somebody's affairs takes the scope; counts stop at a cap, so no page grows with the town.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, exists, or_, select
from sqlalchemy.orm import Session

from case_store.errors import NotFound
from case_store.models import (
    Attachment,
    Case,
    CaseConversation,
    ContactPoint,
    Conversation,
    Delivery,
    Message,
    Resident,
    Staff,
)
from case_store.staff.scope import Scope


def find_demo_staff(session: Session) -> list[Staff]:
    """The demonstration accounts, in the order they were made."""
    query = select(Staff).where(Staff.demo.is_(True), Staff.active.is_(True)).order_by(Staff.id)
    return list(session.scalars(query))


def find_contact_points(session: Session, *, resident_id: UUID) -> list[ContactPoint]:
    """Where a resident is reached, oldest first."""
    return list(
        session.scalars(select(ContactPoint).where(ContactPoint.resident_id == resident_id).order_by(ContactPoint.id))
    )


def find_case_files(session: Session, *, case_ids: Sequence[UUID]) -> dict[UUID, list[Attachment]]:
    """The files of some cases, oldest first."""
    files: dict[UUID, list[Attachment]] = defaultdict(list)
    if case_ids:
        query = select(Attachment).where(Attachment.case_id.in_(case_ids)).order_by(Attachment.id)
        for file in session.scalars(query):
            if file.case_id is not None:
                files[file.case_id].append(file)
    return files


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


def find_visible_conversation_ids(session: Session, *, resident_id: UUID, scope: Scope) -> set[UUID]:
    """Which of a resident's conversations the scope may see."""
    query = select(Conversation.id).where(Conversation.resident_id == resident_id, scope.conversations())
    return set(session.scalars(query))


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


def get_visible_attachment(session: Session, *, attachment_id: UUID, scope: Scope) -> Attachment:
    """Raises NotFound for a file of a conversation that the scope may not see."""
    query = (
        select(Attachment)
        .join(Conversation, Conversation.id == Attachment.conversation_id)
        .where(Attachment.id == attachment_id, or_(scope.conversations(), _of_visible_case(scope)))
    )
    attachment = session.scalar(query)
    if attachment is None:
        raise NotFound("attachment")
    return attachment


def _of_visible_case(scope: Scope) -> ColumnElement[bool]:
    return exists().where(Case.id == Attachment.case_id, scope.cases())


def get_visible_resident(session: Session, *, resident_id: UUID, scope: Scope) -> Resident:
    """Raises NotFound for a resident none of whose conversations or cases the scope may see."""
    spoke = exists().where(Conversation.resident_id == Resident.id).where(scope.conversations())
    filed = exists().where(Case.resident_id == Resident.id).where(scope.cases())
    resident = session.scalar(select(Resident).where(Resident.id == resident_id, or_(spoke, filed)))
    if resident is None:
        raise NotFound("resident")
    return resident


def find_marks(session: Session, *, conversation_id: UUID, limit: int = 60) -> dict[UUID, str]:
    """How the deliveries and files of the latest messages stand, as a text per message that moves when they do."""
    latest = (
        select(Message.id)
        .where(Message.conversation_id == conversation_id)
        .order_by(Message.seq.desc())
        .limit(limit)
        .subquery()
    )
    recent = select(latest.c.id).scalar_subquery()
    marks: dict[UUID, str] = defaultdict(str)
    deliveries = select(Delivery.message_id, Delivery.state, Delivery.revision).where(Delivery.message_id.in_(recent))
    for message_id, state, revision in session.execute(deliveries.order_by(Delivery.message_id, Delivery.part)):
        marks[message_id] += f"{state}:{revision};"
    files = select(Attachment.message_id, Attachment.state).where(Attachment.message_id.in_(recent))
    for message_id, state in session.execute(files.order_by(Attachment.message_id, Attachment.id)):
        marks[message_id] += f"{state};"
    return dict(marks)
