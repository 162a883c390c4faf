"""Step 1 of a message's life: store what arrived, once; the caller may then answer 200.

Core statements: this is the hot path.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from case_store.conversations.reaching import ensure_conversation
from case_store.engine.session import now, ring
from case_store.engine.statements import add, add_once, upsert
from case_store.kinds import WORKER
from case_store.models import Attachment, ContactPoint, Conversation, Message, RawEvent
from case_store.residents.people import ensure_contact_point
from case_store.work.due import mark_turn_due
from case_store.work.jobs import enqueue
from case_store.work.snapshots import SNAPSHOT, snapshot_of
from case_store.work.turns import ClaimedTurn
from kit.ids import uuid7

PREVIEW = 140


@dataclass(frozen=True, slots=True)
class NewAttachment:
    """A file already inspected: stored (`path`), refused (`refusal`) or still to be fetched (`source_url`)."""

    filename: str
    content_type: str
    state: str
    path: str | None = None
    thumbnail: str | None = None
    refusal: str | None = None
    source_url: str | None = None
    size: int | None = None
    width: int | None = None
    height: int | None = None
    location: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class NewMessage:
    """An inbound message in normal form, ready to be stored. `lane` names who will run the turn; None: nobody.

    `team_code`: the team that the channel belongs to. `quiet`: no person wrote it, so it asks for nobody's eyes.
    """

    channel_id: str
    channel_kind: str
    contact_kind: str
    address: str
    external_id: str
    text: str
    language: str
    payload: Mapping[str, Any]
    attachments: Sequence[NewAttachment] = ()
    location: tuple[float, float] | None = None
    client_id: str | None = None
    keyword: str | None = None
    trace_id: str | None = None
    lane: str | None = WORKER
    quiet: bool = False
    team_code: str | None = None


@dataclass(frozen=True, slots=True)
class Received:
    """Where the message stands now; `duplicate` when it had been received before; `turn`: the caller's to run."""

    message_id: UUID
    conversation_id: UUID
    seq: int
    duplicate: bool
    turn: ClaimedTurn | None = None


_CONVERSATION = (
    select(*SNAPSHOT, Conversation.seq, Conversation.waiting_since)
    .join(ContactPoint, ContactPoint.id == Conversation.contact_point_id)
    .where(
        ContactPoint.kind == bindparam("kind"),
        ContactPoint.address == bindparam("address"),
        Conversation.channel_id == bindparam("channel_id"),
    )
    .with_for_update(of=Conversation)
)
_STORED = (
    select(Message.id, Message.conversation_id, Message.seq)
    .join(RawEvent, RawEvent.id == Message.id)
    .where(RawEvent.channel_id == bindparam("channel_id"), RawEvent.external_id == bindparam("external_id"))
)
_TOUCH = (
    update(Conversation)
    .where(Conversation.id == bindparam("conversation"))
    .values(
        seq=bindparam("new_seq"),
        unread=Conversation.unread + 1,
        last_message_at=bindparam("moment"),
        last_message_text=bindparam("preview"),
        last_message_author="resident",
        resident_wrote=True,
        waiting_since=bindparam("waiting"),
        state="open",
        snoozed_until=None,
    )
    .execution_options(synchronize_session=False)
)
_TOUCH_QUIETLY = (
    update(Conversation)
    .where(Conversation.id == bindparam("conversation"))
    .values(seq=bindparam("new_seq"))
    .execution_options(synchronize_session=False)
)


def receive_message(session: Session, *, message: NewMessage, worker: str | None = None) -> Received:
    """Stores the raw event, the message and the due turn. A second receipt gives the first result.

    Given the name of a worker of this process, a new due turn is inserted under that worker's lease.
    """
    message_id = uuid7()
    if not _store_raw(session, message_id, message):
        return _first_result(session, message)
    conversation = _lock_conversation(session, message)
    seq = conversation.seq + 1
    moment = now(session)
    add(
        session,
        "message",
        {
            "id": message_id,
            "conversation_id": conversation.id,
            "seq": seq,
            "direction": "inbound",
            "author": "resident",
            "audience": "resident",
            "kind": "files" if message.attachments else "text",
            "text": message.text,
            "choices": [],
            "client_id": message.client_id,
            "keyword": message.keyword,
            "latitude": message.location[0] if message.location else None,
            "longitude": message.location[1] if message.location else None,
            "trace_id": message.trace_id,
            "created_at": moment,
        },
    )
    for attachment in message.attachments:
        store_attachment(session, message_id, conversation.id, attachment)
    waiting = conversation.waiting_since
    if waiting is None and conversation.held_by != "bot":
        waiting = moment
    touched = {"conversation": conversation.id, "new_seq": seq}
    if message.quiet:
        session.connection().execute(_TOUCH_QUIETLY, touched)
    else:
        seen = {"moment": moment, "preview": message.text[:PREVIEW], "waiting": waiting}
        session.connection().execute(_TOUCH, touched | seen)
    turn = None
    if message.lane is not None:
        gen = mark_turn_due(session, conversation_id=conversation.id, lane=message.lane, worker=worker)
        turn = ClaimedTurn(conversation.id, gen, 1, snapshot_of(session, conversation)) if gen else None
    ring(session, "conversation", id=str(conversation.id), seq=seq)
    return Received(message_id, conversation.id, seq, duplicate=False, turn=turn)


def quarantine(session: Session, *, channel_id: str, external_id: str, payload: Mapping[str, Any], error: str) -> None:
    """Keeps a signed request that could not be read, for an alarm and a later replay."""
    statement = upsert(session)(RawEvent).on_conflict_do_nothing(index_elements=["channel_id", "external_id"])
    session.execute(
        statement,
        {
            "id": uuid7(),
            "channel_id": channel_id,
            "external_id": external_id,
            "state": "quarantined",
            "payload": dict(payload),
            "error": error,
            "received_at": now(session),
        },
    )


def _store_raw(session: Session, message_id: UUID, message: NewMessage) -> bool:
    return add_once(
        session,
        "raw_event",
        ("channel_id", "external_id"),
        {
            "id": message_id,
            "channel_id": message.channel_id,
            "external_id": message.external_id,
            "state": "accepted",
            "payload": dict(message.payload),
            "trace_id": message.trace_id,
            "received_at": now(session),
        },
    )


def _first_result(session: Session, message: NewMessage) -> Received:
    row = session.execute(_STORED, {"channel_id": message.channel_id, "external_id": message.external_id}).one()
    return Received(row.id, row.conversation_id, row.seq, duplicate=True)


def _lock_conversation(session: Session, message: NewMessage) -> Any:
    key = {"kind": message.contact_kind, "address": message.address, "channel_id": message.channel_id}
    row = session.connection().execute(_CONVERSATION, key).first()
    if row is None:
        _open_conversation(session, message)
        row = session.connection().execute(_CONVERSATION, key).one()
    return row


def _open_conversation(session: Session, message: NewMessage) -> None:
    contact = ensure_contact_point(
        session, kind=message.contact_kind, address=message.address, language=message.language
    )
    ensure_conversation(
        session,
        contact=contact,
        channel_id=message.channel_id,
        channel_kind=message.channel_kind,
        language=message.language,
    )


def store_attachment(session: Session, message_id: UUID, conversation_id: UUID, attachment: NewAttachment) -> UUID:
    """Hangs a file on a message, and has it fetched where it is still to come; gives its id."""
    latitude, longitude = attachment.location or (None, None)
    attachment_id = uuid7()
    session.add(
        Attachment(
            id=attachment_id,
            message_id=message_id,
            conversation_id=conversation_id,
            filename=attachment.filename,
            content_type=attachment.content_type,
            state=attachment.state,
            refusal=attachment.refusal,
            path=attachment.path,
            thumbnail=attachment.thumbnail,
            source_url=attachment.source_url,
            size=attachment.size,
            width=attachment.width,
            height=attachment.height,
            latitude=latitude,
            longitude=longitude,
            created_at=now(session),
        )
    )
    if attachment.state == "pending":
        enqueue(session, "fetch_media", {"attachment_id": str(attachment_id)})
    return attachment_id
