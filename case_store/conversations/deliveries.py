"""What becomes of deliveries: sent, put off, failed, confirmed later, tried again, cancelled."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import String, and_, bindparam, case, exists, or_, select, update
from sqlalchemy.orm import Session, aliased

from case_store.actors import SYSTEM, Actor
from case_store.conversations.locking import (
    OpenedConversation,
    lock_conversation,
    lock_visible_conversation,
    note,
    save_conversation,
)
from case_store.conversations.stops import STOPPED, note_stop
from case_store.engine.clocks import machine_clock
from case_store.engine.literals import word, words
from case_store.engine.session import now, ring
from case_store.errors import NotFound, OptedOut, TransitionRefused
from case_store.kinds import WORKER
from case_store.models import ContactPoint, Conversation, Delivery, Message
from case_store.models.base import UtcDateTime
from case_store.models.work import DOUBTED, RESENT, SETTLED
from case_store.staff.scope import Scope

_FOLLOWER = aliased(Delivery)
_MORE = exists().where(
    _FOLLOWER.conversation_id == Delivery.conversation_id,
    _FOLLOWER.state.in_(words("queued", "sending")),
    _FOLLOWER.state == word("queued"),
)
_LEAVING = Delivery.state.in_(words("queued", "sending"))
SETTLES: dict[str, Any] = {"doubt": SETTLED, "error_code": None, "error_detail": None, "advice": None}
"""What an acceptance makes of a doubt and of the troubles before it."""

_OTHER = aliased(Delivery)
_IS_TAKEN = exists().where(
    _OTHER.channel_id == Delivery.channel_id, _OTHER.provider_id == bindparam("sid"), _OTHER.id != Delivery.id
)
GIVEN_UP = ("dismissed", "replaced")
"""Why an agent wants a failed delivery no more: let be, or written anew."""

FREE_ID = case((_IS_TAKEN, None), else_=bindparam("sid", type_=String))
"""The provider's id `sid`, unless another delivery has it: one id for two messages must not stop the second."""

_SENT = (
    update(Delivery)
    .where(Delivery.id == bindparam("row_id"))
    .values(
        state=case((_LEAVING, bindparam("new_state", type_=String)), else_=Delivery.state),
        provider_id=FREE_ID,
        updated_at=bindparam("moment", type_=UtcDateTime()),
        **{name: case((_LEAVING, value), else_=getattr(Delivery, name)) for name, value in SETTLES.items()},
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


def record_sent(session: Session, *, delivery_id: UUID, provider_id: str | None, state: str) -> None:
    """The provider accepted it. A receipt that overtook this outcome is not undone."""
    values = {"row_id": delivery_id, "new_state": state, "sid": provider_id, "moment": now(session)}
    if session.connection().execute(_SENT, values).scalar():
        ring(session, "delivery")  # what was queued behind this one may leave now


def postpone(
    session: Session,
    *,
    delivery_id: UUID,
    lease_until: float,
    pause: float,
    code: str,
    detail: str,
    advice: str,
    doubt: int,
    tried: bool = True,
) -> None:
    """Not accepted this time: queued again for `pause` seconds from now. Without `tried` it counts as no attempt.

    Nothing changes when the caller's lease is over and somebody else has the delivery. What an agent's take-over or
    a STOP would have cancelled in the queue is cancelled now instead.
    """
    code_now, state = _unless_silenced(code)
    session.connection().execute(
        update(Delivery)
        .where(Delivery.id == delivery_id, Delivery.state == "sending", Delivery.lease_until == lease_until)
        .values(
            state=state,
            due_at=machine_clock() + pause,
            lease_until=0.0,
            attempts=Delivery.attempts if tried else Delivery.attempts - 1,
            doubt=doubt,
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


def record_failure(
    session: Session, *, delivery_id: UUID, code: str, detail: str, advice: str, doubt: int = SETTLED
) -> None:
    """Given up: shown to agents with its reason and a retry, which begins in the `doubt` that is left.

    Held back by the provider because the resident told it STOP, the bot's own words are no failure: they are
    cancelled, like all that waits for this address.
    """
    conversation = lock_conversation_of(session, delivery_id)
    ended = session.connection().execute(
        update(Delivery)
        .where(Delivery.id == delivery_id, Delivery.state.in_(("queued", "sending", "sent")))
        .values(
            state=case((Delivery.by_bot.is_(True), "cancelled"), else_="failed") if code == STOPPED else "failed",
            doubt=doubt,
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
        count_failures(session, conversation.id, 1)
        note(session, conversation, "delivery_failed", actor=SYSTEM, facts={"code": code, "delivery": str(delivery_id)})
    if code == STOPPED:
        note_stop(session, conversation)
    save_conversation(session, conversation)
    ring(session, "delivery")  # those behind it need wait no longer


def retry_delivery(session: Session, *, scope: Scope, delivery_id: UUID, actor: Actor) -> UUID:
    """An agent sends a failed delivery again; gives its conversation. Raises NotFound, TransitionRefused, OptedOut.

    One that nobody could confirm is looked up first, once more.
    """
    conversation = lock_visible_conversation_of(session, scope=scope, delivery_id=delivery_id)
    delivery = session.get_one(Delivery, delivery_id)
    if delivery.state != "failed":
        raise TransitionRefused(delivery.state)
    if conversation.opted_out and not delivery.protected:
        raise OptedOut
    # The provider's id of the failed try stays: it tells a message found there from the one still to come.
    session.connection().execute(
        update(Delivery)
        .where(Delivery.id == delivery_id)
        .values(
            state="queued",
            due_at=machine_clock(),
            attempts=0,
            interrupted=0,
            doubt=case((Delivery.doubt == RESENT, DOUBTED), else_=Delivery.doubt),
            lane=WORKER,
            lease_until=0.0,
        )
    )
    count_failures(session, conversation.id, -1)
    note(session, conversation, "delivery_retried", actor=actor, facts={"delivery": str(delivery_id)})
    save_conversation(session, conversation)
    ring(session, "delivery")
    return conversation.id


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


def get_delivery_conversation(session: Session, *, scope: Scope, delivery_id: UUID) -> UUID:
    """The conversation a delivery belongs to, for staff. Raises NotFound."""
    query = select(Delivery.conversation_id).join(Conversation, Conversation.id == Delivery.conversation_id)
    found = session.scalar(query.where(Delivery.id == delivery_id, scope.conversations()))
    if found is None:
        raise NotFound("delivery")
    return found


def lock_visible_conversation_of(session: Session, *, scope: Scope, delivery_id: UUID) -> OpenedConversation:
    """The conversation a delivery belongs to, locked for staff. Raises NotFound."""
    conversation_id = get_message_conversation(session, delivery_id=delivery_id)
    return lock_visible_conversation(session, scope=scope, conversation_id=conversation_id)


def lock_conversation_of(session: Session, delivery_id: UUID) -> OpenedConversation:
    """The conversation a delivery belongs to, locked. Raises NotFound."""
    conversation_id = get_message_conversation(session, delivery_id=delivery_id)
    return lock_conversation(session, conversation_id=conversation_id)


def count_failures(session: Session, conversation_id: UUID, more: int) -> None:
    """So many more deliveries of the conversation have failed; fewer when negative."""
    session.connection().execute(
        update(Conversation)
        .where(Conversation.id == conversation_id)
        .values(failed_deliveries=Conversation.failed_deliveries + more)
    )
