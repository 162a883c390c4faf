"""Notices to the town's own people that could not be sent, as supervisors see them and send them again."""

from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from case_store.engine.literals import word
from case_store.engine.session import now
from case_store.errors import NotFound, TransitionRefused
from case_store.models import Notice
from case_store.staff.scope import Scope
from case_store.work.jobs import enqueue
from case_store.work.notices import SEND

_SHOWN = 10


def retry_notice(session: Session, *, scope: Scope, notice_id: UUID) -> None:
    """A supervisor has it sent again. Raises Forbidden, NotFound, TransitionRefused."""
    scope.require_everything()
    row = session.get(Notice, notice_id, with_for_update=True)
    if row is None:
        raise NotFound("notice")
    if row.state != "failed":
        raise TransitionRefused(row.state)
    row.state, row.updated_at = "queued", now(session)
    enqueue(session, SEND, {"notice_id": str(notice_id)})


def find_failed_notices(session: Session, *, scope: Scope) -> list[Notice]:
    """The latest that could not be sent, the last one first. Raises Forbidden for who does not see every team."""
    scope.require_everything()
    query = select(Notice).where(Notice.state == word("failed")).order_by(Notice.created_at.desc()).limit(_SHOWN)
    return list(session.scalars(query))


def count_failed_notices(session: Session, *, scope: Scope) -> int:
    """How many could not be sent. Raises Forbidden for who does not see every team."""
    scope.require_everything()
    return session.scalars(select(func.count()).select_from(Notice).where(Notice.state == word("failed"))).one()
