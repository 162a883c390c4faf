"""Conversations: what was said, by whom, in which order, and what came of it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column

from case_store.models.base import Base, one_of, primary_key


class RawEvent(Base):
    """A provider's request as it came: received once per (channel, external id); unreadable ones wait in quarantine."""

    __tablename__ = "raw_event"
    __table_args__ = (
        UniqueConstraint("channel_id", "external_id"),
        CheckConstraint(one_of("state", "accepted", "quarantined"), name="state"),
        Index("ix_raw_event_quarantined", "received_at", sqlite_where=text("state = 'quarantined'"),
              postgresql_where=text("state = 'quarantined'")),
    )  # fmt: skip

    id: Mapped[UUID] = primary_key()
    channel_id: Mapped[str]
    external_id: Mapped[str]
    state: Mapped[str] = mapped_column(default="accepted")
    payload: Mapped[dict[str, Any]]
    error: Mapped[str | None]
    trace_id: Mapped[str | None]
    received_at: Mapped[datetime]


class Conversation(Base):
    """One exchange: a contact point on a channel. `seq` numbers its messages and events together.

    `for_everybody`: it waits urgently for a team that has nobody on duty, so everybody at work sees it.
    `resident_wrote` is false where the town only writes: copies and codes sent to a mail address.
    `told_of` is the reference of the case that the town has written about, until the resident's words were taken.
    `unread_addition_at`: when its resident added to a case while the bot held it, until somebody on the staff looks.
    `subject` and `thread` are those of the newest letter: what an answer goes back to, ids with a space between.
    The `last_*`, `unread`, `waiting_since` and `failed_deliveries` columns are the list's row, kept with each
    command so that the console's list needs no query per line.
    """

    __tablename__ = "conversation"
    __table_args__ = (
        UniqueConstraint("contact_point_id", "channel_id"),
        CheckConstraint(one_of("held_by", "bot", "queue", "agent"), name="held_by"),
        CheckConstraint(one_of("state", "open", "snoozed", "resolved"), name="state"),
        CheckConstraint("(held_by = 'agent') = (agent_id IS NOT NULL)", name="agent"),
        CheckConstraint("(state = 'snoozed') = (snoozed_until IS NOT NULL)", name="snoozed"),
        Index("ix_conversation_list", "last_message_at", "id"),
        Index("ix_conversation_state_list", "state", "last_message_at", "id"),
        Index("ix_conversation_team_list", "state", "team_code", "last_message_at", "id"),
        Index("ix_conversation_channel_list", "state", "channel_kind", "last_message_at", "id"),
        Index("ix_conversation_waits", "waiting_since", "id",
              sqlite_where=text("waiting_since IS NOT NULL"), postgresql_where=text("waiting_since IS NOT NULL")),
        Index("ix_conversation_queue", "queue_urgent", "waiting_since", "id",
              sqlite_where=text("held_by = 'queue'"), postgresql_where=text("held_by = 'queue'")),
        Index("ix_conversation_agent", "agent_id", "last_message_at", "id",
              sqlite_where=text("held_by = 'agent'"), postgresql_where=text("held_by = 'agent'")),
        Index("ix_conversation_snoozed", "snoozed_until",
              sqlite_where=text("state = 'snoozed'"), postgresql_where=text("state = 'snoozed'")),
        Index("ix_conversation_failed", "last_message_at", "id",
              sqlite_where=text("failed_deliveries > 0"), postgresql_where=text("failed_deliveries > 0")),
        Index("ix_conversation_unread_addition", "unread_addition_at", "id",
              sqlite_where=text("unread_addition_at IS NOT NULL"),
              postgresql_where=text("unread_addition_at IS NOT NULL")),
    )  # fmt: skip

    id: Mapped[UUID] = primary_key()
    channel_id: Mapped[str]
    channel_kind: Mapped[str]
    contact_point_id: Mapped[UUID] = mapped_column(ForeignKey("contact_point.id"))
    resident_id: Mapped[UUID] = mapped_column(ForeignKey("resident.id"), index=True)
    language: Mapped[str]
    language_fixed: Mapped[bool] = mapped_column(default=False)
    state: Mapped[str] = mapped_column(default="open")
    held_by: Mapped[str] = mapped_column(default="bot")
    agent_id: Mapped[UUID | None] = mapped_column(ForeignKey("staff.id"))
    team_code: Mapped[str | None]
    queue_reason: Mapped[str | None]
    queue_summary: Mapped[str | None]
    queue_urgent: Mapped[bool] = mapped_column(default=False)
    for_everybody: Mapped[bool] = mapped_column(default=False, server_default=false())
    waiting_since: Mapped[datetime | None]
    snoozed_until: Mapped[datetime | None]
    dialogue: Mapped[dict[str, Any]]
    briefing: Mapped[dict[str, Any] | None]
    told_of: Mapped[str | None]
    subject: Mapped[str | None]
    thread: Mapped[str | None]
    unread_addition_at: Mapped[datetime | None]
    resident_wrote: Mapped[bool] = mapped_column(default=False, server_default=false())
    version: Mapped[int] = mapped_column(default=1)
    seq: Mapped[int] = mapped_column(default=0)
    unread: Mapped[int] = mapped_column(default=0)
    failed_deliveries: Mapped[int] = mapped_column(default=0)
    resident_seen_seq: Mapped[int] = mapped_column(default=0)
    last_message_at: Mapped[datetime]
    last_message_text: Mapped[str] = mapped_column(default="")
    last_message_author: Mapped[str] = mapped_column(default="resident")
    created_at: Mapped[datetime]


class Message(Base):
    """What was said. `audience` staff marks an internal note: no resident's read ever returns it.

    `keyword` is what the provider itself took an inbound message for: stop, start or help.
    """

    __tablename__ = "message"
    __table_args__ = (
        UniqueConstraint("conversation_id", "seq"),
        CheckConstraint(one_of("direction", "inbound", "outbound"), name="direction"),
        CheckConstraint(one_of("author", "resident", "bot", "agent", "system"), name="author"),
        CheckConstraint(one_of("audience", "resident", "staff"), name="audience"),
        CheckConstraint("direction = 'outbound' OR audience = 'resident'", name="note"),
        Index("ix_message_waiting", "conversation_id", "seq",
              sqlite_where=text("direction = 'inbound' AND turn_id IS NULL"),
              postgresql_where=text("direction = 'inbound' AND turn_id IS NULL")),
    )  # fmt: skip

    id: Mapped[UUID] = primary_key()
    conversation_id: Mapped[UUID] = mapped_column(ForeignKey("conversation.id"))
    seq: Mapped[int]
    direction: Mapped[str]
    author: Mapped[str]
    author_id: Mapped[UUID | None] = mapped_column(ForeignKey("staff.id"))
    audience: Mapped[str] = mapped_column(default="resident")
    kind: Mapped[str] = mapped_column(default="answer")
    text: Mapped[str]
    choices: Mapped[list[Any]]
    client_id: Mapped[str | None]
    keyword: Mapped[str | None]
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    turn_id: Mapped[UUID | None]
    trace_id: Mapped[str | None]
    created_at: Mapped[datetime]


class Attachment(Base):
    """A file that came with a message, or goes with one. `refusal` says why a file was not kept."""

    __tablename__ = "attachment"
    __table_args__ = (
        CheckConstraint(one_of("state", "pending", "stored", "refused"), name="state"),
        CheckConstraint("(state = 'refused') = (refusal IS NOT NULL)", name="refusal"),
        CheckConstraint("(state = 'stored') = (path IS NOT NULL)", name="path"),
    )

    id: Mapped[UUID] = primary_key()
    message_id: Mapped[UUID] = mapped_column(ForeignKey("message.id"), index=True)
    conversation_id: Mapped[UUID] = mapped_column(ForeignKey("conversation.id"), index=True)
    case_id: Mapped[UUID | None] = mapped_column(ForeignKey("case_file.id"), index=True)
    document_code: Mapped[str | None]
    addition_id: Mapped[UUID | None] = mapped_column(ForeignKey("case_addition.id"), index=True)
    filename: Mapped[str]
    content_type: Mapped[str]
    state: Mapped[str]
    refusal: Mapped[str | None]
    path: Mapped[str | None]
    thumbnail: Mapped[str | None]
    source_url: Mapped[str | None]
    size: Mapped[int | None]
    width: Mapped[int | None]
    height: Mapped[int | None]
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    created_at: Mapped[datetime]


class Turn(Base):
    """One turn of the dialogue with the facts it used: any past conversation can be decided again and compared."""

    __tablename__ = "turn"
    __table_args__ = (
        Index("ix_turn_given_up", "at",
              sqlite_where=text("outcome = 'given_up'"), postgresql_where=text("outcome = 'given_up'")),
        Index("ix_turn_at", "at", "id"),
    )  # fmt: skip

    id: Mapped[UUID] = primary_key()
    conversation_id: Mapped[UUID] = mapped_column(ForeignKey("conversation.id"), index=True)
    at: Mapped[datetime]
    outcome: Mapped[str]
    record: Mapped[dict[str, Any]]


class TimelineEvent(Base):
    """Something that happened, in the past tense, append-only, numbered within its aggregate."""

    __tablename__ = "timeline_event"
    __table_args__ = (
        UniqueConstraint("subject_id", "seq"),
        CheckConstraint(one_of("subject", "conversation", "case", "resident"), name="subject"),
        CheckConstraint(one_of("audience", "resident", "staff"), name="audience"),
        CheckConstraint(one_of("actor", "resident", "bot", "agent", "system"), name="actor"),
        Index("ix_timeline_event_taken_over", "at",
              sqlite_where=text("kind = 'taken_over'"), postgresql_where=text("kind = 'taken_over'")),
        Index("ix_timeline_event_handed_off", "at", "id",
              sqlite_where=text("kind = 'handed_off'"), postgresql_where=text("kind = 'handed_off'")),
    )  # fmt: skip

    id: Mapped[UUID] = primary_key()
    subject: Mapped[str]
    subject_id: Mapped[UUID]
    seq: Mapped[int]
    kind: Mapped[str]
    audience: Mapped[str] = mapped_column(default="staff")
    actor: Mapped[str]
    actor_id: Mapped[UUID | None] = mapped_column(ForeignKey("staff.id"))
    facts: Mapped[dict[str, Any]]
    at: Mapped[datetime]
