"""Who answers a conversation: the bot, the queue or an agent - a lease the store enforces (law 5).

Every change of holder moves `version`, so a turn decided before it is discarded when it comes to apply. What agents do
takes their scope, and raises NotFound outside it.
"""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from case_store.actors import SYSTEM, Actor
from case_store.conversations.deliveries import cancel_bot_deliveries
from case_store.conversations.locking import (
    OpenedConversation,
    lock_conversation,
    lock_visible_conversation,
    note,
    save_conversation,
)
from case_store.conversations.saying import Outgoing, say
from case_store.conversations.uncovered import open_to_everybody
from case_store.engine.literals import word
from case_store.engine.session import now
from case_store.errors import HeldByAnother, NotFound, NotHeld, OptedOut, TransitionRefused, UnseenMessages
from case_store.kinds import QueueReason
from case_store.models import Conversation, Message, Staff, TimelineEvent
from case_store.staff.duty import is_covered
from case_store.staff.scope import Scope
from case_store.work.due import mark_turn_due

AUTOMATIC: Final = "autoreply"
"""Why agents may want to look at a conversation that the bot holds: an automatic answerer is suspected."""

_SNOOZED = Conversation.state == word("snoozed")


def hand_off(
    session: Session,
    conversation: OpenedConversation,
    *,
    actor: Actor,
    reason: QueueReason,
    summary: str,
    team_code: str | None = None,
    urgent: bool = False,
) -> None:
    """Into the queue, with why and since when; the caller saves. Already queued: only urgency and summary grow."""
    conversation.change(queue_summary=summary, team_code=team_code, queue_reason=reason, unread_addition_at=None)
    if urgent:
        conversation.change(queue_urgent=True)
    if conversation.held_by == "bot":
        conversation.change(held_by="queue", waiting_since=now(session), state="open", snoozed_until=None)
        conversation.version += 1
    note(
        session, conversation, "handed_off", actor=actor, facts={"reason": reason, "urgent": urgent, "team": team_code}
    )
    if urgent and conversation.held_by == "queue" and not is_covered(session, team_code):
        open_to_everybody(session, conversation)


def leave_queue(session: Session, conversation: OpenedConversation, *, actor: Actor) -> None:
    """The resident awaits nobody any more and the bot goes on; the caller saves. Changes nothing outside the queue."""
    if conversation.held_by != "queue":
        return
    _give_to_bot(conversation)
    note(session, conversation, "queue_left", actor=actor)


def take_over(session: Session, *, scope: Scope, conversation_id: UUID, actor: Actor) -> OpenedConversation:
    """The agent holds the conversation from now on; the bot's queued words are cancelled, visibly.

    Of two agents one wins: raises HeldByAnother for the other. Taking what one already holds changes nothing.
    """
    conversation = lock_visible_conversation(session, scope=scope, conversation_id=conversation_id)
    if conversation.held_by == "agent":
        if conversation.agent_id == actor.id:
            return conversation
        raise HeldByAnother(_holder_name(session, conversation.agent_id))
    cancelled = cancel_bot_deliveries(session, conversation_id=conversation_id)
    _hold(conversation, actor.id)
    note(session, conversation, "taken_over", actor=actor, facts={"cancelled": cancelled})
    save_conversation(session, conversation)
    return conversation


def reassign(
    session: Session,
    *,
    scope: Scope,
    conversation_id: UUID,
    actor: Actor,
    staff_id: UUID | None = None,
    team_code: str | None = None,
) -> None:
    """To a colleague, or to a team's queue when `staff_id` is None. The caller has checked the actor's right."""
    conversation = lock_visible_conversation(session, scope=scope, conversation_id=conversation_id)
    cancel_bot_deliveries(session, conversation_id=conversation_id)
    is_urgent = session.scalars(select(Conversation.queue_urgent).where(Conversation.id == conversation_id)).one()
    facts: dict[str, Any] = {"team": team_code}
    if staff_id is not None:
        staff = session.get(Staff, staff_id)
        if staff is None or not staff.active:
            raise NotFound("staff")
        _hold(conversation, staff_id)
        facts["to"] = staff.name
    else:
        _queue(session, conversation, reason="reassigned")
    if team_code is not None:
        conversation.change(team_code=team_code)
    note(session, conversation, "reassigned", actor=actor, facts=facts)
    if is_urgent and staff_id is None and not is_covered(session, team_code):
        open_to_everybody(session, conversation)
    save_conversation(session, conversation)


def hand_back(
    session: Session,
    *,
    scope: Scope,
    conversation_id: UUID,
    actor: Actor,
    briefing: str,
    resume: bool,
    silent: bool = False,
) -> None:
    """Back to the bot, with what it should know; a turn is due so that it speaks. Raises NotHeld.

    `silent`: it says nothing now, and knows when the resident writes.
    """
    conversation = _held(session, scope, conversation_id, actor)
    how = {"silent": True} if silent else {}
    _give_to_bot(conversation)
    conversation.change(state="open", snoozed_until=None, briefing={"text": briefing, "resume": resume, **how})
    facts = {"briefing": briefing, "resume": resume, **how}
    note(session, conversation, "handed_back", actor=actor, facts=facts)
    save_conversation(session, conversation)
    if not silent:
        mark_turn_due(session, conversation_id=conversation_id)


def reply(
    session: Session,
    *,
    scope: Scope,
    conversation_id: UUID,
    actor: Actor,
    outgoing: Outgoing,
    seen_seq: int | None = None,
) -> UUID:
    """An agent's answer on the resident's channel; gives the message id.

    Raises NotHeld, OptedOut, and UnseenMessages when the resident has written after `seen_seq` (send again to insist).
    """
    conversation = _held(session, scope, conversation_id, actor)
    if conversation.opted_out:
        raise OptedOut
    if seen_seq is not None and _has_unseen(session, conversation_id, seen_seq):
        raise UnseenMessages
    message_id, _ = say(session, conversation, author="agent", actor=actor, outgoing=outgoing)
    conversation.change(waiting_since=None, unread=0, queue_urgent=False)
    save_conversation(session, conversation)
    return message_id


def snooze(session: Session, *, scope: Scope, conversation_id: UUID, actor: Actor, until: datetime) -> None:
    """Out of sight until then, or until the resident writes. Raises NotHeld."""
    conversation = _held(session, scope, conversation_id, actor)
    conversation.change(state="snoozed", snoozed_until=until)
    note(session, conversation, "snoozed", actor=actor, facts={"until": until.isoformat()})
    save_conversation(session, conversation)


def wake(session: Session, *, scope: Scope, conversation_id: UUID, actor: Actor) -> None:
    """Back in sight before its time. Raises NotHeld."""
    conversation = _held(session, scope, conversation_id, actor)
    conversation.change(state="open", snoozed_until=None)
    note(session, conversation, "woken", actor=actor)
    save_conversation(session, conversation)


def wake_due(session: Session) -> int:
    """Reopens the conversations whose snooze has ended; returns how many. A resident whose agent meant to come back
    counts as waiting from the end of the snooze."""
    ended = Conversation.snoozed_until <= now(session)
    woken = 0
    due = session.execute(select(Conversation.id, Conversation.waiting_since).where(_SNOOZED, ended)).all()
    for conversation_id, waiting_since in due:
        conversation = lock_conversation(session, conversation_id=conversation_id)
        if conversation.state != "snoozed":
            continue  # another process, an agent or the resident was quicker
        since = waiting_since or now(session)
        conversation.change(state="open", snoozed_until=None, waiting_since=since)
        note(session, conversation, "woken", actor=SYSTEM)
        save_conversation(session, conversation)
        woken += 1
    return woken


def resolve(session: Session, *, scope: Scope, conversation_id: UUID, actor: Actor) -> None:
    """The exchange is over; the bot answers if the resident writes again. Raises NotHeld."""
    conversation = _held(session, scope, conversation_id, actor)
    waiting_since = session.scalar(select(Conversation.waiting_since).where(Conversation.id == conversation_id))
    _give_to_bot(conversation)
    conversation.change(state="resolved", snoozed_until=None, unread=0, dialogue={}, briefing=None)
    facts = {"waiting_since": waiting_since.isoformat()} if waiting_since else None
    note(session, conversation, "conversation_resolved", actor=actor, facts=facts)
    save_conversation(session, conversation)


def reopen(session: Session, *, scope: Scope, conversation_id: UUID, actor: Actor) -> None:
    """Takes back the end of an exchange, while nothing has happened since: its agent holds it, and it waits as before.

    Raises TransitionRefused when the resident or somebody else has gone on meanwhile.
    """
    conversation = lock_visible_conversation(session, scope=scope, conversation_id=conversation_id)
    last = session.execute(_last_event(conversation_id)).first()
    state = session.scalar(select(Conversation.state).where(Conversation.id == conversation_id))
    if state != "resolved" or last is None or (last.kind, last.actor_id) != ("conversation_resolved", actor.id):
        raise TransitionRefused(str(state))
    waited = last.facts.get("waiting_since")
    _hold(conversation, actor.id)
    conversation.change(waiting_since=datetime.fromisoformat(waited) if waited else None)
    note(session, conversation, "conversation_reopened", actor=actor)
    save_conversation(session, conversation)


def _held(session: Session, scope: Scope, conversation_id: UUID, actor: Actor) -> OpenedConversation:
    conversation = lock_visible_conversation(session, scope=scope, conversation_id=conversation_id)
    if conversation.held_by != "agent" or conversation.agent_id != actor.id:
        raise NotHeld
    return conversation


def _give_to_bot(conversation: OpenedConversation) -> None:
    """The bot answers from now on, and the resident awaits nobody of the town."""
    conversation.version += 1
    conversation.change(held_by="bot", agent_id=None, for_everybody=False, waiting_since=None)
    conversation.change(queue_reason=None, queue_summary=None, queue_urgent=False)


def _hold(conversation: OpenedConversation, staff_id: UUID | None) -> None:
    _give_to_people(conversation)
    conversation.change(held_by="agent", agent_id=staff_id, briefing=None)


def _queue(session: Session, conversation: OpenedConversation, *, reason: QueueReason) -> None:
    _give_to_people(conversation)
    conversation.change(held_by="queue", agent_id=None, queue_reason=reason, waiting_since=now(session))


def _give_to_people(conversation: OpenedConversation) -> None:
    """Whoever holds it now looks at it as it stands: awake, with nothing of before left to be seen."""
    conversation.version += 1
    conversation.change(state="open", snoozed_until=None, for_everybody=False, unread_addition_at=None)


def _last_event(conversation_id: UUID) -> Any:
    query = select(TimelineEvent.kind, TimelineEvent.actor_id, TimelineEvent.facts)
    return query.where(TimelineEvent.subject_id == conversation_id).order_by(TimelineEvent.seq.desc()).limit(1)


def _has_unseen(session: Session, conversation_id: UUID, seen_seq: int) -> bool:
    query = select(Message.id).where(
        Message.conversation_id == conversation_id, Message.seq > seen_seq, Message.direction == "inbound"
    )
    return session.execute(query.limit(1)).first() is not None


def _holder_name(session: Session, staff_id: UUID | None) -> str:
    staff = session.get(Staff, staff_id) if staff_id else None
    return staff.name if staff else ""
