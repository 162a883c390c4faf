"""Why the assistant answered so: what was kept with the turn that a message came of. For staff only."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from case_store.models import Message, Turn

Reason = Mapping[str, Any]
"""One message as it was understood, as plain JSON (`bot/replay/explanation.py`)."""


def find_reasons(session: Session, *, message_ids: Sequence[UUID]) -> dict[UUID, tuple[Reason, ...]]:
    """By the last message of each turn: where several messages answer together, the explanation stands once.

    The messages are those that the caller's scope sees.
    """
    behind = aliased(Message)
    query = (
        select(Message.id, Turn.record["why"])
        .join(Turn, Turn.id == Message.turn_id)
        .outerjoin(
            behind,
            (behind.conversation_id == Message.conversation_id)
            & (behind.seq == Message.seq + 1)
            & (behind.turn_id == Message.turn_id),
        )
        .where(Message.id.in_(message_ids), behind.id.is_(None))
    )
    # A release before this one kept lines of text: they are no words for agents.
    return {
        message_id: tuple(reason for reason in why or () if isinstance(reason, Mapping))
        for message_id, why in session.connection().execute(query)
    }
