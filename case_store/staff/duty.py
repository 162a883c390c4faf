"""Who is at work, and whether a team's queue is looked at by anybody."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from case_store.engine.session import now
from case_store.models import Conversation, Staff, StaffSession

ON_DUTY = timedelta(minutes=10)
"""Somebody signed in whose browser has asked for anything within this time; an open, visible page asks each minute."""


def find_teams_on_duty(session: Session) -> frozenset[str]:
    """The teams of which somebody is at work."""
    moment = now(session)
    query = (
        select(Staff.teams)
        .join(StaffSession, StaffSession.staff_id == Staff.id)
        .where(Staff.active.is_(True), StaffSession.last_seen_at >= moment - ON_DUTY, StaffSession.expires_at > moment)
    )
    return frozenset(team for teams in session.scalars(query) for team in teams)


def is_any_agent_on_duty(session: Session) -> bool:
    """Whether an agent of any team is at work; supervisors and administrators are not counted."""
    moment = now(session)
    seen = (
        select(StaffSession.staff_id)
        .join(Staff, Staff.id == StaffSession.staff_id)
        .where(Staff.active.is_(True), Staff.role == "agent")
        .where(StaffSession.last_seen_at >= moment - ON_DUTY, StaffSession.expires_at > moment)
    )
    return session.scalar(seen.limit(1)) is not None


def is_holder_on_duty(session: Session, *, conversation_id: UUID) -> bool:
    """Whether the agent who holds a conversation is at work; False where nobody holds it."""
    moment = now(session)
    seen = (
        select(StaffSession.staff_id)
        .join(Conversation, Conversation.agent_id == StaffSession.staff_id)
        .where(
            Conversation.id == conversation_id,
            StaffSession.last_seen_at >= moment - ON_DUTY,
            StaffSession.expires_at > moment,
        )
    )
    return session.scalar(seen.limit(1)) is not None


def is_covered(session: Session, team_code: str | None) -> bool:
    """Whether somebody at work sees what is in this team's queue; what has no team yet is seen by all."""
    return team_code is None or team_code in find_teams_on_duty(session)
