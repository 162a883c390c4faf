"""Cases: requests and reports, with the right to follow them."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from case_store.models.base import Base, one_of, primary_key

CASE_STATES = ("new", "open", "awaiting_resident", "resolved", "closed", "rejected", "cancelled")
_NOT_DONE = one_of("state", "new", "open", "awaiting_resident")
_DATED = "state IN ('new', 'open') AND clock_stopped_at IS NULL"
"""The cases whose promised date counts."""


class Counter(Base):
    """Running numbers, one row per name."""

    __tablename__ = "counter"

    name: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[int]


class Case(Base):
    """A request or a report. `fields` is a list of [name, value] pairs in the declaration's order.

    `team_told_at`: when its team was told that it has come in; None until then. `step`: the step of its service's
    workflow that an agent chose; None where the state says it all. `clock_stopped_at`: since when its date stands
    still.

    The table is `case_file` because `case` is a word of SQL.
    """

    __tablename__ = "case_file"
    __table_args__ = (
        UniqueConstraint("reference"),
        CheckConstraint(one_of("kind", "request", "report"), name="kind"),
        CheckConstraint(one_of("state", *CASE_STATES), name="state"),
        CheckConstraint(one_of("priority", "normal", "high"), name="priority"),
        CheckConstraint("state <> 'rejected' OR reason IS NOT NULL", name="reason"),
        Index("ix_case_file_place", "service_code", "latitude", "longitude",
              sqlite_where=text(_NOT_DONE), postgresql_where=text(_NOT_DONE)),
        # With the team: SQLite takes the index of teams otherwise, to ask whether somebody has a case of one's own.
        Index("ix_case_file_resident", "resident_id", "team_code"),
        Index("ix_case_file_version", "service_code", "service_version",
              sqlite_where=text(_NOT_DONE), postgresql_where=text(_NOT_DONE)),
        Index("ix_case_file_team_state", "team_code", "state", "due_at"),
        Index("ix_case_file_untold", "opened_at", "id", sqlite_where=text("team_told_at IS NULL"),
              postgresql_where=text("team_told_at IS NULL")),
        Index("ix_case_file_due", "due_at", sqlite_where=text(_DATED), postgresql_where=text(_DATED)),
    )  # fmt: skip

    id: Mapped[UUID] = primary_key()
    reference: Mapped[str]
    kind: Mapped[str]
    service_code: Mapped[str]
    service_version: Mapped[int]
    team_code: Mapped[str]
    state: Mapped[str]
    title: Mapped[str]
    priority: Mapped[str] = mapped_column(default="normal")
    fields: Mapped[list[Any]]
    documents: Mapped[dict[str, Any]]
    location_text: Mapped[str | None]
    location_entity: Mapped[str | None]
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    location_known: Mapped[bool] = mapped_column(default=False)
    language: Mapped[str]
    channel_kind: Mapped[str]
    resident_id: Mapped[UUID] = mapped_column(ForeignKey("resident.id"))
    contact_point_id: Mapped[UUID] = mapped_column(ForeignKey("contact_point.id"), index=True)
    opened_at: Mapped[datetime]
    due_at: Mapped[datetime]
    acknowledged_at: Mapped[datetime | None]
    resolved_at: Mapped[datetime | None]
    team_told_at: Mapped[datetime | None]
    reason: Mapped[str | None]
    step: Mapped[str | None]
    clock_stopped_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)
    seq: Mapped[int] = mapped_column(default=0)


class CaseAddition(Base):
    """What a resident added to a case after it was filed, in one go: their words, and the files that point here."""

    __tablename__ = "case_addition"
    __table_args__ = (Index("ix_case_addition_latest", "case_id", "id"),)

    id: Mapped[UUID] = primary_key()
    case_id: Mapped[UUID] = mapped_column(ForeignKey("case_file.id"))
    actor: Mapped[str]
    text: Mapped[str]
    at: Mapped[datetime]


class CaseConversation(Base):
    """Which conversations a case is told in: the one that opened it, and those that joined it."""

    __tablename__ = "case_conversation"
    __table_args__ = (CheckConstraint(one_of("role", "opened", "joined"), name="role"),)

    case_id: Mapped[UUID] = mapped_column(ForeignKey("case_file.id"), primary_key=True)
    conversation_id: Mapped[UUID] = mapped_column(ForeignKey("conversation.id"), primary_key=True, index=True)
    role: Mapped[str]
    at: Mapped[datetime]


class CaseFollowUp(Base):
    """A right to follow a case, by a code sent to a contact point and then by a browser session.

    Only hashes are kept. `session_hash` is set when the code has been used.
    """

    __tablename__ = "case_follow_up"
    __table_args__ = (UniqueConstraint("session_hash"),)

    id: Mapped[UUID] = primary_key()
    case_id: Mapped[UUID] = mapped_column(ForeignKey("case_file.id"), index=True)
    contact_point_id: Mapped[UUID] = mapped_column(ForeignKey("contact_point.id"), index=True)
    code_hash: Mapped[str]
    attempts: Mapped[int] = mapped_column(default=0)
    code_expires_at: Mapped[datetime]
    session_hash: Mapped[str | None]
    session_expires_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
