"""What the bot passed on to people since some moment, and why: how a supervisor sees what it gets wrong."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, select
from sqlalchemy.orm import Session

from case_store.engine.literals import word
from case_store.models import Message, TimelineEvent
from case_store.staff.scope import Scope

RECENT = 2000
"""Hand-overs looked at, newest first, so that the page costs the same in any town."""

FAULTS = ("not_understood", "anger", "failure")
_SHOWN = 10


@dataclass(frozen=True, slots=True)
class BotFault:
    """A conversation in which the bot failed, with the resident's last words before that."""

    conversation_id: UUID
    reason: str
    at: datetime
    said: str


@dataclass(frozen=True, slots=True)
class HandedOff:
    """How many conversations were passed on for which reason, the most frequent first, and the latest faults."""

    reasons: tuple[tuple[str, int], ...]
    faults: tuple[BotFault, ...]

    @property
    def count(self) -> int:
        return sum(count for _, count in self.reasons)


def find_handed_off(session: Session, *, scope: Scope, since: datetime) -> HandedOff:
    """Two queries. A conversation passed on twice counts twice: two people had to wait for it.

    Raises Forbidden for who does not see every team.
    """
    scope.require_everything()
    rows = session.execute(_events(since)).all()
    reasons = Counter(_reason(row.facts) for row in rows)
    faults = [row for row in rows if _reason(row.facts) in FAULTS][:_SHOWN]
    return HandedOff(tuple(reasons.most_common()), tuple(_with_words(session, faults)))


def _events(since: datetime) -> Select[*tuple[Any, ...]]:
    return (
        select(TimelineEvent.id, TimelineEvent.subject_id, TimelineEvent.seq, TimelineEvent.facts, TimelineEvent.at)
        .where(
            TimelineEvent.kind == word("handed_off"),
            TimelineEvent.actor == word("bot"),
            TimelineEvent.at >= since,
        )
        .order_by(TimelineEvent.at.desc(), TimelineEvent.id.desc())
        .limit(RECENT)
    )


def _with_words(session: Session, faults: Sequence[Row[*tuple[Any, ...]]]) -> list[BotFault]:
    said = (
        select(Message.text)
        .where(
            Message.conversation_id == TimelineEvent.subject_id,
            Message.direction == word("inbound"),
            Message.seq < TimelineEvent.seq,
        )
        .order_by(Message.seq.desc())
        .limit(1)
        .scalar_subquery()
    )
    query = select(TimelineEvent.id, said).where(TimelineEvent.id.in_([row.id for row in faults]))
    words = {row[0]: row[1] for row in session.execute(query)} if faults else {}
    return [BotFault(row.subject_id, _reason(row.facts), row.at, words.get(row.id) or "") for row in faults]


def _reason(facts: Any) -> str:
    return str(facts.get("reason") or "requested")
