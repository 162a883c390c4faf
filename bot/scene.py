"""One decided turn being carried out: what it works on and what it tells."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from bot.contract import Decision
from case_store.actors import BOT
from case_store.conversations.locking import OpenedConversation, note
from case_store.conversations.saying import Part
from case_store.engine.session import StoreSession
from case_store.kinds import ConversationEvent
from case_store.work.delivery_claims import ClaimedDelivery
from case_store.work.snapshots import TurnSnapshot
from channels.contract import Choice

Present = Callable[[str, str, Sequence[Choice], str], tuple[Part, ...]]
"""Renders for a channel: (channel id, text, choices, language) -> the parts to deliver."""

Reach = Callable[[str], tuple[str, str] | None]
"""The (channel id, channel kind) that reaches a kind of contact point first, where the town has one."""


def _nowhere(contact_kind: str) -> None:
    """The `Reach` of a town that has no channel on which it may write first."""


@dataclass(frozen=True, slots=True)
class TurnToApply:
    """A decided turn. `record` keeps the facts it used; `gen` is the due row's counter when it was claimed.

    `worker` names one of this process that will send at once what the turn says; `filed_subject` heads the letter that
    repeats an acknowledgement, and may hold REFERENCE_MARK. `team_code`: the team of a channel of its own.
    """

    snapshot: TurnSnapshot
    decision: Decision
    gen: int
    record: Mapping[str, Any]
    reference_prefix: str
    present: Present
    reach: Reach = _nowhere
    lane: str = "worker"
    worker: str | None = None
    trace_id: str | None = None
    filed_subject: str | None = None
    team_code: str | None = None
    outcome: str = "applied"


@dataclass(slots=True)
class Applied:
    """What the turn did, told as events (`guichet chat` prints them). `stale`: discarded, decide again.

    `claimed` is what the turn said, for its worker to send now.
    """

    events: list[dict[str, Any]] = field(default_factory=list)
    reference: str | None = None
    stale: bool = False
    claimed: Sequence[ClaimedDelivery] = ()


@dataclass(slots=True)
class Scene:
    """What the steps of one apply share: the session, the turn, the locked conversation and what was applied so far.

    `turn_id` is that of the kept turn, once it is kept.
    """

    session: StoreSession
    turn: TurnToApply
    conversation: OpenedConversation
    applied: Applied
    copied_to: list[UUID] = field(default_factory=list)
    turn_id: UUID | None = None

    def tell(self, kind: ConversationEvent, facts: Mapping[str, Any] | None = None, **event: Any) -> None:
        """Appends to the conversation's history and to what is told of this turn."""
        note(self.session, self.conversation, kind, actor=BOT, facts={**(facts or {}), **event})
        self.applied.events.append({"event": kind, **event})
