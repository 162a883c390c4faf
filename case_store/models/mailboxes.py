"""Mailboxes that are read: how far, by whom, and what is wrong with them."""

from datetime import datetime

from sqlalchemy import BigInteger, Float
from sqlalchemy.orm import Mapped, mapped_column

from case_store.models.base import Base


class Mailbox(Base):
    """The mailbox of one channel.

    `validity` and `last` are the server's numbers: of the mailbox as it was read, and of the last mail taken; None
    before the first reading. `lease_until` is in Unix seconds of `case_store/engine/clocks.py`: one process reads it.
    `read_at` is when it was last looked into, `trouble` why it cannot be since `trouble_at`.
    """

    __tablename__ = "mailbox"

    channel_id: Mapped[str] = mapped_column(primary_key=True)
    validity: Mapped[int | None] = mapped_column(BigInteger)
    last: Mapped[int | None] = mapped_column(BigInteger)
    lease_until: Mapped[float] = mapped_column(Float(53), default=0.0)
    lease_by: Mapped[str | None]
    read_at: Mapped[datetime | None]
    trouble: Mapped[str | None]
    trouble_detail: Mapped[str | None]
    trouble_at: Mapped[datetime | None]
