"""Notices to the town's own people: a row and its job in one transaction, then sent, tried again, or shown as failed.

As with deliveries, `sending` is committed before the call: a process that dies between the two leaves a row that says
"perhaps sent", which is looked up at the provider before it is sent again.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from case_store.engine.session import now, ring
from case_store.engine.statements import add_once
from case_store.models import Notice
from case_store.work.jobs import enqueue
from kit.ids import uuid7

SEND = "send_notice"
RAISE_ALARM = "raise_alarm"
"""The job that tells the town's named addresses of a conversation in distress."""


@dataclass(frozen=True, slots=True)
class NewNotice:
    """A notice to write; `key` names its occasion and address."""

    key: str
    kind: str
    channel_id: str
    address: str
    language: str
    subject: str
    text: str


@dataclass(frozen=True, slots=True)
class NoticeToSend:
    """A notice in our hands. `in_doubt`: an earlier try may have reached the provider."""

    id: UUID
    channel_id: str
    address: str
    language: str
    subject: str
    text: str
    in_doubt: bool
    created_at: datetime


def write_notice(session: Session, *, notice: NewNotice) -> bool:
    """Writes it and has it sent, once per key; False when it was written before."""
    moment, notice_id = now(session), uuid7()
    row = {
        "id": notice_id,
        "key": notice.key,
        "kind": notice.kind,
        "channel_id": notice.channel_id,
        "address": notice.address,
        "language": notice.language,
        "subject": notice.subject,
        "text": notice.text,
        "state": "queued",
        "attempts": 0,
        "created_at": moment,
        "updated_at": moment,
    }
    if not add_once(session, "notice", ("key",), row):
        return False
    enqueue(session, SEND, {"notice_id": str(notice_id)})
    return True


def begin_notice(session: Session, *, notice_id: UUID) -> NoticeToSend | None:
    """Marks it `sending`; None when it has been settled."""
    row = session.get(Notice, notice_id, with_for_update=True)
    if row is None or row.state not in {"queued", "sending"}:
        return None
    in_doubt = row.state == "sending"
    row.state, row.attempts, row.updated_at = "sending", row.attempts + 1, now(session)
    return NoticeToSend(
        id=row.id,
        channel_id=row.channel_id,
        address=row.address,
        language=row.language,
        subject=row.subject,
        text=row.text,
        in_doubt=in_doubt,
        created_at=row.created_at,
    )


def record_notice_sent(session: Session, *, notice_id: UUID, provider_id: str | None) -> None:
    """The provider has accepted it."""
    _settle(session, notice_id, state="sent", provider_id=provider_id, error_code=None, error_detail=None, advice=None)


def postpone_notice(session: Session, *, notice_id: UUID, code: str, detail: str, in_doubt: bool) -> None:
    """Not accepted this time: the job comes back. In doubt it stays `sending`, so that it is looked up first."""
    state = "sending" if in_doubt else "queued"
    _settle(session, notice_id, state=state, error_code=code, error_detail=detail[:500])


def record_notice_failure(session: Session, *, notice_id: UUID, code: str, detail: str, advice: str) -> None:
    """Given up: supervisors see it with its reason and a retry."""
    _settle(session, notice_id, state="failed", error_code=code, error_detail=detail[:500], advice=advice)
    ring(session, "case")


def record_notice_receipt(session: Session, *, notice_id: UUID, failed: Mapping[str, str] | None) -> bool:
    """What the provider says later; only a failure changes anything. False when there is no such notice."""
    row = session.get(Notice, notice_id, with_for_update=True)
    if row is not None and failed and row.state in {"sending", "sent"}:
        row.state, row.advice, row.updated_at = "failed", "check_address", now(session)
        row.error_code, row.error_detail = failed["code"], failed["detail"][:500]
        ring(session, "case")
    return row is not None


def known_notice_ids(session: Session, *, address: str, since: datetime) -> frozenset[str]:
    """The provider's ids already tied to a notice to this address."""
    query = select(Notice.provider_id).where(Notice.address == address, Notice.updated_at >= since)
    return frozenset(found for found in session.scalars(query) if found)


def _settle(session: Session, notice_id: UUID, **values: str | None) -> None:
    session.connection().execute(
        update(Notice)
        .where(Notice.id == notice_id, Notice.state == "sending")
        .values(**values, updated_at=now(session))
    )
