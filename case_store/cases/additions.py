"""What residents have added to a case since it was filed, as its team reads it."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from case_store.models import Attachment, TimelineEvent

LATEST = 3


@dataclass(frozen=True, slots=True)
class Addition:
    """Words and files that came together."""

    at: datetime
    text: str
    files: tuple[Attachment, ...]


def find_additions(session: Session, *, case_ids: Sequence[UUID], limit: int = LATEST) -> dict[UUID, list[Addition]]:
    """The latest additions of each case, the last one first."""
    if not case_ids:
        return {}
    events: dict[UUID, list[TimelineEvent]] = defaultdict(list)
    query = select(TimelineEvent).where(TimelineEvent.subject_id.in_(case_ids), TimelineEvent.kind == "case_updated")
    for event in session.scalars(query.order_by(TimelineEvent.seq.desc())):
        if len(events[event.subject_id]) < limit:
            events[event.subject_id].append(event)
    files = _files(session, [event for found in events.values() for event in found])
    return {case_id: [_addition(event, files) for event in found] for case_id, found in events.items()}


def _addition(event: TimelineEvent, files: dict[UUID, Attachment]) -> Addition:
    return Addition(event.at, str(event.facts.get("text") or ""), tuple(files[i] for i in _ids(event) if i in files))


def _files(session: Session, events: Sequence[TimelineEvent]) -> dict[UUID, Attachment]:
    named = [id_ for event in events for id_ in _ids(event)]
    if not named:
        return {}
    return {file.id: file for file in session.scalars(select(Attachment).where(Attachment.id.in_(named)))}


def _ids(event: TimelineEvent) -> list[UUID]:
    return [UUID(text) for text in event.facts.get("files") or ()]
