"""Turns of a played conversation as the store would give them back."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID, uuid5

from bot.contract import Briefing, ConversationView, Decision, IncomingMessage
from bot.queries import Facts
from bot.replay.recording import record_of
from case_store.models import Attachment
from case_store.work.kept_turns import KeptTurn
from case_store.work.snapshots import WaitingMessage

SPACE = UUID("01920000-0000-7000-8000-000000000000")
"""Names every identifier of the played conversations."""


def keep_turn(
    number: int,
    state: Mapping[str, Any],
    view: ConversationView,
    briefing: Briefing | None,
    messages: Sequence[IncomingMessage],
    facts: Facts,
    decision: Decision,
) -> KeptTurn:
    """The turn that this was decided in, from what was known before it."""
    record = record_of(state=state, view=view, briefing=briefing, messages=messages, facts=facts, decision=decision)
    return KeptTurn(
        id=uuid5(SPACE, f"turn {number}"),
        at=facts.now,
        conversation_id=view.id,
        contact_address=view.contact_address,
        messages=tuple(_waiting(place, message) for place, message in enumerate(messages, 1)),
        said=tuple(reply.text for reply in decision.replies),
        record=record,
    )


def _waiting(number: int, message: IncomingMessage) -> WaitingMessage:
    files = tuple(
        Attachment(
            id=file.id,
            filename=file.filename,
            content_type=file.content_type,
            refusal=file.refusal,
            latitude=file.location[0] if file.location else None,
            longitude=file.location[1] if file.location else None,
        )
        for file in message.attachments
    )
    return WaitingMessage(
        id=message.id,
        seq=number,
        text=message.text,
        location=message.location,
        created_at=message.received_at,
        trace_id=None,
        attachments=files,
        keyword=message.keyword,
    )
