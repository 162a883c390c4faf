"""What an agent does with deliveries that failed and are wanted no more: let be, or written anew."""

from collections.abc import Mapping
from typing import Literal
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from case_store.actors import Actor
from case_store.conversations.deliveries import count_failures, lock_visible_conversation_of
from case_store.conversations.locking import note, save_conversation
from case_store.engine.session import now
from case_store.errors import TransitionRefused
from case_store.kinds import ConversationEvent
from case_store.models import Delivery
from case_store.staff.scope import Scope

GivenUp = Literal["dismissed", "replaced"]
_NOTED: Mapping[GivenUp, ConversationEvent] = {"dismissed": "delivery_dismissed", "replaced": "delivery_replaced"}


def give_up_delivery(session: Session, *, scope: Scope, delivery_id: UUID, actor: Actor, why: GivenUp) -> None:
    """The failed parts of the delivery's message are wanted no more: lists stop asking for them, the thread keeps them.

    Raises NotFound, TransitionRefused.
    """
    conversation = lock_visible_conversation_of(session, scope=scope, delivery_id=delivery_id)
    message = select(Delivery.message_id).where(Delivery.id == delivery_id).scalar_subquery()
    dropped = session.connection().execute(
        update(Delivery)
        .where(Delivery.message_id == message, Delivery.state == "failed")
        .values(state="cancelled", error_code=why, updated_at=now(session))
    )
    if dropped.rowcount == 0:
        raise TransitionRefused("not failed")
    count_failures(session, conversation.id, -dropped.rowcount)
    note(session, conversation, _NOTED[why], actor=actor, facts={"delivery": str(delivery_id)})
    save_conversation(session, conversation)
