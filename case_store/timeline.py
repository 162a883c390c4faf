"""The history: append-only events in the past tense, numbered within what they happened to."""

from collections.abc import Mapping
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from case_store.actors import Actor
from case_store.engine.session import now
from case_store.engine.statements import add
from case_store.kinds import Audience, EventKind
from case_store.models import TimelineEvent
from kit.ids import uuid7

Subject = Literal["conversation", "case", "resident"]


def record(
    session: Session,
    *,
    subject: Subject,
    subject_id: UUID,
    seq: int,
    kind: EventKind,
    actor: Actor,
    facts: Mapping[str, Any] | None = None,
    audience: Audience = "staff",
) -> None:
    """Appends one event; the caller has taken `seq` under the lock of the subject's row."""
    add(
        session,
        "timeline_event",
        {
            "id": uuid7(),
            "subject": subject,
            "subject_id": subject_id,
            "seq": seq,
            "kind": kind,
            "audience": audience,
            "actor": actor.kind,
            "actor_id": actor.id,
            "facts": dict(facts or {}),
            "at": now(session),
        },
    )


def find_events(session: Session, *, subject_id: UUID, after_seq: int = 0, visible_to: Audience) -> list[TimelineEvent]:
    """The events of one conversation, case or resident, in order."""
    query = (
        select(TimelineEvent)
        .where(TimelineEvent.subject_id == subject_id, TimelineEvent.seq > after_seq)
        .order_by(TimelineEvent.seq)
    )
    if visible_to == "resident":
        query = query.where(TimelineEvent.audience == "resident")
    return list(session.scalars(query))
