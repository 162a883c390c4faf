"""An urgent conversation whose team has nobody on duty is shown to everybody at work, until somebody takes it.

The rule is kept on the conversation (`for_everybody`), so that every list, thread and live stream sees the same through
`Scope.conversations`: looked at when the conversation becomes urgent, when it goes to another team's queue, and by a
sweep each minute, because teams go home.
"""

from sqlalchemy import select
from sqlalchemy.orm import Session

from case_store.actors import SYSTEM
from case_store.conversations.locking import OpenedConversation, lock_conversation, note, save_conversation
from case_store.engine.literals import word
from case_store.models import Conversation
from case_store.staff.duty import find_teams_on_duty


def open_uncovered(session: Session) -> int:
    """Shows to everybody what waits urgently for a team that has gone home; gives how many. Mostly one query."""
    waiting = select(Conversation.id, Conversation.team_code).where(
        Conversation.held_by == word("queue"),
        Conversation.queue_urgent.is_(True),
        Conversation.for_everybody.is_(False),
        Conversation.team_code.is_not(None),
    )
    rows = session.execute(waiting).all()
    on_duty = find_teams_on_duty(session) if rows else frozenset()
    uncovered = [row.id for row in rows if row.team_code not in on_duty]
    for conversation_id in uncovered:
        conversation = lock_conversation(session, conversation_id=conversation_id)
        if conversation.held_by == "queue":
            open_to_everybody(session, conversation)
            save_conversation(session, conversation)
    return len(uncovered)


def open_to_everybody(session: Session, conversation: OpenedConversation) -> None:
    """Everybody at work sees it and may take it; the caller saves."""
    conversation.change(for_everybody=True)
    note(session, conversation, "opened_to_everybody", actor=SYSTEM)
