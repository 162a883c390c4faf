"""A case moves along its public states, and those who follow it are told."""

from collections.abc import Mapping
from datetime import datetime, timedelta
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

OPEN_STATES = ("new", "open", "awaiting_resident")
TRANSITIONS: Mapping[str, frozenset[str]] = {
    "new": frozenset({"open", "awaiting_resident", "resolved", "rejected", "cancelled"}),
    "open": frozenset({"awaiting_resident", "resolved", "rejected", "cancelled"}),
    "awaiting_resident": frozenset({"open", "resolved", "rejected", "cancelled"}),
    "resolved": frozenset({"open", "closed"}),
    "rejected": frozenset({"open"}),
    "closed": frozenset({"open"}),
    "cancelled": frozenset({"open"}),
}
NEEDS_REASON = frozenset({"rejected", "awaiting_resident"})
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


def change_state(
    session: Session,
    *,
    case_id: UUID,
    state: str,
    actor: Actor,
    reason: str | None = None,
    expected_version: int | None = None,
) -> Case:
    """Moves a case along its public states; the caller tells the resident in the same transaction.

    Raises TransitionRefused, ReasonMissing (a rejection or a request for information says why), ChangedMeanwhile.
    """
    case = lock_case(session, case_id=case_id)
    if expected_version is not None and case.version != expected_version:
        raise ChangedMeanwhile
    if state not in TRANSITIONS[case.state]:
        raise TransitionRefused(f"{case.state} -> {state}")
    reason = (reason or "").strip() or None
    if state in NEEDS_REASON and reason is None:
        raise ReasonMissing(state)
    before, case.state, case.reason = case.state, state, reason
    case.version += 1
    if before == "awaiting_resident" and state == "open":
        case.due_at = _put_off(session, case)
    case.resolved_at = now(session) if state in {"resolved", "rejected", "closed", "cancelled"} else None
    append_event(session, case, _MOVED[state], actor, facts={"from": before, "reason": reason}, audience="resident")
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
    tellings: Mapping[UUID, Outgoing],
) -> None:
    """Moves a case and tells those who follow it, each in their conversation: `tellings` by conversation.

    Raises NotFound, Forbidden, TransitionRefused, ReasonMissing, and ChangedMeanwhile when somebody has begun
    to follow the case since the tellings were written.
    """
    at_hand = get_case_at_hand(session, case_id=case_id, scope=scope)
    if not at_hand.may_change:
        raise Forbidden
    reference = at_hand.case.reference
    change_state(session, case_id=case_id, state=state, actor=actor, reason=reason, expected_version=expected_version)
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


def _put_off(session: Session, case: Case) -> datetime:
    """The date moved on by as long as the resident was awaited: that time is not the town's. Never onto a weekend."""
    asked = select(TimelineEvent.at).where(
        TimelineEvent.subject_id == case.id, TimelineEvent.kind == "case_awaiting_resident"
    )
    since = session.scalar(asked.order_by(TimelineEvent.seq.desc()).limit(1)) or case.opened_at
    due = case.due_at + (now(session) - since)
    return due + timedelta(days=max(0, 7 - due.weekday())) if due.weekday() > _FRIDAY else due
