"""Residents and the addresses they are reached at."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from case_store.models.base import Base, one_of, primary_key


class Resident(Base):
    """A person the town knows by at least one contact point; the name is what they said, proven or not."""

    __tablename__ = "resident"

    id: Mapped[UUID] = primary_key()
    name: Mapped[str | None]
    language: Mapped[str]
    created_at: Mapped[datetime]
    seq: Mapped[int] = mapped_column(default=0)


class ContactPoint(Base):
    """An address of one resident on one kind of channel, in normal form. `level` says how proven it is."""

    __tablename__ = "contact_point"
    __table_args__ = (
        UniqueConstraint("kind", "address"),
        # Which kinds there are is said by the channels: a new one needs no migration.
        CheckConstraint("kind <> '' AND kind = lower(kind)", name="kind"),
        CheckConstraint(one_of("level", "declared", "confirmed", "verified"), name="level"),
    )

    id: Mapped[UUID] = primary_key()
    kind: Mapped[str]
    address: Mapped[str]
    resident_id: Mapped[UUID] = mapped_column(ForeignKey("resident.id"), index=True)
    level: Mapped[str] = mapped_column(default="declared")
    opted_out: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]


class SearchKey(Base):
    """A piece by whose beginning a resident is found: of their name (kind "name"), or of an address of that kind.

    Which pieces there are is said by `case_store/residents/search_keys.py`.
    """

    __tablename__ = "search_key"
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012 - read by SQLAlchemy at class creation

    kind: Mapped[str] = mapped_column(primary_key=True)
    # Compared letter by letter, so that the index serves every range of beginnings.
    key: Mapped[str] = mapped_column(String().with_variant(String(collation="C"), "postgresql"), primary_key=True)
    resident_id: Mapped[UUID] = mapped_column(ForeignKey("resident.id"), primary_key=True, index=True)


class OptOutEntry(Base):
    """The ledger of STOP and START, append-only; `contact_point.opted_out` is its latest line."""

    __tablename__ = "opt_out"
    __table_args__ = (CheckConstraint(one_of("kind", "stop", "start"), name="kind"),)

    id: Mapped[UUID] = primary_key()
    contact_point_id: Mapped[UUID] = mapped_column(ForeignKey("contact_point.id"), index=True)
    kind: Mapped[str]
    actor: Mapped[str]
    at: Mapped[datetime]
