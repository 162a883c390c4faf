"""A case moves along its public states, and those who follow it are told."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from case_store.actors import Actor
from case_store.cases.locking import append_event, lock_case
from case_store.cases.visible import find_case_listeners, get_case_at_hand
from case_store.conversations.locking import lock_conversation, save_conversation
from case_store.conversations.saying import Outgoing, say
from case_store.engine.session import now
from case_store.errors import ChangedMeanwhile, Forbidden, ReasonMissing, TransitionRefused
from case_store.kinds import CaseEvent
from case_store.models import Case, TimelineEvent
from case_store.staff.scope import Scope
from services.declarations.workflow import NEEDS_REASON, TRANSITIONS

__all__ = ["NEEDS_REASON", "OPEN_STATES", "TRANSITIONS", "change_state", "move_case"]

OPEN_STATES = ("new", "open", "awaiting_resident")
_MOVED: Mapping[str, CaseEvent] = {
    "new": "case_new",
    "open": "case_open",
    "awaiting_resident": "case_awaiting_resident",
    "resolved": "case_resolved",
    "closed": "case_closed",
    "rejected": "case_rejected",
    "cancelled": "case_cancelled",
}
_FRIDAY = 4


@dataclass(frozen=True, slots=True)
class ChosenStep:
    """The step of a service's workflow that a case goes to. `stands_still`: the promised date waits there."""

    code: str
    stands_still: bool


def change_state(
    session: Session,
    *,
    case_id: UUID,
    state: str,
    actor: Actor,
    reason: str | None = None,
    expected_version: int | None = None,
    step: ChosenStep | None = None,
) -> Case:
    """Moves a case along its public states; the caller tells the resident in the same transaction.

    Another `step` may have the same state; without one the promised date waits while the resident is awaited. A case
    whose resident has answered is again where it was when they were asked.

    Raises TransitionRefused, ReasonMissing (a rejection or a request for information says why), ChangedMeanwhile.
    """
    case = lock_case(session, case_id=case_id)
    if expected_version is not None and case.version != expected_version:
        raise ChangedMeanwhile
    is_step = state == case.state and step is not None and step.code != case.step
    if not is_step and state not in TRANSITIONS[case.state]:
        raise TransitionRefused(f"{case.state} -> {state}")
    reason = (reason or "").strip() or None
    if state in NEEDS_REASON and reason is None:
        raise ReasonMissing(state)
    if step is None and case.state == "awaiting_resident" and state == "open":
        step = _before_the_question(session, case)
    facts = _facts(case, reason, step)
    case.state, case.reason, case.step = state, reason, step.code if step else None
    case.version += 1
    _keep_time(session, case, stands_still=step.stands_still if step else state == "awaiting_resident")
    if not is_step:
        case.resolved_at = now(session) if state in {"resolved", "rejected", "closed", "cancelled"} else None
    kind: CaseEvent = "case_step" if is_step else _MOVED[state]
    append_event(session, case, kind, actor, facts=facts, audience="staff" if is_step else "resident")
    return case


def move_case(
    session: Session,
    *,
    scope: Scope,
    case_id: UUID,
    state: str,
    reason: str | None,
    actor: Actor,
    expected_version: int | None,
    tellings: Mapping[UUID, Outgoing] | None,
    step: ChosenStep | None = None,
) -> None:
    """Moves a case and tells those who follow it, each in their conversation: `tellings` by conversation, None where
    nobody is told. `step` as in `change_state`.

    Raises NotFound, Forbidden, TransitionRefused, ReasonMissing, and ChangedMeanwhile when somebody has begun
    to follow the case since the tellings were written.
    """
    at_hand = get_case_at_hand(session, case_id=case_id, scope=scope)
    if not at_hand.may_change:
        raise Forbidden
    reference = at_hand.case.reference
    change_state(
        session,
        case_id=case_id,
        state=state,
        actor=actor,
        reason=reason,
        expected_version=expected_version,
        step=step,
    )
    if tellings is None:
        return
    listeners = {listener.conversation_id for listener in find_case_listeners(session, scope=scope, case_id=case_id)}
    if listeners != tellings.keys():
        raise ChangedMeanwhile
    for conversation_id in sorted(tellings):
        conversation = lock_conversation(session, conversation_id=conversation_id)
        say(session, conversation, author="agent", actor=actor, outgoing=tellings[conversation_id])
        conversation.change(told_of=reference)
        if conversation.held_by == "agent" and conversation.agent_id == actor.id:
            conversation.change(waiting_since=None, unread=0, queue_urgent=False)  # they have had an answer
        save_conversation(session, conversation)


def _facts(case: Case, reason: str | None, step: ChosenStep | None) -> dict[str, Any]:
    """Where a case comes from; its steps only where it has some."""
    steps = {"step": step and step.code, "from_step": case.step, "stood_still": case.clock_stopped_at is not None}
    return {"from": case.state, "reason": reason} | {name: fact for name, fact in steps.items() if fact}


def _before_the_question(session: Session, case: Case) -> ChosenStep | None:
    """The step at which the resident was asked; None where nobody had chosen one."""
    asked = select(TimelineEvent.facts).where(
        TimelineEvent.subject_id == case.id, TimelineEvent.kind == "case_awaiting_resident"
    )
    facts = session.scalar(asked.order_by(TimelineEvent.seq.desc()).limit(1)) or {}
    code = facts.get("from_step") if facts.get("from") == "open" else None
    return ChosenStep(code, bool(facts.get("stood_still"))) if code else None


def _keep_time(session: Session, case: Case, *, stands_still: bool) -> None:
    """The date stands still from now on; or it runs again, later by the time that was not the town's."""
    if stands_still and case.state in OPEN_STATES:
        case.clock_stopped_at = case.clock_stopped_at or now(session)
        return
    if case.clock_stopped_at is not None and case.state in OPEN_STATES:
        case.due_at = _put_off(case.due_at, now(session) - case.clock_stopped_at)
    case.clock_stopped_at = None


def _put_off(due: datetime, waited: timedelta) -> datetime:
    """The date moved on by as long as it stood still. Never onto a weekend."""
    due += waited
    return due + timedelta(days=max(0, 7 - due.weekday())) if due.weekday() > _FRIDAY else due
