"""The store's own figures for health checks and metrics."""

from dataclasses import dataclass

from sqlalchemy import func, literal_column, select
from sqlalchemy.orm import Session

from case_store.literals import word, words
from case_store.models import Conversation, Delivery, RawEvent, TurnDue
from kit.clock import machine_time


@dataclass(frozen=True, slots=True)
class StoreFigures:
    """How much is due, how old it is, and what went wrong; `oldest_due_seconds` is 0 when nothing is due."""

    turns_due: int
    turns_failing: int
    deliveries_open: int
    deliveries_failed: int
    oldest_due_seconds: float
    conversations_waiting: int
    quarantined_events: int


def get_figures(session: Session) -> StoreFigures:
    """Each figure is answered by a partial index."""
    turns, oldest_turn = session.execute(
        select(func.count(), func.min(TurnDue.due_at)).where(TurnDue.lane == "worker")
    ).one()
    failing = session.execute(select(func.count()).where(TurnDue.error.is_not(None))).scalar_one()
    waiting_to_leave, oldest_delivery = session.execute(
        select(func.count(), func.min(Delivery.due_at)).where(Delivery.state.in_(words("queued", "sending")))
    ).one()
    failed = session.execute(
        select(func.coalesce(func.sum(Conversation.failed_deliveries), 0)).where(
            Conversation.failed_deliveries > literal_column("0")
        )
    ).scalar_one()
    queue = session.execute(select(func.count()).where(Conversation.held_by == word("queue"))).scalar_one()
    quarantined = session.execute(select(func.count()).where(RawEvent.state == word("quarantined"))).scalar_one()
    oldest = min((moment for moment in (oldest_turn, oldest_delivery) if moment is not None), default=None)
    age = max(0.0, machine_time() - oldest) if oldest is not None else 0.0
    return StoreFigures(turns, failing, waiting_to_leave, int(failed), age, queue, quarantined)
