"""Commands as the console gives them: checked against the scope and carried out in one transaction."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import and_, case, select, update
from sqlalchemy.orm import Session

from case_store.actors import Actor
from case_store.cases.filing import change_state
from case_store.cases.visible import find_case_listeners, get_case_at_hand
from case_store.conversations.deliveries import get_message_conversation, retry_delivery
from case_store.conversations.failed_deliveries import give_up_delivery
from case_store.conversations.ownership import reassign, reply
from case_store.conversations.saying import Outgoing, add_note, lock_conversation, save_conversation, say
from case_store.conversations.threads import get_conversation
from case_store.errors import ChangedMeanwhile, Forbidden, NotFound, TransitionRefused
from case_store.models import Conversation, Message, Staff
from case_store.staff.scope import Scope

T = TypeVar("T")


def within_scope(session: Session, scope: Scope, command: Callable[..., T], facts: Mapping[str, Any]) -> T:
    """Carries the command out on `facts["conversation_id"]`, which the scope must see. Raises NotFound for others."""
    get_conversation(session, conversation_id=facts["conversation_id"], scope=scope)
    return command(session, **facts)


def reply_once(
    session: Session,
    *,
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
    known = _find_written(session, conversation_id, client_id, outgoing.text)
    if known is not None:
        return known
    message_id = reply(session, conversation_id=conversation_id, actor=actor, outgoing=outgoing, seen_seq=seen_seq)
    if replaces is not None:
        _replace(session, conversation_id, replaces, actor)
    return _sign(session, message_id, client_id)


def note_once(session: Session, *, conversation_id: UUID, actor: Actor, text: str, client_id: str) -> UUID:
    """`messages.add_note`, at most once per `client_id` and text."""
    known = _find_written(session, conversation_id, client_id, text)
    if known is not None:
        return known
    return _sign(session, add_note(session, conversation_id=conversation_id, actor=actor, text=text), client_id)


def reassign_held(
    session: Session,
    *,
    conversation_id: UUID,
    actor: Actor,
    any_conversation: bool,
    staff_id: UUID | None = None,
    team_code: str | None = None,
) -> None:
    """`ownership.reassign`, of one's own conversations or, for supervisors, of any. Raises Forbidden."""
    holder = lock_conversation(session, conversation_id=conversation_id).agent_id
    if not any_conversation and holder != actor.id:
        raise Forbidden
    reassign(session, conversation_id=conversation_id, actor=actor, staff_id=staff_id, team_code=team_code)


def retry_in_scope(session: Session, *, delivery_id: UUID, actor: Actor, scope: Scope) -> UUID:
    """Sends a failed delivery again; gives its conversation. Raises NotFound, TransitionRefused."""
    conversation_id = get_message_conversation(session, delivery_id=delivery_id)
    get_conversation(session, conversation_id=conversation_id, scope=scope)
    retry_delivery(session, delivery_id=delivery_id, actor=actor)
    return conversation_id


def dismiss_in_scope(session: Session, *, delivery_id: UUID, actor: Actor, scope: Scope) -> None:
    """A failed delivery is wanted no more. Raises NotFound, TransitionRefused."""
    conversation_id = get_message_conversation(session, delivery_id=delivery_id)
    get_conversation(session, conversation_id=conversation_id, scope=scope)
    give_up_delivery(session, delivery_id=delivery_id, actor=actor, why="dismissed")


def move_case(
    session: Session,
    *,
    case_id: UUID,
    scope: Scope,
    state: str,
    reason: str | None,
    actor: Actor,
    expected_version: int | None,
    tellings: Mapping[UUID, Outgoing],
) -> None:
    """Moves a case and tells those who follow it, each in their conversation: `tellings` by conversation.

    Raises NotFound, Forbidden, TransitionRefused, ReasonMissing, and ChangedMeanwhile when somebody has begun
    to follow the case since the tellings were written.
    """
    at_hand = get_case_at_hand(session, case_id=case_id, scope=scope)
    if not at_hand.may_change:
        raise Forbidden
    reference = at_hand.case.reference
    change_state(session, case_id=case_id, state=state, actor=actor, reason=reason, expected_version=expected_version)
    listeners = {listener.conversation_id for listener in find_case_listeners(session, case_id=case_id)}
    if listeners != tellings.keys():
        raise ChangedMeanwhile
    for conversation_id in sorted(tellings):
        conversation = lock_conversation(session, conversation_id=conversation_id)
        say(session, conversation, author="agent", actor=actor, outgoing=tellings[conversation_id])
        conversation.changes["told_of"] = reference
        if conversation.held_by == "agent" and conversation.agent_id == actor.id:
            conversation.changes.update(waiting_since=None, unread=0, queue_urgent=False)  # they have had an answer
        save_conversation(session, conversation)


def save_language(session: Session, *, staff_id: UUID, language: str) -> None:
    """The language a member of staff works in."""
    session.connection().execute(update(Staff).where(Staff.id == staff_id).values(language=language))


def save_shortcuts(session: Session, *, staff_id: UUID, active: bool) -> None:
    """Whether a member of staff wants the keyboard's single letters."""
    session.connection().execute(update(Staff).where(Staff.id == staff_id).values(shortcuts=active))


def mark_seen(session: Session, *, conversation_id: UUID, scope: Scope) -> None:
    """Somebody reads it: nothing is unread any more, unless another agent holds it and has yet to look."""
    conversation = get_conversation(session, conversation_id=conversation_id, scope=scope).conversation
    if conversation.held_by != "agent" or conversation.agent_id == scope.staff_id:
        # What was added to a case has been read: the resident's next word to the assistant is no such news.
        told = and_(Conversation.held_by == "bot", Conversation.queue_reason == "case_updated")
        session.connection().execute(
            update(Conversation)
            .where(Conversation.id == conversation_id, Conversation.unread > 0)
            .values(unread=0, queue_reason=case((told, None), else_=Conversation.queue_reason))
        )


def _replace(session: Session, conversation_id: UUID, delivery_id: UUID, actor: Actor) -> None:
    # Sent again or let be by somebody else meanwhile, or not of this conversation: there is nothing to replace.
    with suppress(NotFound, TransitionRefused):
        if get_message_conversation(session, delivery_id=delivery_id) == conversation_id:
            give_up_delivery(session, delivery_id=delivery_id, actor=actor, why="replaced")


def _find_written(session: Session, conversation_id: UUID, client_id: str, text: str) -> UUID | None:
    # The row lock comes first: of two requests with one id, the second must find the first one's message.
    lock_conversation(session, conversation_id=conversation_id)
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
