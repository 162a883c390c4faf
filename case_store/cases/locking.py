"""A case under its row lock, and what is noted of it there."""

from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from case_store.actors import Actor
from case_store.engine.session import ring
from case_store.errors import NotFound
from case_store.kinds import Audience, CaseEvent
from case_store.models import Case
from case_store.timeline import record


def lock_case(session: Session, *, case_id: UUID) -> Case:
    """The case under its row lock. Raises NotFound."""
    case = session.get(Case, case_id, with_for_update=True)
    if case is None:
        raise NotFound("case")
    return case


def append_event(
    session: Session,
    case: Case,
    kind: CaseEvent,
    actor: Actor,
    *,
    facts: dict[str, Any],
    audience: Audience,
) -> None:
    """Notes what happened to a locked case under its next number, and rings."""
    case.seq += 1
    session.flush()
    record(
        session,
        subject="case",
        subject_id=case.id,
        seq=case.seq,
        kind=kind,
        actor=actor,
        facts=facts,
        audience=audience,
    )
    ring(session, "case", id=str(case.id))
