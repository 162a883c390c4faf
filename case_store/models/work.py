"""Due work of the hot path: turns to run and messages to deliver, claimed by lease.

Times here are Unix seconds of `case_store/engine/clocks.py`, not the town's: a fixed clock must not freeze a retry.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Float, ForeignKey, Index, Integer, UniqueConstraint, literal_column, text, true
from sqlalchemy.orm import Mapped, mapped_column

from case_store.models.base import Base, one_of, primary_key

DELIVERY_STATES = ("queued", "sending", "sent", "delivered", "read", "failed", "cancelled")
SETTLED, DOUBTED, RESENT = 0, 1, 2
"""A delivery's `doubt`: none; a call may have brought it to the provider; it was sent again all the same."""


class TurnDue(Base):
    """A conversation whose resident awaits a turn. `gen` grows with each message, so that none is missed.

    `lane` names who may run it: "worker", or a terminal that plays the conversation by itself.
    """

    __tablename__ = "turn_due"
    __table_args__ = (
        Index("ix_turn_due_due", "due_at", sqlite_where=text("lane = 'worker'"),
              postgresql_where=text("lane = 'worker'")),
    )  # fmt: skip

    conversation_id: Mapped[UUID] = mapped_column(ForeignKey("conversation.id"), primary_key=True)
    lane: Mapped[str] = mapped_column(default="worker")
    due_at: Mapped[float] = mapped_column(Float(53))
    gen: Mapped[int] = mapped_column(default=1)
    attempts: Mapped[int] = mapped_column(default=0)
    lease_until: Mapped[float] = mapped_column(Float(53), default=0.0)
    lease_by: Mapped[str | None]
    error: Mapped[str | None]


class Delivery(Base):
    """One part of one message on its way to one address; the row exists before the call is made.

    `thread` are the letters it goes back to, ids with a space between; `automatic`: no person wrote it.
    `doubt` decides whether it may be sent (SETTLED), only after a look at the provider (DOUBTED), or no more (RESENT).
    """

    __tablename__ = "delivery"
    __table_args__ = (
        UniqueConstraint("message_id", "part"),
        CheckConstraint(one_of("state", *DELIVERY_STATES), name="state"),
        Index("ix_delivery_due", "due_at", sqlite_where=text("state IN ('queued', 'sending')"),
              postgresql_where=text("state IN ('queued', 'sending')")),
        Index("ix_delivery_sending", "lease_until", "id", sqlite_where=text("state = 'sending'"),
              postgresql_where=text("state = 'sending'")),
        Index("ix_delivery_open", "conversation_id", "id", sqlite_where=text("state IN ('queued', 'sending')"),
              postgresql_where=text("state IN ('queued', 'sending')")),
        Index("ix_delivery_provider", "channel_id", "provider_id", unique=True,
              sqlite_where=text("provider_id IS NOT NULL"), postgresql_where=text("provider_id IS NOT NULL")),
    )  # fmt: skip

    id: Mapped[UUID] = primary_key()
    message_id: Mapped[UUID] = mapped_column(ForeignKey("message.id"))
    conversation_id: Mapped[UUID] = mapped_column(ForeignKey("conversation.id"))
    channel_id: Mapped[str]
    address: Mapped[str]
    part: Mapped[int] = mapped_column(default=1)
    parts: Mapped[int] = mapped_column(default=1)
    text: Mapped[str]
    subject: Mapped[str | None]
    thread: Mapped[str | None]
    choices: Mapped[list[Any]]
    lane: Mapped[str] = mapped_column(default="worker")
    state: Mapped[str] = mapped_column(default="queued")
    protected: Mapped[bool] = mapped_column(default=False)
    by_bot: Mapped[bool] = mapped_column(default=True)
    automatic: Mapped[bool] = mapped_column(default=True, server_default=true())
    due_at: Mapped[float] = mapped_column(Float(53))
    lease_until: Mapped[float] = mapped_column(Float(53), default=0.0)
    lease_by: Mapped[str | None]
    attempts: Mapped[int] = mapped_column(default=0)
    interrupted: Mapped[int] = mapped_column(default=0)
    doubt: Mapped[int] = mapped_column(default=SETTLED, server_default="0")
    possible_duplicate: Mapped[bool] = mapped_column(default=False)
    provider_id: Mapped[str | None]
    error_code: Mapped[str | None]
    error_detail: Mapped[str | None]
    advice: Mapped[str | None]
    trace_id: Mapped[str | None]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    # Every update counts, whoever writes it: a page that hears of two states knows which came later.
    revision: Mapped[int] = mapped_column(
        default=0, server_default="0", onupdate=literal_column("delivery.revision + 1", Integer)
    )
