"""A case put right by an agent: what was filed stays in its history, with who changed it, when, and why."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from case_store.actors import Actor
from case_store.cases.finding import find_case_conversations
from case_store.cases.locking import append_event, lock_case
from case_store.cases.visible import get_case_at_hand
from case_store.conversations.locking import lock_conversation, note, save_conversation
from case_store.errors import ChangedMeanwhile, Forbidden, ReasonMissing
from case_store.models import Case
from case_store.staff.scope import Scope


@dataclass(frozen=True, slots=True)
class CorrectedPlace:
    """Where a case is, in place of what it says. Position in degrees, None where it is not known."""

    text: str
    entity: str | None
    latitude: float | None
    longitude: float | None
    known: bool


@dataclass(frozen=True, slots=True)
class Correction:
    """A case as it should read: all its fields in order, and its place, None where that is right as it is."""

    fields: Sequence[tuple[str, str]]
    title: str
    priority: str
    place: CorrectedPlace | None


def correct_case(
    session: Session,
    *,
    scope: Scope,
    case_id: UUID,
    actor: Actor,
    expected_version: int,
    reason: str,
    correction: Correction,
) -> Case:
    """Puts a case right, and notes what each field said before, on the case and where it is told.

    The resident reads that the town corrected it, not why. Raises NotFound, Forbidden, ReasonMissing, and
    ChangedMeanwhile for another version than the one that was read.
    """
    if not get_case_at_hand(session, scope=scope, case_id=case_id).may_change:
        raise Forbidden
    case = lock_case(session, case_id=case_id)
    if case.version != expected_version:
        raise ChangedMeanwhile
    if not reason.strip():
        raise ReasonMissing
    facts = {
        "reference": case.reference,
        "service": case.service_code,
        "version": case.service_version,
        "because": reason.strip(),
        "changes": _changes(case, correction),
    }
    _apply(case, correction)
    append_event(session, case, "case_corrected", actor, facts=facts, audience="resident")
    for conversation_id in find_case_conversations(session, case_id=case_id):
        conversation = lock_conversation(session, conversation_id=conversation_id)
        note(session, conversation, "case_corrected", actor=actor, facts=facts)
        save_conversation(session, conversation)
    return case


def _changes(case: Case, correction: Correction) -> list[list[str]]:
    """Each changed field as [name, before, after]."""
    before, after = dict(case.fields), dict(correction.fields)
    names = dict.fromkeys([*before, *after])
    return [
        [name, before.get(name, ""), after.get(name, "")]
        for name in names
        if before.get(name, "") != after.get(name, "")
    ]


def _apply(case: Case, correction: Correction) -> None:
    case.fields = [list(pair) for pair in correction.fields]
    case.title, case.priority = correction.title, correction.priority
    if place := correction.place:
        case.location_text, case.location_entity, case.location_known = place.text, place.entity, place.known
        case.latitude, case.longitude = place.latitude, place.longitude
    case.version += 1
