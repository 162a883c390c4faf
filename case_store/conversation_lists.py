"""The console's lists: keyset-paginated, one query a page, every figure of a line kept on the conversation's row."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, literal_column, or_, select
from sqlalchemy.orm import Session

from case_store.literals import word
from case_store.models import ContactPoint, Conversation, Resident, Staff
from case_store.scope import Scope

View = Literal["queue", "mine", "open", "bot", "snoozed", "resolved", "failed"]
VIEWS: tuple[View, ...] = ("queue", "mine", "open", "bot", "snoozed", "resolved", "failed")


@dataclass(frozen=True, slots=True)
class ConversationLine:
    """One line of a list: who, what, why it is here, since when, which channel, who holds it."""

    id: UUID
    resident_name: str | None
    contact_kind: str
    contact_address: str
    channel_kind: str
    language: str
    state: str
    held_by: str
    agent_id: UUID | None
    agent_name: str | None
    team_code: str | None
    queue_reason: str | None
    queue_urgent: bool
    waiting_since: datetime | None
    snoozed_until: datetime | None
    last_message_at: datetime
    last_message_text: str
    last_message_author: str
    unread: int
    failed_deliveries: int
    seq: int


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where the next page starts: the last line's sort key."""

    moment: datetime
    id: UUID
    urgent: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """Lines and, when there are more, the cursor of the next page."""

    lines: tuple[ConversationLine, ...]
    next: Cursor | None


def find_conversations(
    session: Session, *, scope: Scope, view: View, after: Cursor | None = None, limit: int = 30
) -> Page:
    """One page of a view. The queue: urgent first, then who has waited longest; the others: latest first."""
    query = _lines().where(scope.conversations(), _condition(view, scope))
    query = _queue_order(query, after) if view == "queue" else _recent_order(query, after)
    lines = [ConversationLine(*row) for row in session.execute(query.limit(limit + 1))]
    more = len(lines) > limit
    page = tuple(lines[:limit])
    return Page(page, _cursor(view, page[-1]) if more else None)


def find_line(session: Session, *, scope: Scope, conversation_id: UUID) -> ConversationLine | None:
    """One conversation as a line; None when it is not one the scope may see."""
    row = session.execute(_lines().where(scope.conversations(), Conversation.id == conversation_id)).first()
    return ConversationLine(*row) if row else None


def count_views(session: Session, *, scope: Scope, cap: int = 100) -> dict[str, int]:
    """How many lie in the views that ask for work (queue, mine, failed); counting stops at `cap`."""
    counts = {}
    for view in ("queue", "mine", "failed"):
        inner = select(Conversation.id).where(scope.conversations(), _condition(view, scope)).limit(cap).subquery()
        counts[view] = session.execute(select(func.count()).select_from(inner)).scalar_one()
    return counts


def find_resident_conversations(session: Session, *, resident_id: UUID) -> list[ConversationLine]:
    """A resident's conversations on all channels, latest first."""
    query = _lines().where(Conversation.resident_id == resident_id).order_by(Conversation.last_message_at.desc())
    return [ConversationLine(*row) for row in session.execute(query.limit(50))]


def queue_figures(session: Session) -> tuple[int, datetime | None]:
    """How many wait in the queue, and since when the one who waited longest does."""
    row = session.execute(
        select(func.count(), func.min(Conversation.waiting_since)).where(Conversation.held_by == word("queue"))
    ).one()
    return row[0], row[1]


def _lines() -> Select[*tuple[Any, ...]]:
    return (
        select(
            Conversation.id,
            Resident.name,
            ContactPoint.kind,
            ContactPoint.address,
            Conversation.channel_kind,
            Conversation.language,
            Conversation.state,
            Conversation.held_by,
            Conversation.agent_id,
            Staff.name,
            Conversation.team_code,
            Conversation.queue_reason,
            Conversation.queue_urgent,
            Conversation.waiting_since,
            Conversation.snoozed_until,
            Conversation.last_message_at,
            Conversation.last_message_text,
            Conversation.last_message_author,
            Conversation.unread,
            Conversation.failed_deliveries,
            Conversation.seq,
        )
        .join(ContactPoint, ContactPoint.id == Conversation.contact_point_id)
        .join(Resident, Resident.id == Conversation.resident_id)
        .outerjoin(Staff, Staff.id == Conversation.agent_id)
    )


def _condition(view: str, scope: Scope) -> ColumnElement[bool]:
    is_open = Conversation.state == word("open")
    conditions: dict[str, ColumnElement[bool]] = {
        "queue": Conversation.held_by == word("queue"),  # nobody can snooze or resolve what nobody holds
        "mine": and_(Conversation.held_by == word("agent"), Conversation.agent_id == scope.staff_id, is_open),
        "open": is_open,
        "bot": and_(Conversation.held_by == word("bot"), is_open),
        "snoozed": Conversation.state == word("snoozed"),
        "resolved": Conversation.state == word("resolved"),
        "failed": Conversation.failed_deliveries > literal_column("0"),
    }
    return conditions[view]


def _recent_order(query: Select[*tuple[Any, ...]], after: Cursor | None) -> Select[*tuple[Any, ...]]:
    if after is not None:
        query = query.where(
            or_(
                Conversation.last_message_at < after.moment,
                and_(Conversation.last_message_at == after.moment, Conversation.id < after.id),
            )
        )
    return query.order_by(Conversation.last_message_at.desc(), Conversation.id.desc())


def _queue_order(query: Select[*tuple[Any, ...]], after: Cursor | None) -> Select[*tuple[Any, ...]]:
    if after is not None:
        later = or_(
            Conversation.waiting_since > after.moment,
            and_(Conversation.waiting_since == after.moment, Conversation.id > after.id),
        )
        same = and_(Conversation.queue_urgent.is_(after.urgent), later)
        query = query.where(or_(same, Conversation.queue_urgent.is_(False)) if after.urgent else same)
    return query.order_by(Conversation.queue_urgent.desc(), Conversation.waiting_since, Conversation.id)


def _cursor(view: View, line: ConversationLine) -> Cursor:
    if view == "queue":
        return Cursor(line.waiting_since or line.last_message_at, line.id, line.queue_urgent)
    return Cursor(line.last_message_at, line.id)
