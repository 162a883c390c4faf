"""Turns as they were kept, with the messages they answered and what was said: for whoever decides them again."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, literal, select, tuple_
from sqlalchemy.orm import Session

from case_store.models import ContactPoint, Conversation, Message, Turn
from case_store.work.snapshots import WaitingMessage, waiting_messages

_Rows = Sequence[Row[Any]]


@dataclass(frozen=True, slots=True)
class KeptTurn:
    """One turn. `messages` are the resident's, `said` the texts it was answered with, in their order."""

    id: UUID
    at: datetime
    conversation_id: UUID
    contact_address: str
    messages: tuple[WaitingMessage, ...]
    said: tuple[str, ...]
    record: Mapping[str, Any]


def find_kept_turns(
    session: Session, *, since: datetime | None, after: tuple[datetime, UUID] | None, limit: int
) -> list[KeptTurn]:
    """The first `limit` turns in the order of their moments, none older than `since`.

    `after`: moment and id of the last turn that is known already.
    """
    turns = (
        select(Turn.id, Turn.at, Turn.conversation_id, Turn.record, ContactPoint.address)
        .join(Conversation, Conversation.id == Turn.conversation_id)
        .join(ContactPoint, ContactPoint.id == Conversation.contact_point_id)
        .order_by(Turn.at, Turn.id)
        .limit(limit)
    )
    if after is not None:
        at, identifier = after
        known = tuple_(literal(at, Turn.__table__.c.at.type), literal(identifier, Turn.__table__.c.id.type))
        turns = turns.where(tuple_(Turn.at, Turn.id) > known)
    elif since is not None:
        turns = turns.where(Turn.at >= since)
    return list(_with_messages(session, session.connection().execute(turns).all()))


def _with_messages(session: Session, turns: _Rows) -> Iterator[KeptTurn]:
    # By conversation too: no index leads from a turn to its messages.
    messages = session.connection().execute(
        select(Message.__table__)
        .where(
            Message.conversation_id.in_({turn.conversation_id for turn in turns}),
            Message.turn_id.in_([turn.id for turn in turns]),
        )
        .order_by(Message.conversation_id, Message.seq)
    )
    heard: dict[UUID, list[Row[Any]]] = defaultdict(list)
    said: dict[UUID, list[str]] = defaultdict(list)
    for message in messages:
        if message.direction == "inbound":
            heard[message.turn_id].append(message)
        else:
            said[message.turn_id].append(message.text)
    for turn in turns:
        yield KeptTurn(
            id=turn.id,
            at=turn.at,
            conversation_id=turn.conversation_id,
            contact_address=turn.address,
            messages=waiting_messages(session, heard[turn.id]),
            said=tuple(said[turn.id]),
            record=turn.record,
        )
