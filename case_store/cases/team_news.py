"""Which cases have come in that their team has not been told of."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from case_store.engine.session import now
from case_store.models import Case

TELL_NOW = "tell_teams_now"
"""The job that an urgent case has run at once."""

_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class TeamNews:
    """A team's cases that are due to be told, the oldest first."""

    team_code: str
    cases: tuple[Case, ...]


def find_team_news(session: Session, *, every_minutes: int) -> list[TeamNews]:
    """The teams whose oldest untold case has waited `every_minutes`, or that have an urgent one. Locks the cases."""
    query = select(Case).where(Case.team_told_at.is_(None)).order_by(Case.opened_at, Case.id).limit(_AT_ONCE)
    by_team: dict[str, list[Case]] = defaultdict(list)
    for case in session.scalars(query.with_for_update(skip_locked=True)):
        by_team[case.team_code].append(case)
    before = now(session) - timedelta(minutes=every_minutes)
    return [
        TeamNews(team, tuple(cases))
        for team, cases in by_team.items()
        if cases[0].opened_at <= before or any(case.priority == "high" for case in cases)
    ]


def mark_told(session: Session, *, case_ids: Sequence[UUID]) -> None:
    """Their team has been told of them, or wants no word."""
    session.connection().execute(update(Case).where(Case.id.in_(case_ids)).values(team_told_at=now(session)))


def mark_all_told(session: Session) -> None:
    """For a town loaded with cases that are old news."""
    session.connection().execute(update(Case).where(Case.team_told_at.is_(None)).values(team_told_at=now(session)))
