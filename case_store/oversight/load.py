"""What a supervisor needs to know now: who waits where, who holds how much, what failed, what is late."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, literal_column, select
from sqlalchemy.orm import Session

from case_store.engine.literals import word, words
from case_store.engine.session import now
from case_store.models import Case, CaseConversation, Conversation, RawEvent, Staff, StaffSession, TurnDue
from case_store.staff.accounts import find_staff
from case_store.staff.duty import ON_DUTY
from case_store.staff.scope import Scope

CAP = 2000
"""Counting stops here: the page says "2000+" and stays quick."""

_SOON = timedelta(days=1)
_RUNNING = (Case.state.in_(words("new", "open")), Case.clock_stopped_at.is_(None))
"""The cases whose promised date counts."""
_FAILING_AFTER = 2


@dataclass(frozen=True, slots=True)
class TeamWait:
    """How many wait for a team (None: nobody's yet), how many of them urgently, and since when the first does."""

    team_code: str | None
    waiting: int
    urgent: int
    since: datetime


@dataclass(frozen=True, slots=True)
class AgentLoad:
    """What a member of staff holds; `since` is when the resident who waits longest for them wrote."""

    staff_id: UUID
    name: str
    role: str
    open: int
    snoozed: int
    since: datetime | None
    last_seen_at: datetime | None
    teams: tuple[str, ...] = ()
    is_on_duty: bool = False


@dataclass(frozen=True, slots=True)
class FailingTurn:
    """A conversation the bot cannot answer: tried several times, put off again. `due_at` in machine seconds."""

    conversation_id: UUID
    attempts: int
    error: str
    due_at: float


@dataclass(frozen=True, slots=True)
class TeamDeadlines:
    """A team's cases past their date, and due within a day."""

    team_code: str
    late: int
    soon: int


@dataclass(frozen=True, slots=True)
class LateCase:
    """A case past its date, and a conversation in which it is told."""

    case: Case
    conversation_id: UUID | None


@dataclass(frozen=True, slots=True)
class Load:
    """The whole picture."""

    teams: tuple[TeamWait, ...]
    agents: tuple[AgentLoad, ...]
    failing_turns: tuple[FailingTurn, ...]
    quarantined: tuple[RawEvent, ...]
    quarantined_count: int
    deadlines: tuple[TeamDeadlines, ...]
    late_cases: tuple[LateCase, ...]

    @property
    def has_agent_on_duty(self) -> bool:
        """Whether an agent, and not only a supervisor, is at work."""
        return any(agent.is_on_duty and agent.role == "agent" for agent in self.agents)


def find_load(session: Session, *, scope: Scope) -> Load:
    """Eight queries, each over what is open now. Raises Forbidden for who does not see every team."""
    scope.require_everything()
    quarantined = select(RawEvent).where(RawEvent.state == word("quarantined"))
    return Load(
        teams=tuple(_team_waits(session)),
        agents=tuple(_agent_loads(session)),
        failing_turns=tuple(_failing_turns(session)),
        quarantined=tuple(session.scalars(quarantined.order_by(RawEvent.received_at.desc()).limit(10))),
        quarantined_count=_capped(session, select(RawEvent.id).where(RawEvent.state == word("quarantined"))),
        deadlines=tuple(_deadlines(session)),
        late_cases=tuple(_late_cases(session)),
    )


def count_failed_conversations(session: Session, *, scope: Scope) -> int:
    """Conversations with a message that could not be delivered. Raises Forbidden for who does not see every team."""
    scope.require_everything()
    return _capped(session, select(Conversation.id).where(Conversation.failed_deliveries > literal_column("0")))


def _team_waits(session: Session) -> list[TeamWait]:
    waiting = (
        select(Conversation.team_code, Conversation.queue_urgent, Conversation.waiting_since)
        .where(Conversation.held_by == word("queue"))
        .order_by(Conversation.waiting_since)
        .limit(CAP)
    )
    found: dict[str | None, list[tuple[bool, datetime]]] = {}
    for team, urgent, since in session.execute(waiting):
        found.setdefault(team, []).append((urgent, since or now(session)))
    waits = [
        TeamWait(team, len(rows), sum(urgent for urgent, _ in rows), min(since for _, since in rows))
        for team, rows in found.items()
    ]
    return sorted(waits, key=lambda wait: wait.since)


def _agent_loads(session: Session) -> list[AgentLoad]:
    held = select(Conversation.agent_id, Conversation.state, Conversation.waiting_since).where(
        Conversation.held_by == word("agent")
    )
    holdings: dict[UUID | None, list[tuple[str, datetime | None]]] = {}
    for agent, state, since in session.execute(held.limit(CAP)):
        holdings.setdefault(agent, []).append((state, since))
    seen_query = select(StaffSession.staff_id, func.max(StaffSession.last_seen_at)).group_by(StaffSession.staff_id)
    seen = {row[0]: row[1] for row in session.execute(seen_query)}
    since = now(session) - ON_DUTY
    return [_load_of(person, holdings.get(person.id, []), seen.get(person.id), since) for person in find_staff(session)]


def _load_of(
    person: Staff, held: list[tuple[str, datetime | None]], seen: datetime | None, on_duty_since: datetime
) -> AgentLoad:
    waiting = [since for state, since in held if state == "open" and since is not None]
    return AgentLoad(
        staff_id=person.id,
        name=person.name,
        role=person.role,
        open=sum(state == "open" for state, _ in held),
        snoozed=sum(state == "snoozed" for state, _ in held),
        since=min(waiting, default=None),
        last_seen_at=seen,
        teams=tuple(person.teams),
        is_on_duty=seen is not None and seen >= on_duty_since,
    )


def _failing_turns(session: Session) -> list[FailingTurn]:
    query = select(TurnDue).where(TurnDue.error.is_not(None), TurnDue.attempts >= _FAILING_AFTER)
    rows = session.scalars(query.order_by(TurnDue.attempts.desc()).limit(20))
    return [FailingTurn(row.conversation_id, row.attempts, row.error or "", row.due_at) for row in rows]


def _deadlines(session: Session) -> list[TeamDeadlines]:
    moment = now(session)
    running = and_(*_RUNNING)
    late = _by_team(session, and_(running, Case.due_at < moment))
    soon = _by_team(session, and_(running, Case.due_at >= moment, Case.due_at < moment + _SOON))
    rows = [TeamDeadlines(team, late.get(team, 0), soon.get(team, 0)) for team in late.keys() | soon.keys()]
    return sorted(rows, key=lambda row: (-row.late, -row.soon, row.team_code))


def _by_team(session: Session, condition: ColumnElement[bool]) -> dict[str, int]:
    inner = select(Case.team_code).where(condition).limit(CAP).subquery()
    query = select(inner.c.team_code, func.count()).group_by(inner.c.team_code)
    return {row[0]: row[1] for row in session.execute(query)}


def _late_cases(session: Session) -> list[LateCase]:
    query = select(Case).where(*_RUNNING, Case.due_at < now(session)).order_by(Case.due_at)
    cases = list(session.scalars(query.limit(15)))
    links = select(CaseConversation.case_id, CaseConversation.conversation_id).where(
        CaseConversation.case_id.in_([case.id for case in cases]), CaseConversation.role == "opened"
    )
    told = {row[0]: row[1] for row in session.execute(links)} if cases else {}
    return [LateCase(case, told.get(case.id)) for case in cases]


def _capped(session: Session, query: Select[*tuple[Any, ...]]) -> int:
    return session.execute(select(func.count()).select_from(query.limit(CAP).subquery())).scalar_one()
