"""The mailboxes of the town's channels: read by one process at a time, from where the last one stopped."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from case_store.engine.clocks import machine_clock
from case_store.engine.session import now
from case_store.engine.statements import upsert
from case_store.models import Mailbox

LEASE_SECONDS = 150.0
"""How long a mailbox stays with the process that reads it; renewed at each look into it."""


@dataclass(frozen=True, slots=True)
class MailboxState:
    """A mailbox in our hands. `validity` and `last` are None before the first reading; `read_at` as in the model."""

    validity: int | None
    last: int | None
    read_at: datetime | None


@dataclass(frozen=True, slots=True)
class MailboxTrouble:
    """Why a mailbox cannot be read: `code` as in channels/boxes.py, a sentence, and since when."""

    channel_id: str
    code: str
    detail: str
    since: datetime


def claim_mailbox(session: Session, *, channel_id: str, reader: str) -> MailboxState | None:
    """Leases the mailbox to `reader`, or renews its lease; None while another reads it."""
    fresh = upsert(session)(Mailbox).on_conflict_do_nothing(index_elements=["channel_id"])
    session.execute(fresh, {"channel_id": channel_id, "lease_until": 0.0})
    free = or_(Mailbox.lease_by == reader, Mailbox.lease_until < machine_clock())
    claimed = (
        update(Mailbox)
        .where(Mailbox.channel_id == channel_id, free)
        .values(lease_by=reader, lease_until=machine_clock() + LEASE_SECONDS)
        .returning(Mailbox.validity, Mailbox.last, Mailbox.read_at)
    )
    row = session.execute(claimed).first()
    return MailboxState(row.validity, row.last, row.read_at) if row else None


def record_reading(session: Session, *, channel_id: str, validity: int, last: int | None) -> None:
    """Notes how far the mailbox has been read; there is no trouble with it any more. `last` None leaves it."""
    moved: dict[str, Any] = {} if last is None else {"validity": validity, "last": last}
    _change(session, channel_id, read_at=now(session), trouble=None, trouble_detail=None, trouble_at=None, **moved)


def record_trouble(session: Session, *, channel_id: str, code: str, detail: str) -> None:
    """Notes why the mailbox cannot be read; a trouble that lasts keeps the moment when it began."""
    known = session.execute(select(Mailbox.trouble_at).where(Mailbox.channel_id == channel_id)).scalar_one_or_none()
    _change(session, channel_id, trouble=code, trouble_detail=detail, trouble_at=known or now(session))


def release_mailbox(session: Session, *, channel_id: str, reader: str) -> None:
    """Another process may read it at once."""
    session.execute(
        update(Mailbox)
        .where(Mailbox.channel_id == channel_id, Mailbox.lease_by == reader)
        .values(lease_until=0.0, lease_by=None)
    )


def take_over_mailboxes(session: Session) -> None:
    """Ends all leases; called when the only serving process starts, so their holders have ended."""
    session.execute(update(Mailbox).values(lease_until=0.0, lease_by=None))


def find_troubles(session: Session) -> list[MailboxTrouble]:
    """The mailboxes that cannot be read, by channel."""
    columns = (Mailbox.channel_id, Mailbox.trouble, Mailbox.trouble_detail, Mailbox.trouble_at)
    found = session.execute(select(*columns).where(Mailbox.trouble.is_not(None)).order_by(Mailbox.channel_id))
    return [MailboxTrouble(row.channel_id, row.trouble, row.trouble_detail, row.trouble_at) for row in found]


def _change(session: Session, channel_id: str, **values: Any) -> None:
    session.execute(update(Mailbox).where(Mailbox.channel_id == channel_id).values(**values))
