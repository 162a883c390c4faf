"""Deliveries on the hot path: claim, outcome, receipts, retry. The row exists before the call is made.

`sending` is committed before the network call, so a process killed between the two leaves a row that says
"perhaps sent": `claim_interrupted` finds it and the worker looks it up at the provider before sending again.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import case, exists, select, update
from sqlalchemy.orm import Session, aliased

from case_store.actors import Actor
from case_store.errors import NotFound, TransitionRefused
from case_store.messages import lock_conversation, save_conversation
from case_store.models import Conversation, Delivery, Message
from case_store.session import now, ring
from case_store.timeline import record
from kit.clock import machine_time

LEASE_SECONDS = 30.0
_RANK = {"queued": 0, "sending": 1, "sent": 2, "failed": 3, "delivered": 4, "read": 5}


@dataclass(frozen=True, slots=True)
class ClaimedDelivery:
    """A delivery in our hands, marked `sending`. `interrupted` counts how often its process died while sending."""

    id: UUID
    conversation_id: UUID
    message_id: UUID
    channel_id: str
    address: str
    text: str
    choices: Sequence[Sequence[str]]
    part: int
    attempts: int
    interrupted: int
    trace_id: str | None
    created_at: datetime


_CLAIMED = (
    Delivery.id,
    Delivery.conversation_id,
    Delivery.message_id,
    Delivery.channel_id,
    Delivery.address,
    Delivery.text,
    Delivery.choices,
    Delivery.part,
    Delivery.attempts,
    Delivery.interrupted,
    Delivery.trace_id,
    Delivery.created_at,
)


def claim_deliveries(session: Session, *, worker: str, limit: int) -> list[ClaimedDelivery]:
    """The due deliveries of up to `limit` conversations, in order, marked `sending`.

    Only the oldest open delivery of a conversation makes it eligible; its followers come along,
    so one conversation's messages are never sent by two workers at once or out of order.
    """
    moment = machine_time()
    earlier = aliased(Delivery)
    blocked = exists().where(
        earlier.conversation_id == Delivery.conversation_id,
        earlier.id < Delivery.id,
        earlier.state.in_(("queued", "sending")),
    )
    heads = (
        select(Delivery.conversation_id)
        .where(Delivery.state == "queued", Delivery.lane == "worker", Delivery.due_at <= moment, ~blocked)
        .order_by(Delivery.due_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    claim = (
        update(Delivery)
        .where(
            Delivery.state == "queued",
            Delivery.lane == "worker",
            Delivery.due_at <= moment,
            Delivery.conversation_id.in_(heads.scalar_subquery()),
        )
        .values(state="sending", lease_until=moment + LEASE_SECONDS, lease_by=worker, attempts=Delivery.attempts + 1)
        .returning(*_CLAIMED)
    )
    rows = session.connection().execute(claim)
    return sorted((ClaimedDelivery(*row) for row in rows), key=lambda row: row.id)


def claim_interrupted(session: Session, *, worker: str, limit: int) -> list[ClaimedDelivery]:
    """Deliveries left in `sending` by a process that died: leased anew, to be reconciled with the provider."""
    moment = machine_time()
    dead = (
        select(Delivery.id)
        .where(Delivery.state == "sending", Delivery.lane == "worker", Delivery.lease_until < moment)
        .order_by(Delivery.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    claim = (
        update(Delivery)
        .where(Delivery.id.in_(dead.scalar_subquery()))
        .values(lease_until=moment + LEASE_SECONDS, lease_by=worker, interrupted=Delivery.interrupted + 1)
        .returning(*_CLAIMED)
    )
    rows = session.connection().execute(claim)
    return sorted((ClaimedDelivery(*row) for row in rows), key=lambda row: row.id)


def claim_terminal_deliveries(session: Session, *, conversation_id: UUID, lane: str) -> list[ClaimedDelivery]:
    """What a terminal that plays the resident must print now."""
    claim = (
        update(Delivery)
        .where(Delivery.conversation_id == conversation_id, Delivery.lane == lane, Delivery.state == "queued")
        .values(state="delivered", attempts=1, updated_at=now(session))
        .returning(*_CLAIMED)
    )
    rows = session.connection().execute(claim)
    return sorted((ClaimedDelivery(*row) for row in rows), key=lambda row: row.id)


def known_provider_ids(session: Session, *, channel_id: str, address: str, since: datetime) -> frozenset[str]:
    """The provider's ids already tied to a delivery to this address: those are not the one being looked for."""
    query = select(Delivery.provider_id).where(
        Delivery.channel_id == channel_id,
        Delivery.address == address,
        Delivery.created_at >= since,
        Delivery.provider_id.is_not(None),
    )
    return frozenset(found for found in session.scalars(query) if found)


def record_sent(
    session: Session, *, delivery_id: UUID, provider_id: str | None, state: str, possible_duplicate: bool = False
) -> None:
    """The provider accepted it. A receipt that overtook this outcome is not undone."""
    session.connection().execute(
        update(Delivery)
        .where(Delivery.id == delivery_id)
        .values(
            state=case((Delivery.state == "sending", state), else_=Delivery.state),
            provider_id=provider_id,
            possible_duplicate=possible_duplicate,
            error_code=case((Delivery.state == "sending", None), else_=Delivery.error_code),
            updated_at=now(session),
        )
    )


def postpone(
    session: Session, *, delivery_id: UUID, due_at: float, code: str, detail: str, advice: str, tried: bool = True
) -> None:
    """Not accepted this time: queued again for `due_at` (machine seconds). Without `tried` it counts as no attempt."""
    session.connection().execute(
        update(Delivery)
        .where(Delivery.id == delivery_id, Delivery.state == "sending")
        .values(
            state="queued",
            due_at=due_at,
            lease_until=0.0,
            attempts=Delivery.attempts if tried else Delivery.attempts - 1,
            error_code=code,
            error_detail=detail[:500],
            advice=advice,
            updated_at=now(session),
        )
    )


def record_failure(session: Session, *, delivery_id: UUID, code: str, detail: str, advice: str) -> None:
    """Given up: shown to agents with its reason and a retry."""
    conversation_id = session.execute(
        select(Delivery.conversation_id).where(Delivery.id == delivery_id)
    ).scalar_one_or_none()
    if conversation_id is None:
        raise NotFound("delivery")
    conversation = lock_conversation(session, conversation_id=conversation_id)
    failed = session.connection().execute(
        update(Delivery)
        .where(Delivery.id == delivery_id, Delivery.state.in_(("queued", "sending", "sent")))
        .values(
            state="failed",
            error_code=code,
            error_detail=detail[:500],
            advice=advice,
            lease_until=0.0,
            updated_at=now(session),
        )
    )
    if failed.rowcount == 0:
        return
    conversation.changes["failed_deliveries"] = Conversation.failed_deliveries + 1
    _tell(session, conversation, "delivery_failed", Actor("system"), {"code": code, "delivery": str(delivery_id)})
    save_conversation(session, conversation)


def record_receipt(
    session: Session,
    *,
    channel_id: str,
    provider_id: str,
    state: str,
    delivery_id: UUID | None = None,
    error_code: str | None = None,
    error_text: str | None = None,
) -> bool:
    """What the provider says later, in any order; a lower state never replaces a higher one. False when unknown."""
    query = select(Delivery.id, Delivery.state, Delivery.conversation_id, Delivery.message_id)
    key = Delivery.id == delivery_id if delivery_id else Delivery.provider_id == provider_id
    row = session.execute(query.where(Delivery.channel_id == channel_id, key)).first()
    if row is None:
        return False
    if _RANK.get(state, 0) <= _RANK.get(row.state, 99):
        return True
    if state == "failed":
        record_failure(
            session,
            delivery_id=row.id,
            code=error_code or "provider_failed",
            detail=error_text or "",
            advice="check_address",
        )
        return True
    values: dict[str, Any] = {"state": state, "provider_id": provider_id, "updated_at": now(session)}
    session.connection().execute(update(Delivery).where(Delivery.id == row.id).values(**values))
    ring(session, "conversation", id=str(row.conversation_id), seq=0)
    return True


def retry_delivery(session: Session, *, delivery_id: UUID, actor: Actor) -> None:
    """An agent sends a failed delivery again. Raises NotFound, TransitionRefused."""
    delivery = session.get(Delivery, delivery_id)
    if delivery is None:
        raise NotFound("delivery")
    if delivery.state != "failed":
        raise TransitionRefused(delivery.state)
    conversation = lock_conversation(session, conversation_id=delivery.conversation_id)
    session.connection().execute(
        update(Delivery)
        .where(Delivery.id == delivery_id)
        .values(state="queued", due_at=machine_time(), attempts=0, interrupted=0, lane="worker", lease_until=0.0)
    )
    conversation.changes["failed_deliveries"] = Conversation.failed_deliveries - 1
    _tell(session, conversation, "delivery_retried", actor, {"delivery": str(delivery_id)})
    save_conversation(session, conversation)
    ring(session, "delivery")


def cancel_bot_deliveries(session: Session, *, conversation_id: UUID) -> int:
    """An agent takes over: what the bot still had to say is cancelled and stays visible."""
    cancelled = session.connection().execute(
        update(Delivery)
        .where(
            Delivery.conversation_id == conversation_id,
            Delivery.state == "queued",
            Delivery.by_bot.is_(True),
            Delivery.protected.is_(False),
        )
        .values(state="cancelled", error_code="taken_over", updated_at=now(session))
    )
    return cancelled.rowcount


def take_over_sending(session: Session) -> int:
    """At the start of the only serving process: whatever was `sending` was interrupted."""
    taken = session.connection().execute(
        update(Delivery).where(Delivery.state == "sending", Delivery.lane == "worker").values(lease_until=0.0)
    )
    return taken.rowcount


def find_deliveries(session: Session, *, conversation_id: UUID) -> list[Delivery]:
    """Every delivery of a conversation, oldest first."""
    query = select(Delivery).where(Delivery.conversation_id == conversation_id).order_by(Delivery.id)
    return list(session.scalars(query))


def get_message_conversation(session: Session, *, delivery_id: UUID) -> UUID:
    """The conversation a delivery belongs to. Raises NotFound."""
    query = select(Message.conversation_id).join(Delivery, Delivery.message_id == Message.id)
    found = session.execute(query.where(Delivery.id == delivery_id)).scalar_one_or_none()
    if found is None:
        raise NotFound("delivery")
    return found


def _tell(session: Session, conversation: Any, kind: str, actor: Actor, facts: dict[str, Any]) -> None:
    record(
        session,
        subject="conversation",
        subject_id=conversation.id,
        seq=conversation.next_seq(),
        kind=kind,
        actor=actor,
        facts=facts,
    )
