"""What the town tells its own people by mail or text message: alarms, and cases that have come in."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from case_store.models.base import Base, one_of, primary_key


class Notice(Base):
    """One message to one address of the town's own. `key` names its occasion: the same one is never written twice.

    It holds references and links, never words of a resident.
    """

    __tablename__ = "notice"
    __table_args__ = (
        UniqueConstraint("key"),
        CheckConstraint(one_of("kind", "distress", "new_cases"), name="kind"),
        CheckConstraint(one_of("state", "queued", "sending", "sent", "failed"), name="state"),
        Index("ix_notice_failed", "created_at",
              sqlite_where=text("state = 'failed'"), postgresql_where=text("state = 'failed'")),
    )  # fmt: skip

    id: Mapped[UUID] = primary_key()
    key: Mapped[str]
    kind: Mapped[str]
    channel_id: Mapped[str]
    address: Mapped[str]
    language: Mapped[str]
    subject: Mapped[str]
    text: Mapped[str]
    state: Mapped[str] = mapped_column(default="queued")
    attempts: Mapped[int] = mapped_column(default=0)
    provider_id: Mapped[str | None]
    error_code: Mapped[str | None]
    error_detail: Mapped[str | None]
    advice: Mapped[str | None]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
