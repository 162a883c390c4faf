"""Why the assistant answered so: what was kept with the turn that a message came of. For staff only."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from case_store.models import Message, Turn

Reason = Mapping[str, Any]
"""One message as it was understood, as plain JSON (`bot/replay/explanation.py`), or the `danger` heard in it."""


def find_reasons(session: Session, *, message_ids: Sequence[UUID]) -> dict[UUID, tuple[Reason, ...]]:
    """By the last message of each turn: where several messages answer together, the explanation stands once.

    The messages are those that the caller's scope sees.
    """
    behind = aliased(Message)
    query = (
        select(Message.id, Turn.record["why"], Turn.record["effects"], Turn.record["predictions"])
        .join(Turn, Turn.id == Message.turn_id)
        .outerjoin(
            behind,
            (behind.conversation_id == Message.conversation_id)
            & (behind.seq == Message.seq + 1)
            & (behind.turn_id == Message.turn_id),
        )
        .where(Message.id.in_(message_ids), behind.id.is_(None))
    )
    return {
        message_id: _reasons(why, effects, predictions)
        for message_id, why, effects, predictions in session.connection().execute(query)
    }


def _reasons(why: Any, effects: Any, predictions: Any) -> tuple[Reason, ...]:
    # A release before this one kept lines of text: they are no words for agents.
    read = tuple(reason for reason in why or () if isinstance(reason, Mapping))
    return read or tuple(_dangers(effects or (), predictions or ()))


def _dangers(effects: Sequence[Mapping[str, Any]], predictions: Sequence[Mapping[str, Any]]) -> Iterator[Reason]:
    """A danger is answered before anything else is read: which it was, with its chance where one was given."""
    for effect in effects:
        situation = (effect.get("data") or {}).get("situation")
        if effect.get("event") == "emergency_advised" and situation:
            heard = [each for one in predictions for each in one.get("alarms") or () if each["situation"] == situation]
            yield {
                "said": " / ".join(str(one.get("text", "")) for one in predictions),
                "danger": situation,
                "chance": max((float(each["chance"]) for each in heard), default=None),
            }
