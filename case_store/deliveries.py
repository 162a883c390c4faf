"""What becomes of deliveries: sent, put off, failed, confirmed later, tried again, cancelled."""

from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import Boolean, String, and_, bindparam, case, exists, or_, select, update
from sqlalchemy.orm import Session, aliased

from case_store.actors import SYSTEM, Actor
from case_store.errors import NotFound, OptedOut, TransitionRefused
from case_store.literals import word, words
from case_store.messages import OpenedConversation, lock_conversation, save_conversation
from case_store.models import ContactPoint, Conversation, Delivery, Message
from case_store.models.base import UtcDateTime
from case_store.session import now, ring
from case_store.stops import STOPPED, note_stop
from case_store.timeline import record
from kit.clock import machine_time

_ORDER = ("queued", "sending", "sent", "failed", "delivered", "read")
"""A receipt moves a delivery to the right only: receipts come in any order."""

_RISING = ("sent", "delivered", "read")

_FOLLOWER = aliased(Delivery)
_MORE = exists().where(
    _FOLLOWER.conversation_id == Delivery.conversation_id,
    _FOLLOWER.state.in_(words("queued", "sending")),
    _FOLLOWER.state == word("queued"),
)
_SENT = (
    update(Delivery)
    .where(Delivery.id == bindparam("row_id"))
    .values(
        state=case((Delivery.state == "sending", bindparam("new_state", type_=String)), else_=Delivery.state),
        provider_id=bindparam("new_provider_id", type_=String),
        possible_duplicate=or_(Delivery.possible_duplicate, bindparam("new_duplicate", type_=Boolean)),
        error_code=case((Delivery.state == "sending", None), else_=Delivery.error_code),
        error_detail=case((Delivery.state == "sending", None), else_=Delivery.error_detail),
        advice=case((Delivery.state == "sending", None), else_=Delivery.advice),
        updated_at=bindparam("moment", type_=UtcDateTime()),
    )
    .returning(_MORE)
)


def known_provider_ids(session: Session, *, conversation_id: UUID, since: datetime) -> frozenset[str]:
    """The provider's ids already tied to a delivery of this conversation: those are not the one being looked for.

    By when they were sent, not when they were written: what waited long was sent lately.
    """
    theirs = select(Message.id).where(Message.conversation_id == conversation_id)
    query = select(Delivery.provider_id).where(
        Delivery.message_id.in_(theirs.scalar_subquery()), Delivery.updated_at >= since
    )
    return frozenset(found for found in session.scalars(query) if found)


def record_sent(
    session: Session, *, delivery_id: UUID, provider_id: str | None, state: str, possible_duplicate: bool = False
) -> None:
    """The provider accepted it. A receipt that overtook this outcome is not undone."""
    more = session.connection().execute(
        _SENT,
        {
            "row_id": delivery_id,
            "new_state": state,
            "new_provider_id": provider_id,
            "new_duplicate": possible_duplicate,
            "moment": now(session),
        },
    )
    if more.scalar():
        ring(session, "delivery")  # what was queued behind this one may leave now


def postpone(
    session: Session, *, delivery_id: UUID, due_at: float, code: str, detail: str, advice: str, tried: bool = True
) -> None:
    """Not accepted this time: queued again for `due_at` (machine seconds). Without `tried` it counts as no attempt.

    What an agent's take-over or a STOP would have cancelled in the queue is cancelled now instead.
    """
    code_now, state = _unless_silenced(code)
    session.connection().execute(
        update(Delivery)
        .where(Delivery.id == delivery_id, Delivery.state == "sending")
        .values(
            state=state,
            due_at=due_at,
            lease_until=0.0,
            attempts=Delivery.attempts if tried else Delivery.attempts - 1,
            error_code=code_now,
            error_detail=detail[:500],
            advice=advice,
            updated_at=now(session),
        )
    )


def _unless_silenced(code: str) -> tuple[Any, Any]:
    """The error code and the state of a delivery that waits again."""
    here = Conversation.id == Delivery.conversation_id
    taken = and_(Delivery.by_bot.is_(True), exists().where(here, Conversation.held_by == "agent"))
    stopped = exists().where(here, ContactPoint.id == Conversation.contact_point_id, ContactPoint.opted_out.is_(True))
    free = Delivery.protected.is_(True)
    return (
        case((free, code), (stopped, "opted_out"), (taken, "taken_over"), else_=code),
        case((free, "queued"), (or_(stopped, taken), "cancelled"), else_="queued"),
    )


def record_failure(session: Session, *, delivery_id: UUID, code: str, detail: str, advice: str) -> None:
    """Given up: shown to agents with its reason and a retry.

    Held back by the provider because the resident told it STOP, the bot's own words are no failure: they are
    cancelled, like all that waits for this address.
    """
    conversation = _lock_conversation_of(session, delivery_id)
    ended = session.connection().execute(
        update(Delivery)
        .where(Delivery.id == delivery_id, Delivery.state.in_(("queued", "sending", "sent")))
        .values(
            state=case((Delivery.by_bot.is_(True), "cancelled"), else_="failed") if code == STOPPED else "failed",
            error_code=code,
            error_detail=detail[:500],
            advice=advice,
            lease_until=0.0,
            updated_at=now(session),
        )
        .returning(Delivery.state)
    )
    state = ended.scalar()
    if state is None:
        return
    if state == "failed":
        _count_failures(session, conversation.id, 1)
        _tell(session, conversation, "delivery_failed", SYSTEM, {"code": code, "delivery": str(delivery_id)})
    if code == STOPPED:
        note_stop(session, conversation)
    save_conversation(session, conversation)
    ring(session, "delivery")  # those behind it need wait no longer


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
    if delivery_id is None and state in _RISING and _rise(session, channel_id, provider_id, state):
        return True
    key = {"id": delivery_id} if delivery_id else {"provider": provider_id}
    row = session.connection().execute(_find(bool(delivery_id)), {"channel": channel_id, **key}).first()
    if row is None:
        return False
    if delivery_id is None and row.state in {"queued", "sending"}:
        return True  # it is being sent again: this is about the try before
    if state == "failed":
        advice = STOPPED if error_code == STOPPED else "check_address"
        record_failure(
            session, delivery_id=row.id, code=error_code or "provider_failed", detail=error_text or "", advice=advice
        )
    elif state in _ORDER and _ORDER.index(state) > _ORDER.index(row.state if row.state in _ORDER else "read"):
        _confirm(session, row.id, row.conversation_id, provider_id, state)
    return True


@cache
def _find(by_own_id: bool) -> Any:
    key = Delivery.id == bindparam("id") if by_own_id else Delivery.provider_id == bindparam("provider")
    query = select(Delivery.id, Delivery.state, Delivery.conversation_id)
    return query.where(Delivery.channel_id == bindparam("channel"), key)


@cache
def _rising(state: str) -> Any:
    """The usual receipt, in one statement: sent, then delivered, then read."""
    return (
        update(Delivery)
        .where(
            Delivery.channel_id == bindparam("channel"),
            Delivery.provider_id == bindparam("provider"),
            Delivery.provider_id.is_not(None),
            Delivery.state.in_(words(*_RISING[: _RISING.index(state)])),
        )
        .values(state=word(state), updated_at=bindparam("moment", type_=UtcDateTime()))
        .returning(Delivery.conversation_id)
    )


def _rise(session: Session, channel_id: str, provider_id: str, state: str) -> bool:
    if state == _RISING[0]:
        return False
    values = {"channel": channel_id, "provider": provider_id, "moment": now(session)}
    row = session.connection().execute(_rising(state), values).first()
    if row is not None:
        ring(session, "conversation", id=str(row.conversation_id), seq=0)
    return row is not None


def _confirm(session: Session, delivery_id: UUID, conversation_id: UUID, provider_id: str, state: str) -> None:
    """Moves to a higher state. Failed and then delivered after all: no longer a failure."""
    lower = _ORDER[: _ORDER.index(state)]
    values = {"state": state, "provider_id": provider_id, "updated_at": now(session)}
    change = update(Delivery).where(Delivery.id == delivery_id)
    connection, recovered = session.connection(), 0
    if "failed" in lower:
        undone = change.where(Delivery.state == "failed")
        undone = undone.values(error_code=None, error_detail=None, advice=None, **values)
        recovered = connection.execute(undone).rowcount
        _count_failures(session, conversation_id, -recovered)
    moved = connection.execute(change.where(Delivery.state.in_(lower)).values(**values)).rowcount
    if moved or recovered:
        ring(session, "conversation", id=str(conversation_id), seq=0)


def retry_delivery(session: Session, *, delivery_id: UUID, actor: Actor) -> None:
    """An agent sends a failed delivery again. Raises NotFound, TransitionRefused, OptedOut."""
    conversation = _lock_conversation_of(session, delivery_id)
    delivery = session.get_one(Delivery, delivery_id)
    if delivery.state != "failed":
        raise TransitionRefused(delivery.state)
    if conversation.opted_out and not delivery.protected:
        raise OptedOut
    # The provider's id of the failed try stays: it tells a message found there from the one still to come.
    session.connection().execute(
        update(Delivery)
        .where(Delivery.id == delivery_id)
        .values(state="queued", due_at=machine_time(), attempts=0, interrupted=0, lane="worker", lease_until=0.0)
    )
    _count_failures(session, conversation.id, -1)
    _tell(session, conversation, "delivery_retried", actor, {"delivery": str(delivery_id)})
    save_conversation(session, conversation)
    ring(session, "delivery")


def cancel_bot_deliveries(session: Session, *, conversation_id: UUID) -> int:
    """An agent takes over: what the bot still had to say is cancelled and stays visible."""
    cancelled = session.connection().execute(
        update(Delivery)
        .where(
            Delivery.conversation_id == conversation_id,
            Delivery.state.in_(words("queued", "sending")),
            Delivery.state == word("queued"),
            Delivery.by_bot.is_(True),
            Delivery.protected.is_(False),
        )
        .values(state="cancelled", error_code="taken_over", updated_at=now(session))
    )
    return cancelled.rowcount


def find_deliveries(session: Session, *, conversation_id: UUID) -> list[Delivery]:
    """Every delivery of a conversation, oldest first."""
    query = select(Delivery).join(Message, Message.id == Delivery.message_id)
    query = query.where(Message.conversation_id == conversation_id).order_by(Delivery.id)
    return list(session.scalars(query))


def get_message_conversation(session: Session, *, delivery_id: UUID) -> UUID:
    """The conversation a delivery belongs to. Raises NotFound."""
    found = session.scalar(select(Delivery.conversation_id).where(Delivery.id == delivery_id))
    if found is None:
        raise NotFound("delivery")
    return found


def _lock_conversation_of(session: Session, delivery_id: UUID) -> OpenedConversation:
    conversation_id = get_message_conversation(session, delivery_id=delivery_id)
    return lock_conversation(session, conversation_id=conversation_id)


def _count_failures(session: Session, conversation_id: UUID, more: int) -> None:
    session.connection().execute(
        update(Conversation)
        .where(Conversation.id == conversation_id)
        .values(failed_deliveries=Conversation.failed_deliveries + more)
    )


def _tell(session: Session, conversation: OpenedConversation, kind: str, actor: Actor, facts: dict[str, Any]) -> None:
    record(
        session,
        subject="conversation",
        subject_id=conversation.id,
        seq=conversation.next_seq(),
        kind=kind,
        actor=actor,
        facts=facts,
    )
