"""What agents do in a conversation: checked against their scope and carried out in one transaction."""

from contextlib import suppress
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from case_store.actors import Actor
from case_store.conversations.deliveries import get_message_conversation
from case_store.conversations.failed_deliveries import give_up_delivery
from case_store.conversations.locking import lock_visible_conversation, save_conversation
from case_store.conversations.ownership import reassign, reply
from case_store.conversations.saying import Outgoing, add_note
from case_store.conversations.threads import get_conversation
from case_store.errors import Forbidden, NotFound, NotHeld, TransitionRefused
from case_store.models import Conversation, Message
from case_store.residents.people import confirm_name
from case_store.staff.scope import Scope


def reply_once(
    session: Session,
    *,
    scope: Scope,
    conversation_id: UUID,
    actor: Actor,
    outgoing: Outgoing,
    seen_seq: int | None,
    client_id: str,
    replaces: UUID | None,
) -> UUID:
    """`ownership.reply`, at most once per `client_id` and text: a page that got no answer may safely ask again.

    `replaces` is a failed delivery of the conversation that this reply stands for.
    """
    known = _find_written(session, scope, conversation_id, client_id, outgoing.text)
    if known is not None:
        return known
    message_id = reply(
        session, scope=scope, conversation_id=conversation_id, actor=actor, outgoing=outgoing, seen_seq=seen_seq
    )
    if replaces is not None:
        _replace(session, scope, conversation_id, replaces, actor)
    return _sign(session, message_id, client_id)


def note_once(
    session: Session, *, scope: Scope, conversation_id: UUID, actor: Actor, text: str, client_id: str
) -> UUID:
    """`saying.add_note`, at most once per `client_id` and text."""
    known = _find_written(session, scope, conversation_id, client_id, text)
    if known is not None:
        return known
    return _sign(
        session, add_note(session, scope=scope, conversation_id=conversation_id, actor=actor, text=text), client_id
    )


def reassign_held(
    session: Session,
    *,
    scope: Scope,
    conversation_id: UUID,
    actor: Actor,
    any_conversation: bool,
    staff_id: UUID | None = None,
    team_code: str | None = None,
) -> None:
    """`ownership.reassign`, of one's own conversations or, for supervisors, of any. Raises Forbidden."""
    holder = lock_visible_conversation(session, scope=scope, conversation_id=conversation_id).agent_id
    if not any_conversation and holder != actor.id:
        raise Forbidden
    reassign(session, scope=scope, conversation_id=conversation_id, actor=actor, staff_id=staff_id, team_code=team_code)


def mark_seen(session: Session, *, scope: Scope, conversation_id: UUID) -> None:
    """Sets the unread counter to zero, unless another agent holds the conversation: it is theirs to read."""
    conversation = get_conversation(session, conversation_id=conversation_id, scope=scope).conversation
    if conversation.held_by != "agent" or conversation.agent_id == scope.staff_id:
        unseen = or_(Conversation.unread > 0, Conversation.unread_addition_at.is_not(None))
        session.connection().execute(
            update(Conversation)
            .where(Conversation.id == conversation_id, unseen)
            .values(unread=0, unread_addition_at=None)
        )


def _replace(session: Session, scope: Scope, conversation_id: UUID, delivery_id: UUID, actor: Actor) -> None:
    # Sent again or let be by somebody else meanwhile, or not of this conversation: there is nothing to replace.
    with suppress(NotFound, TransitionRefused):
        if get_message_conversation(session, delivery_id=delivery_id) == conversation_id:
            give_up_delivery(session, scope=scope, delivery_id=delivery_id, actor=actor, why="replaced")


def _find_written(session: Session, scope: Scope, conversation_id: UUID, client_id: str, text: str) -> UUID | None:
    # The row lock comes first: of two requests with one id, the second must find the first one's message.
    lock_visible_conversation(session, scope=scope, conversation_id=conversation_id)
    query = select(Message.id).where(
        Message.conversation_id == conversation_id,
        Message.client_id == client_id,
        Message.direction == "outbound",
        Message.text == text,
    )
    return session.scalar(query.limit(1)) if client_id else None


def _sign(session: Session, message_id: UUID, client_id: str) -> UUID:
    if client_id:
        session.connection().execute(update(Message).where(Message.id == message_id).values(client_id=client_id))
    return message_id


def confirm_name_in(session: Session, *, scope: Scope, conversation_id: UUID, actor: Actor, name: str) -> None:
    """Writes the name of the resident of a conversation that the agent holds. Raises NotFound, NotHeld."""
    conversation = lock_visible_conversation(session, scope=scope, conversation_id=conversation_id)
    if conversation.agent_id != actor.id:
        raise NotHeld
    confirm_name(session, scope=scope, resident_id=conversation.resident_id, name=name, actor=actor)
    save_conversation(session, conversation)


def keep_dialogue(
    session: Session, *, scope: Scope, conversation_id: UUID, actor: Actor, dialogue: dict[str, Any]
) -> None:
    """Writes what the assistant will remember when the agent who holds the conversation hands it back.

    Raises NotFound, NotHeld.
    """
    conversation = lock_visible_conversation(session, scope=scope, conversation_id=conversation_id)
    if conversation.agent_id != actor.id:
        raise NotHeld
    conversation.change(dialogue=dialogue)
    save_conversation(session, conversation)
