"""What of a view is asked for, and in which order."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal
from uuid import UUID

from sqlalchemy import ColumnElement, true

from case_store.engine.literals import word
from case_store.models import Conversation

Sort = Literal["latest", "oldest", "wait"]
SORTS: tuple[Sort, ...] = ("latest", "oldest", "wait")

Nobody = Literal["none"]
NOBODY: Nobody = "none"
"""No team owns it; nobody holds it yet."""

_PLACES = frozenset({"team", "channel_kind"})
OFFERED: Mapping[str, frozenset[str]] = {
    "queue": _PLACES,
    "open": _PLACES | {"agent", "waiting_before", "latest", "oldest", "wait"},
    "bot": _PLACES | {"latest", "oldest"},
    "snoozed": _PLACES | {"agent"},
    "resolved": _PLACES | {"latest", "oldest"},
}
"""What each view can be asked for: where nobody is held or waits, asking for it would find nothing."""


@dataclass(frozen=True, slots=True)
class Filter:
    """Of a view only what is of this team, came by this kind of channel, is held by this agent and waits since before.

    `sort` None is the view's own order; "wait" shows only who waits, the longest wait first.
    """

    team: str | None = None
    channel_kind: str | None = None
    agent: UUID | Nobody | None = None
    waiting_before: datetime | None = None
    sort: Sort | None = None

    def within(self, view: str) -> "Filter":
        """What of it the view can be asked for."""
        offered = OFFERED.get(view, frozenset())
        dropped = {name: None for name in ("team", "channel_kind", "agent", "waiting_before") if name not in offered}
        return replace(self, **dropped, sort=self.sort if self.sort in offered else None)

    def conditions(self) -> list[ColumnElement[bool]]:
        """What a conversation must be, beside being in the view."""
        found = [self._of_team(), self._of_agent()]
        if self.channel_kind is not None:
            found.append(Conversation.channel_kind == self.channel_kind)
        if self.waiting_before is not None or self.sort == "wait":
            found.append(Conversation.waiting_since.is_not(None))
        if self.waiting_before is not None:
            found.append(Conversation.waiting_since <= self.waiting_before)
        return found

    def _of_team(self) -> ColumnElement[bool]:
        if self.team is None:
            return true()
        return Conversation.team_code.is_(None) if self.team == NOBODY else Conversation.team_code == self.team

    def _of_agent(self) -> ColumnElement[bool]:
        if self.agent is None:
            return true()
        if self.agent == NOBODY:
            return Conversation.held_by == word("queue")
        return (Conversation.held_by == word("agent")) & (Conversation.agent_id == self.agent)


NO_FILTER = Filter()
