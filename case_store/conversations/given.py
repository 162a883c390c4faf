"""What colleagues have given to somebody, who has not asked for it."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from case_store.conversations.lists import ConversationLine, find_lines
from case_store.engine.literals import word
from case_store.engine.session import now
from case_store.models import Conversation, Staff, TimelineEvent
from case_store.staff.scope import Scope

LATELY = timedelta(hours=12)
"""A working day: what was given before is no news."""
_MOST = 20


@dataclass(frozen=True, slots=True)
class Given:
    """A conversation that somebody holds because `by` gave it to them; `event_id` is unlike that of any other time."""

    event_id: UUID
    by: str
    line: ConversationLine


def find_given(session: Session, *, scope: Scope) -> list[Given]:
    """The conversations that the scope's own person holds and that another gave to them lately, the last one first."""
    mine = and_(Conversation.held_by == word("agent"), Conversation.agent_id == scope.staff_id)
    query = (
        select(TimelineEvent.id, TimelineEvent.subject_id, Staff.name)
        .join(Conversation, Conversation.id == TimelineEvent.subject_id)
        .join(Staff, Staff.id == TimelineEvent.actor_id)
        .where(mine, scope.conversations())
        .where(TimelineEvent.kind == "reassigned", TimelineEvent.actor_id != scope.staff_id)
        .where(TimelineEvent.at >= now(session) - LATELY)
        .order_by(TimelineEvent.at.desc(), TimelineEvent.id.desc())
        .limit(_MOST)
    )
    latest = {row.subject_id: row for row in reversed(session.execute(query).all())}
    if not latest:
        return []
    order = (Conversation.last_message_at.desc(), Conversation.id)
    lines = find_lines(session, scope=scope, where=and_(mine, Conversation.id.in_(latest)), order=order, limit=_MOST)
    given = [Given(latest[line.id].id, latest[line.id].name, line) for line in lines]
    return sorted(given, key=lambda each: each.event_id, reverse=True)
