"""What one page needs of the store, read in one transaction."""

import hashlib
from dataclasses import dataclass
from uuid import UUID

from case_store.cases.finding import find_case_by_reference, find_case_conversations, find_conversation_cases
from case_store.cases.follow_up import find_followed_case
from case_store.conversations.own_threads import (
    find_conversation_of,
    find_own_messages,
    get_own_attachment,
    get_own_conversation,
)
from case_store.conversations.threads import ThreadMessage
from case_store.engine.session import StoreSession
from case_store.errors import NotFound
from case_store.models import Attachment, Case, Conversation, TimelineEvent
from case_store.timeline import find_events

PAGE = 60


@dataclass(frozen=True, slots=True)
class Chat:
    """A visitor's conversation: its latest messages, the one above them, and who answers."""

    conversation: Conversation | None
    agent_name: str | None = None
    messages: tuple[ThreadMessage, ...] = ()
    above: ThreadMessage | None = None
    earlier: bool = False


@dataclass(frozen=True, slots=True)
class FollowedCase:
    """A case open to this browser. `messages` are those of its conversation; empty for those who only joined it."""

    case: Case
    events: tuple[TimelineEvent, ...]
    conversation: Conversation | None
    messages: tuple[ThreadMessage, ...]
    own: bool

    @property
    def mark(self) -> str:
        """Moves when anything on the page of the case does."""
        said = [(message.seq, [file.state for file in message.attachments]) for message in self.messages]
        facts = (self.case.version, self.case.seq, self.own, said)
        return hashlib.sha256(repr(facts).encode()).hexdigest()[:16]


def read_chat(
    session: StoreSession,
    *,
    visitor: str,
    channel_id: str,
    after: int = 0,
    before: int | None = None,
    limit: int = PAGE,
) -> Chat:
    """The conversation of a visitor; an empty one when nothing was said yet."""
    conversation = find_conversation_of(session, contact_kind="visitor", address=visitor, channel_id=channel_id)
    if conversation is None:
        return Chat(None)
    head = get_own_conversation(session, conversation_id=conversation.id)
    found = find_own_messages(
        session,
        conversation_id=conversation.id,
        after_seq=after,
        before_seq=before,
        limit=limit + 1,
    )
    more, messages = len(found) > limit, found[-limit:]
    above = found[0] if more else _above(session, conversation.id, messages)
    return Chat(head.conversation, head.agent_name, tuple(messages), above, earlier=more and after == 0)


def _above(session: StoreSession, conversation_id: UUID, messages: list[ThreadMessage]) -> ThreadMessage | None:
    if not messages:
        return None
    found = find_own_messages(session, conversation_id=conversation_id, before_seq=messages[0].seq, limit=1)
    return found[0] if found else None


def read_own_cases(session: StoreSession, *, visitor: str, channel_id: str) -> list[Case]:
    """The cases told in this visitor's chat, newest first."""
    conversation = find_conversation_of(session, contact_kind="visitor", address=visitor, channel_id=channel_id)
    return find_conversation_cases(session, conversation_id=conversation.id) if conversation else []


def read_attachment(session: StoreSession, *, attachment_id: UUID, visitor: str, channel_id: str) -> Attachment:
    """A file of this visitor's own conversation. Raises NotFound for anybody else's."""
    conversation = find_conversation_of(session, contact_kind="visitor", address=visitor, channel_id=channel_id)
    own = [conversation.id] if conversation else []
    return get_own_attachment(session, attachment_id=attachment_id, conversation_ids=own)


def read_followed_attachment(session: StoreSession, *, attachment_id: UUID, token: str) -> Attachment:
    """A file of the case that this follow-up session may see, or of its conversation. Raises NotFound."""
    case = find_followed_case(session, token=token)
    if case is None:
        raise NotFound("attachment")
    own = find_case_conversations(session, case_id=case.id)[:1]
    return get_own_attachment(session, attachment_id=attachment_id, conversation_ids=own, case_id=case.id)


def read_followed(
    session: StoreSession, *, reference: str, token: str | None, visitor: str | None, channel_id: str
) -> FollowedCase | None:
    """The case, if the session's token or the visitor's own conversation opens it; None otherwise."""
    case = find_case_by_reference(session, reference=reference)
    if case is None:
        return None
    conversations = find_case_conversations(session, case_id=case.id)
    if token is not None:
        followed = find_followed_case(session, token=token)
        if followed is not None and followed.id == case.id:
            return _followed(session, case, conversations[0] if conversations else None, own=True)
    return _followed_by_visitor(session, case, conversations, visitor, channel_id) if visitor else None


def _followed_by_visitor(
    session: StoreSession, case: Case, conversations: list[UUID], visitor: str, channel_id: str
) -> FollowedCase | None:
    own = find_conversation_of(session, contact_kind="visitor", address=visitor, channel_id=channel_id)
    if own is None or own.id not in conversations:
        return None
    # Somebody who joined another person's report learns its state, never its details.
    opened = own.resident_id == case.resident_id or own.contact_point_id == case.contact_point_id
    return _followed(session, case, own.id if opened else None, own=opened)


def _followed(session: StoreSession, case: Case, conversation_id: UUID | None, *, own: bool) -> FollowedCase:
    events = find_events(session, subject_id=case.id, visible_to="resident")
    if conversation_id is None:
        return FollowedCase(case, tuple(events), None, (), own)
    head = get_own_conversation(session, conversation_id=conversation_id)
    messages = find_own_messages(session, conversation_id=conversation_id, limit=40)
    return FollowedCase(case, tuple(events), head.conversation, tuple(messages), own)
