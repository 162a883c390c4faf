"""An agent writes first, or files a case for somebody who called or came: what begins in the console."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from case_store.actors import Actor
from case_store.conversations.locking import lock_conversation, lock_visible_conversation, note, save_conversation
from case_store.conversations.ownership import take_over
from case_store.conversations.reaching import ensure_conversation
from case_store.conversations.saying import Outgoing, say
from case_store.errors import OptedOut
from case_store.models import Message
from case_store.residents.people import ensure_contact_point
from case_store.staff.scope import Scope


@dataclass(frozen=True, slots=True)
class Address:
    """Where somebody is reached: an address in its normal form, and the channel by which the town writes first."""

    kind: str
    address: str
    channel_id: str
    channel_kind: str
    language: str


def start_conversation(session: Session, *, scope: Scope, actor: Actor, to: Address) -> UUID:
    """Opens the conversation with this address, new or known, and has the agent hold it; gives its id.

    Raises OptedOut after a STOP, HeldByAnother, and NotFound where the conversation is another team's.
    """
    contact = ensure_contact_point(session, kind=to.kind, address=to.address, language=to.language)
    if contact.opted_out:
        raise OptedOut
    conversation_id = ensure_conversation(
        session, contact=contact, channel_id=to.channel_id, channel_kind=to.channel_kind, language=to.language
    )
    conversation = lock_visible_conversation(session, scope=scope, conversation_id=conversation_id)
    if conversation.seq == 0:
        note(session, conversation, "conversation_started", actor=actor)
        save_conversation(session, conversation)
    take_over(session, scope=scope, conversation_id=conversation_id, actor=actor)
    return conversation_id


def acknowledge_once(
    session: Session, *, conversation_id: UUID, actor: Actor, client_id: str, file: Callable[[], Outgoing]
) -> UUID | None:
    """Has `file` do what is acknowledged, and says in the conversation what it gives, once for a `client_id`.

    Gives the message's id, None where that had been done. To an address after STOP nothing leaves; the message is kept.
    """
    conversation = lock_conversation(session, conversation_id=conversation_id)
    written = select(Message.id).where(Message.conversation_id == conversation_id, Message.client_id == client_id)
    if session.scalar(written.limit(1)) is not None:
        return None
    message_id, _ = say(session, conversation, author="system", actor=actor, outgoing=file())
    session.get_one(Message, message_id).client_id = client_id
    save_conversation(session, conversation)
    return message_id
