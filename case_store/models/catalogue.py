"""What the town offered: each version of each of its services, kept for ever."""

from datetime import datetime
from typing import Any

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from case_store.models.base import Base


class ServiceVersion(Base):
    """A service as the town declared it. `content_hash` tells whether a declaration has been seen before.

    Rows never change and never go: cases and dialogues point to them by code and number. Triggers of the database
    refuse both; migration 0019 makes them.
    """

    __tablename__ = "service_version"
    __table_args__ = (UniqueConstraint("code", "content_hash"),)

    code: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    content_hash: Mapped[str]
    declaration: Mapped[dict[str, Any]]
    first_seen_at: Mapped[datetime]
