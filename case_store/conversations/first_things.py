"""What comes first for one member of staff: who is in distress, and the one thing to do before all others."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, literal_column, or_
from sqlalchemy.orm import Session

from case_store.conversations.lists import ConversationLine, View, find_line, find_lines
from case_store.engine.literals import word
from case_store.models import Conversation
from case_store.staff.scope import Scope

MOST_ALARMS = 20
_URGENT = Conversation.queue_urgent.is_(True)
_QUEUED = Conversation.held_by == word("queue")


@dataclass(frozen=True, slots=True)
class FirstThing:
    """The line, the view it stands in, and whether it is urgent."""

    line: ConversationLine
    view: View

    @property
    def is_urgent(self) -> bool:
        return is_urgent(self.line)


def is_urgent(line: ConversationLine) -> bool:
    """Somebody in distress still waits for a person's first word."""
    return line.queue_urgent and line.waiting_since is not None


def find_alarms(session: Session, *, scope: Scope) -> tuple[ConversationLine, ...]:
    """The urgent ones that nobody has taken, then one's own that still wait; each who has waited longest first."""
    order = (Conversation.waiting_since, Conversation.id)
    queued = find_lines(session, scope=scope, where=and_(_QUEUED, _URGENT), order=order, limit=MOST_ALARMS)
    held = find_lines(session, scope=scope, where=and_(_own_waiting(scope), _URGENT), order=order, limit=MOST_ALARMS)
    return (*queued, *held)


def find_first(session: Session, *, scope: Scope) -> FirstThing | None:
    """Over one's own, the queue and what could not be sent: the urgent ones, then who has waited longest."""
    found: dict[View, list[ConversationLine]] = {
        "mine": _first_own(session, scope),
        "queue": _first_queued(session, scope),
        "failed": _first_failed(session, scope),
    }
    candidates = [FirstThing(line, view) for view, lines in found.items() for line in lines]
    return min(candidates, key=lambda each: (not each.is_urgent, _since(each.line)), default=None)


def find_waiting(session: Session, *, scope: Scope, limit: int) -> list[ConversationLine]:
    """Who waits in the queue, the urgent ones first, then who has waited longest."""
    order = (Conversation.queue_urgent.desc(), Conversation.waiting_since, Conversation.id)
    return find_lines(session, scope=scope, where=_QUEUED, order=order, limit=limit)


def still_stands(session: Session, *, scope: Scope, conversation_id: UUID) -> ConversationLine | None:
    """The conversation as a line while it is still something for this person to do first; else None."""
    line = find_line(session, scope=scope, conversation_id=conversation_id)
    if line is None:
        return None
    mine = line.held_by == "agent" and line.agent_id == scope.staff_id
    waits = line.held_by == "queue" or (mine and line.waiting_since is not None and line.state == "open")
    failed = line.failed_deliveries > 0 and (mine or line.held_by != "agent")
    return line if waits or failed else None


def _own_waiting(scope: Scope) -> ColumnElement[bool]:
    return and_(
        Conversation.held_by == word("agent"),
        Conversation.agent_id == scope.staff_id,
        Conversation.state == word("open"),
        Conversation.waiting_since.is_not(None),
    )


def _first_own(session: Session, scope: Scope) -> list[ConversationLine]:
    order = (Conversation.queue_urgent.desc(), Conversation.waiting_since, Conversation.id)
    return find_lines(session, scope=scope, where=_own_waiting(scope), order=order, limit=1)


def _first_queued(session: Session, scope: Scope) -> list[ConversationLine]:
    order = (Conversation.queue_urgent.desc(), Conversation.waiting_since, Conversation.id)
    return find_lines(session, scope=scope, where=_QUEUED, order=order, limit=1)


def _first_failed(session: Session, scope: Scope) -> list[ConversationLine]:
    """The first failed delivery of a conversation that nobody, or the agent themselves, holds."""
    nobodys = or_(Conversation.held_by != word("agent"), Conversation.agent_id == scope.staff_id)
    failed = and_(Conversation.failed_deliveries > literal_column("0"), nobodys)
    return find_lines(
        session, scope=scope, where=failed, order=(Conversation.last_message_at, Conversation.id), limit=1
    )


def _since(line: ConversationLine) -> datetime:
    return line.waiting_since or line.last_message_at
