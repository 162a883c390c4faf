"""Reaching a resident first: the conversation of a contact point on a channel, opened when there is none yet."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from case_store.engine.session import now
from case_store.engine.statements import add_once
from case_store.models import ContactPoint, Conversation
from kit.ids import uuid7


def ensure_conversation(
    session: Session, *, contact: ContactPoint, channel_id: str, channel_kind: str, language: str
) -> UUID:
    """The conversation's id; a new one starts with the bot."""
    moment, conversation_id = now(session), uuid7()
    row = {
        "id": conversation_id,
        "channel_id": channel_id,
        "channel_kind": channel_kind,
        "contact_point_id": contact.id,
        "resident_id": contact.resident_id,
        "language": language,
        "language_fixed": False,
        "state": "open",
        "held_by": "bot",
        "queue_urgent": False,
        "for_everybody": False,
        "resident_wrote": False,
        "dialogue": {},
        "version": 1,
        "seq": 0,
        "unread": 0,
        "failed_deliveries": 0,
        "resident_seen_seq": 0,
        "last_message_at": moment,
        "last_message_text": "",
        "last_message_author": "resident",
        "created_at": moment,
    }
    if add_once(session, "conversation", ("contact_point_id", "channel_id"), row):
        return conversation_id
    query = select(Conversation.id).where(
        Conversation.contact_point_id == contact.id, Conversation.channel_id == channel_id
    )
    return session.execute(query).scalar_one()
