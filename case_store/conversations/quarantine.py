"""What could not be received: looked at by an operator, and taken after all once that is mended."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from case_store.engine.literals import word
from case_store.errors import NotFound
from case_store.models import RawEvent


@dataclass(frozen=True, slots=True)
class Quarantined:
    """An event that was put aside: why, and what was kept of it."""

    id: UUID
    channel_id: str
    error: str
    received_at: datetime
    payload: Mapping[str, Any]


def find_quarantined(session: Session, *, limit: int) -> list[Quarantined]:
    """The oldest `limit`, in order."""
    query = select(RawEvent).where(RawEvent.state == word("quarantined")).order_by(RawEvent.received_at, RawEvent.id)
    return [_quarantined(event) for event in session.scalars(query.limit(limit))]


def get_quarantined(session: Session, *, event_id: UUID) -> Quarantined:
    """Raises NotFound for one that is not in quarantine."""
    event = session.get(RawEvent, event_id)
    if event is None or event.state != "quarantined":
        raise NotFound("quarantined event")
    return _quarantined(event)


def end_quarantine(session: Session, *, event_id: UUID) -> None:
    """It has been received after all, as an event of its own; why it could not be stays written."""
    event = session.get(RawEvent, event_id, with_for_update=True)
    if event is None or event.state != "quarantined":
        raise NotFound("quarantined event")
    event.state = "accepted"


def _quarantined(event: RawEvent) -> Quarantined:
    return Quarantined(event.id, event.channel_id, event.error or "", event.received_at, event.payload)
