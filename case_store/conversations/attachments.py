"""Files that came by address: announced with their message, fetched later by a job."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, exists, or_, select
from sqlalchemy.orm import Session

from case_store.actors import BOT, SYSTEM
from case_store.conversations.locking import lock_conversation, note, save_conversation
from case_store.conversations.receiving import NewAttachment
from case_store.conversations.saying import Outgoing, say
from case_store.errors import NotFound
from case_store.kinds import ConversationEvent
from case_store.models import Attachment, Case, Conversation
from case_store.staff.scope import Scope

Notice = Callable[[str, str, str], Outgoing]
"""What the resident is told of a refusal: (channel kind, language, refusal)."""


@dataclass(frozen=True, slots=True)
class PendingFile:
    """A file still to be fetched."""

    id: UUID
    conversation_id: UUID
    channel_id: str
    filename: str
    source_url: str


def find_pending_file(session: Session, *, attachment_id: UUID) -> PendingFile | None:
    """None when it is settled already."""
    row = session.execute(
        select(Attachment.conversation_id, Conversation.channel_id, Attachment.filename, Attachment.source_url)
        .join(Conversation, Conversation.id == Attachment.conversation_id)
        .where(Attachment.id == attachment_id, Attachment.state == "pending")
    ).first()
    return PendingFile(attachment_id, row[0], row[1], row[2], row[3] or "") if row else None


def find_newest_files(session: Session, *, limit: int) -> list[str]:
    """The relative paths of the files kept last."""
    query = select(Attachment.path).where(Attachment.state == "stored").order_by(Attachment.id.desc()).limit(limit)
    return [path for path in session.scalars(query) if path]


def get_visible_attachment(session: Session, *, scope: Scope, attachment_id: UUID) -> Attachment:
    """Raises NotFound for a file of a conversation that the scope may not see."""
    query = (
        select(Attachment)
        .join(Conversation, Conversation.id == Attachment.conversation_id)
        .where(Attachment.id == attachment_id, or_(scope.conversations(), _of_visible_case(scope)))
    )
    attachment = session.scalar(query)
    if attachment is None:
        raise NotFound("attachment")
    return attachment


def _of_visible_case(scope: Scope) -> ColumnElement[bool]:
    return exists().where(Case.id == Attachment.case_id, scope.cases())


def complete_attachment(session: Session, *, attachment_id: UUID, fetched: NewAttachment, notice: Notice) -> bool:
    """Stores what became of a pending file, once; False when that was settled already.

    Of a refusal the resident is told by the bot, unless an agent holds the conversation and sees it there.
    """
    pending = find_pending_file(session, attachment_id=attachment_id)
    if pending is None:
        return False
    conversation = lock_conversation(session, conversation_id=pending.conversation_id)
    file = session.get_one(Attachment, attachment_id, with_for_update=True)
    if file.state != "pending":
        return False
    _fill(file, fetched)
    session.flush()
    kind: ConversationEvent = "file_refused" if fetched.refusal else "file_fetched"
    note(
        session, conversation, kind, actor=SYSTEM, facts={"attachment": str(attachment_id), "refusal": fetched.refusal}
    )
    if fetched.refusal and conversation.held_by != "agent":
        words = notice(conversation.channel_kind, conversation.language, fetched.refusal)
        say(session, conversation, author="bot", actor=BOT, outgoing=words)
    save_conversation(session, conversation)
    return True


def _fill(file: Attachment, fetched: NewAttachment) -> None:
    file.state, file.refusal = fetched.state, fetched.refusal
    file.content_type = fetched.content_type
    file.path, file.thumbnail = fetched.path, fetched.thumbnail
    file.size, file.width, file.height = fetched.size, fetched.width, fetched.height
    if fetched.location is not None:
        file.latitude, file.longitude = fetched.location
