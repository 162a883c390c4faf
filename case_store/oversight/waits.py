"""How long residents lately waited in the queue until somebody took their conversation."""

from datetime import timedelta
from statistics import median

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session, aliased

from case_store.engine.literals import word, words
from case_store.engine.session import now
from case_store.models import TimelineEvent

_LATELY = timedelta(days=7)
_MOST, _FEWEST = 20, 3


def find_usual_wait(session: Session) -> timedelta | None:
    """The median of the latest take-overs of a week; None when there were too few to tell."""
    handed, taken, between = (aliased(TimelineEvent) for _ in range(3))
    # Taken from the bot, after an earlier hand-off was over, nobody had waited.
    was_over = (
        exists()
        .where(
            between.subject_id == taken.subject_id,
            between.kind.in_(words("taken_over", "handed_back")),
            between.seq > handed.seq,
            between.seq < taken.seq,
        )
        .correlate(handed, taken)
    )
    since = (
        select(func.max(handed.at))
        .where(handed.subject_id == taken.subject_id, handed.kind == word("handed_off"), handed.seq < taken.seq)
        .where(~was_over)
        .correlate(taken)
        .scalar_subquery()
    )
    # Asked of each take-over for itself: joined, SQLite would begin with every event that there ever was.
    lately = (
        select(taken.at, since.label("since"))
        .where(taken.kind == word("taken_over"), taken.at >= now(session) - _LATELY)
        .order_by(taken.at.desc())
        .subquery()
    )
    latest = select(lately.c.at, lately.c.since).where(lately.c.since.is_not(None))
    latest = latest.order_by(lately.c.at.desc()).limit(_MOST)
    waits = [(took - since).total_seconds() for took, since in session.execute(latest)]
    return timedelta(seconds=median(waits)) if len(waits) >= _FEWEST else None
