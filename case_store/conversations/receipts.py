"""What a provider says of a message later: sent, delivered, read, failed - in any order, even before its answer."""

from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import and_, bindparam, func, select, update
from sqlalchemy.orm import Session

from case_store.conversations.deliveries import FREE_ID, GIVEN_UP, SETTLES, count_failures, record_failure
from case_store.conversations.stops import STOPPED
from case_store.engine.literals import word, words
from case_store.engine.session import now, ring
from case_store.models import Delivery
from case_store.models.base import UtcDateTime
from case_store.work.notices import record_notice_receipt

_ORDER = ("queued", "sending", "sent", "failed", "delivered", "read")
"""A receipt moves a delivery to the right only: receipts come in any order."""

_RISING = ("sent", "delivered", "read")


def record_receipt(
    session: Session,
    *,
    channel_id: str,
    provider_id: str,
    state: str,
    delivery_id: UUID | None = None,
    error_code: str | None = None,
    error_text: str | None = None,
    advice: str = "none",
) -> bool:
    """What the provider says later, in any order; a lower state never replaces a higher one. False when unknown.

    `delivery_id` is what the provider gives back of ours: it finds the delivery before the provider's id is known.
    """
    key = {"channel": channel_id, "key": delivery_id or provider_id}
    if state in _RISING and _rise(session, key, state):
        return True
    row = session.connection().execute(_find(delivery_id is not None), key).first()
    if row is None:
        failed = {"code": error_code or "provider_failed", "detail": error_text or ""} if state == "failed" else None
        return delivery_id is not None and record_notice_receipt(session, notice_id=delivery_id, failed=failed)
    if _is_about_another_try(row, provider_id, state):
        return True
    if state == "failed":
        _keep_id(session, row, provider_id)
        advice = STOPPED if error_code == STOPPED else advice
        record_failure(
            session, delivery_id=row.id, code=error_code or "provider_failed", detail=error_text or "", advice=advice
        )
    elif row.state in _lower(state) or ("failed" in _lower(state) and _is_given_up(row)):
        _confirm(session, row, provider_id, state)
    return True


def _is_given_up(row: Any) -> bool:
    """Whether an agent wants it no more after it failed: it may have arrived all the same, and must then say so."""
    return row.state == "cancelled" and row.error_code in GIVEN_UP


def _is_about_another_try(row: Any, provider_id: str, state: str) -> bool:
    """Whether the receipt says nothing of the present try. What has arrived has arrived, by whichever try."""
    if state in ("delivered", "read") or row.provider_id is None:
        return False
    return bool(row.provider_id != provider_id or row.state in ("queued", "sending"))


def _keep_id(session: Session, row: Any, provider_id: str) -> None:
    """Of a try whose answer has not come: should an agent send it again, this one is not taken for the new one."""
    if row.provider_id is None:
        change = update(Delivery).where(Delivery.id == row.id).values(provider_id=FREE_ID)
        session.connection().execute(change, {"sid": provider_id})


def _lower(state: str) -> tuple[str, ...]:
    """The states that this one replaces."""
    return _ORDER[: _ORDER.index(state)]


@cache
def _find(by_own_id: bool) -> Any:
    query = select(Delivery.id, Delivery.state, Delivery.error_code, Delivery.conversation_id, Delivery.provider_id)
    return query.where(Delivery.channel_id == bindparam("channel"), _is_it(by_own_id))


def _is_it(by_own_id: bool) -> Any:
    if by_own_id:
        return Delivery.id == bindparam("key")
    return and_(Delivery.provider_id == bindparam("key"), Delivery.provider_id.is_not(None))


@cache
def _rising(state: str, by_own_id: bool) -> Any:
    """The usual receipt, in one statement: sent, then delivered, then read."""
    return (
        update(Delivery)
        .where(
            Delivery.channel_id == bindparam("channel"),
            _is_it(by_own_id),
            Delivery.state.in_(words(*_RISING[: _RISING.index(state)])),
        )
        .values(state=word(state), updated_at=bindparam("moment", type_=UtcDateTime()))
        .returning(Delivery.conversation_id)
    )


def _rise(session: Session, key: dict[str, Any], state: str) -> bool:
    if state == _RISING[0]:
        return False
    rising = _rising(state, isinstance(key["key"], UUID))
    row = session.connection().execute(rising, {**key, "moment": now(session)}).first()
    if row is not None:
        ring(session, "conversation", id=str(row.conversation_id), seq=0)
    return row is not None


def _confirm(session: Session, row: Any, provider_id: str, state: str) -> None:
    """Moves to a higher state. Failed and then delivered after all: no longer a failure."""
    known = func.coalesce(Delivery.provider_id, FREE_ID)
    change = update(Delivery).where(Delivery.id == row.id)
    change = change.values(state=state, provider_id=known, updated_at=now(session), **SETTLES)
    connection, recovered = session.connection(), 0
    if "failed" in _lower(state):
        recovered = connection.execute(change.where(Delivery.state == "failed"), {"sid": provider_id}).rowcount
        count_failures(session, row.conversation_id, -recovered)
        given_up = change.where(Delivery.state == "cancelled", Delivery.error_code.in_(GIVEN_UP))
        recovered += connection.execute(given_up, {"sid": provider_id}).rowcount
    others = [lower for lower in _lower(state) if lower != "failed"]
    moved = connection.execute(change.where(Delivery.state.in_(others)), {"sid": provider_id}).rowcount
    if moved or recovered:
        ring(session, "conversation", id=str(row.conversation_id), seq=0)
        ring(session, "delivery")  # what was queued behind this one may leave now
