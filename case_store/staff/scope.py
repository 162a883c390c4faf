"""The one authorisation scope of staff: list, search, export, bulk actions and live updates all pass through it."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, or_, true

from case_store.engine.literals import word
from case_store.errors import Forbidden
from case_store.models import Case, Conversation


@dataclass(frozen=True, slots=True)
class Scope:
    """What one member of staff may see. `teams` None means every team (supervisor, admin)."""

    staff_id: UUID
    teams: frozenset[str] | None

    def conversations(self) -> ColumnElement[bool]:
        """Their teams' conversations, those no team owns yet, those they hold, and the urgent ones nobody else sees."""
        if self.teams is None:
            return true()
        return or_(
            Conversation.team_code.is_(None),
            Conversation.team_code.in_(sorted(self.teams)),
            Conversation.agent_id == self.staff_id,
            and_(Conversation.for_everybody.is_(True), Conversation.held_by == word("queue")),
        )

    def cases(self) -> ColumnElement[bool]:
        """Their teams' cases."""
        return true() if self.teams is None else Case.team_code.in_(sorted(self.teams))

    def sees(self, conversation_id: UUID) -> ColumnElement[bool]:
        """Whether this is one of theirs, in a query that does not read the conversation itself."""
        if self.teams is None:
            return true()
        return exists().where(Conversation.id == conversation_id, self.conversations())

    def require_everything(self) -> None:
        """For figures over all teams. Raises Forbidden for who sees only some."""
        if self.teams is not None:
            raise Forbidden
