"""The store's own figures for health checks and metrics."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import ColumnElement, func, literal_column, select
from sqlalchemy.orm import Session

from case_store.engine.clocks import machine_clock
from case_store.engine.literals import word, words
from case_store.engine.session import now
from case_store.kinds import WORKER
from case_store.models import Conversation, Delivery, Mailbox, RawEvent, Turn, TurnDue
from case_store.work.delivery_claims import FURTHEST
from case_store.work.turns import GIVEN_UP


@dataclass(frozen=True, slots=True)
class StoreFigures:
    """How much is due, how old it is, and what went wrong; `oldest_due_seconds` is 0 when nothing is due.

    `turns_given_up` counts the last 24 hours, `deliveries_refused` what waits because a provider refuses our account.
    """

    turns_due: int
    turns_failing: int
    turns_given_up: int
    deliveries_open: int
    deliveries_failed: int
    deliveries_refused: int
    oldest_due_seconds: float
    conversations_waiting: int
    quarantined_events: int
    mailboxes_unread: int


_LATELY = timedelta(days=1)
_REFUSED = "credentials_refused"


def get_figures(session: Session) -> StoreFigures:
    """Each figure is answered by a partial index."""
    turns, oldest_turn, newest_turn = session.execute(
        select(func.count(), func.min(TurnDue.due_at), func.max(TurnDue.due_at)).where(TurnDue.lane == word(WORKER))
    ).one()
    waiting_to_leave, oldest_delivery, newest_delivery, clock = session.execute(
        select(func.count(), func.min(Delivery.due_at), func.max(Delivery.due_at), machine_clock()).where(
            Delivery.state.in_(words("queued", "sending"))
        )
    ).one()
    failed = select(func.coalesce(func.sum(Conversation.failed_deliveries), 0))
    return StoreFigures(
        turns_due=turns,
        turns_failing=_count(session, TurnDue.error.is_not(None)),
        turns_given_up=_count(session, Turn.outcome == word(GIVEN_UP), Turn.at > now(session) - _LATELY),
        deliveries_open=waiting_to_leave,
        deliveries_failed=int(
            session.execute(failed.where(Conversation.failed_deliveries > literal_column("0"))).scalar_one()
        ),
        deliveries_refused=_count(session, *_waits_for_credentials()),
        oldest_due_seconds=_lateness(clock, (oldest_turn, oldest_delivery), (newest_turn, newest_delivery)),
        conversations_waiting=_count(session, Conversation.held_by == word("queue")),
        quarantined_events=_count(session, RawEvent.state == word("quarantined")),
        mailboxes_unread=_count(session, Mailbox.trouble.is_not(None)),
    )


def _lateness(clock: float, oldest: Iterable[float | None], newest: Iterable[float | None]) -> float:
    """Seconds. What is due further ahead than any rule puts off is late by as much: a clock was set back."""
    waited = max((clock - moment for moment in oldest if moment is not None), default=0.0)
    ahead = max((moment - clock for moment in newest if moment is not None), default=0.0)
    return max(0.0, waited, ahead if ahead > FURTHEST else 0.0)


def find_refused_channels(session: Session) -> list[str]:
    """The channels whose provider refuses our credentials while messages wait for it."""
    query = select(Delivery.channel_id).where(*_waits_for_credentials()).distinct().order_by(Delivery.channel_id)
    return list(session.scalars(query))


def _waits_for_credentials() -> tuple[ColumnElement[bool], ...]:
    return Delivery.state.in_(words("queued", "sending")), Delivery.error_code == _REFUSED


def _count(session: Session, *conditions: ColumnElement[bool]) -> int:
    return session.execute(select(func.count()).where(*conditions)).scalar_one()
