"""Cases: open, join, change state, find. History is append-only; every change tells who and when."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from case_store.actors import Actor
from case_store.cases.team_news import TELL_NOW
from case_store.engine.session import now, ring
from case_store.errors import ChangedMeanwhile, NotFound, ReasonMissing, TransitionRefused
from case_store.models import Attachment, Case, CaseConversation, Counter, TimelineEvent
from case_store.residents.people import upsert
from case_store.timeline import record
from case_store.work.jobs import enqueue
from kit.ids import uuid7
from kit.references import Reference

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
_FRIDAY = 4


@dataclass(frozen=True, slots=True)
class NewCase:
    """A case to file. `fields` are (name, value) in order; `documents` code -> "provided" | "later"."""

    prefix: str
    kind: str
    service_code: str
    service_version: int
    team_code: str
    title: str
    state: str
    priority: str
    fields: Sequence[tuple[str, str]]
    due_at: datetime
    language: str
    channel_kind: str
    resident_id: UUID
    contact_point_id: UUID
    conversation_id: UUID | None = None
    documents: Mapping[str, str] = field(default_factory=dict)
    location_text: str | None = None
    location_entity: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    location_known: bool = False


def open_case(session: Session, *, case: NewCase, actor: Actor) -> Case:
    """Files the case under the next reference and acknowledges it: the reply that carries it is in this transaction."""
    moment = now(session)
    reference = _next_reference(session, case.prefix, moment)
    row = Case(
        id=uuid7(),
        reference=reference,
        kind=case.kind,
        service_code=case.service_code,
        service_version=case.service_version,
        team_code=case.team_code,
        state=case.state,
        title=case.title,
        priority=case.priority,
        fields=[list(pair) for pair in case.fields],
        documents=dict(case.documents),
        location_text=case.location_text,
        location_entity=case.location_entity,
        latitude=case.latitude,
        longitude=case.longitude,
        location_known=case.location_known,
        language=case.language,
        channel_kind=case.channel_kind,
        resident_id=case.resident_id,
        contact_point_id=case.contact_point_id,
        opened_at=moment,
        due_at=case.due_at,
        acknowledged_at=moment,
        version=1,
        seq=1,
    )
    session.add(row)
    session.flush()
    record(
        session,
        subject="case",
        subject_id=row.id,
        seq=1,
        kind="case_opened",
        actor=actor,
        audience="resident",
        facts={"reference": reference, "state": case.state, "service": case.service_code},
    )
    if case.conversation_id is not None:
        link_conversation(session, case_id=row.id, conversation_id=case.conversation_id, role="opened")
    if case.priority == "high":
        enqueue(session, TELL_NOW, {}, queueing_lock=TELL_NOW)
    ring(session, "case", id=str(row.id))
    return row


def join_case(
    session: Session, *, case_id: UUID, conversation_id: UUID, actor: Actor, fields: Mapping[str, str]
) -> Case:
    """Follow an existing report instead of filing a double."""
    case = lock_case(session, case_id=case_id)
    link_conversation(session, case_id=case_id, conversation_id=conversation_id, role="joined")
    _append(session, case, "case_joined", actor, facts={"fields": dict(fields)}, audience="staff")
    return case


def add_information(
    session: Session,
    *,
    case_id: UUID,
    conversation_id: UUID,
    actor: Actor,
    text: str,
    attachment_ids: Sequence[UUID] = (),
    documents: Mapping[str, UUID] = MappingProxyType({}),
) -> Case:
    """Adds words, photos and documents (code -> file) to a case; what was filed stays as it was.

    The resident who filed it reads in its history that they added something; one who only follows it does not
    write there. A case that awaited the resident is open again (`is_answered`), and its clock runs on.
    """
    case = lock_case(session, case_id=case_id)
    attach(session, case_id=case_id, attachment_ids=attachment_ids)
    for code, attachment_id in documents.items():
        attach(session, case_id=case_id, attachment_ids=[attachment_id], document_code=code)
    case.documents = {**case.documents, **dict.fromkeys(documents, "provided")}
    case.version += 1
    files = [str(file) for file in (*attachment_ids, *documents.values())]
    facts = {"text": text, "files": files, "reference": case.reference}
    is_opener = find_case_conversations(session, case_id=case_id)[:1] == [conversation_id]
    _append(session, case, "case_updated", actor, facts=facts, audience="resident" if is_opener else "staff")
    if case.state == "awaiting_resident" and is_answered(case, has_unsorted_files=bool(attachment_ids)):
        return change_state(session, case_id=case_id, state="open", actor=actor)
    return case


def is_answered(case: Case, *, has_unsorted_files: bool) -> bool:
    """Whether what a resident has just added is what their case waited for: an answer to the town's question, else the
    last of the documents that were missing when it was filed - or files that may be those, for an agent to sort."""
    return case.reason is not None or has_unsorted_files or "later" not in case.documents.values()


def attach(
    session: Session, *, case_id: UUID, attachment_ids: Sequence[UUID], document_code: str | None = None
) -> None:
    """Hangs files on a case, as photos or as a supporting document."""
    if attachment_ids:
        session.connection().execute(
            update(Attachment)
            .where(Attachment.id.in_(attachment_ids))
            .values(case_id=case_id, document_code=document_code)
        )


def lock_case(session: Session, *, case_id: UUID) -> Case:
    """The case under its row lock. Raises NotFound."""
    case = session.get(Case, case_id, with_for_update=True)
    if case is None:
        raise NotFound("case")
    return case


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
    _append(session, case, f"case_{state}", actor, facts={"from": before, "reason": reason}, audience="resident")
    return case


def _put_off(session: Session, case: Case) -> datetime:
    """The date moved on by as long as the resident was awaited: that time is not the town's. Never onto a weekend."""
    asked = select(TimelineEvent.at).where(
        TimelineEvent.subject_id == case.id, TimelineEvent.kind == "case_awaiting_resident"
    )
    since = session.scalar(asked.order_by(TimelineEvent.seq.desc()).limit(1)) or case.opened_at
    due = case.due_at + (now(session) - since)
    return due + timedelta(days=max(0, 7 - due.weekday())) if due.weekday() > _FRIDAY else due


def find_case_conversations(session: Session, *, case_id: UUID) -> list[UUID]:
    """The conversations where people follow this case, the first to open it first."""
    query = select(CaseConversation.conversation_id).where(CaseConversation.case_id == case_id)
    return list(session.scalars(query.order_by(CaseConversation.at)))


def find_conversation_cases(session: Session, *, conversation_id: UUID) -> list[Case]:
    """The cases told in this conversation, newest first."""
    query = (
        select(Case)
        .join(CaseConversation, CaseConversation.case_id == Case.id)
        .where(CaseConversation.conversation_id == conversation_id)
        .order_by(Case.opened_at.desc(), Case.id.desc())
    )
    return list(session.scalars(query))


def find_resident_cases(session: Session, *, resident_id: UUID, limit: int = 50) -> list[Case]:
    """A resident's own cases and those they joined, newest first."""
    query = select(Case).where(Case.resident_id == resident_id).order_by(Case.opened_at.desc(), Case.id.desc())
    return list(session.scalars(query.limit(limit)))


def get_case(session: Session, *, case_id: UUID) -> Case:
    """Raises NotFound."""
    case = session.get(Case, case_id)
    if case is None:
        raise NotFound("case")
    return case


def find_case_by_reference(session: Session, *, reference: str) -> Case | None:
    """By canonical reference."""
    return session.scalar(select(Case).where(Case.reference == reference))


def find_attachments(session: Session, *, case_id: UUID) -> list[Attachment]:
    """The files of a case, oldest first."""
    return list(session.scalars(select(Attachment).where(Attachment.case_id == case_id).order_by(Attachment.id)))


def link_conversation(session: Session, *, case_id: UUID, conversation_id: UUID, role: str) -> None:
    """The case is told in this conversation too; linking twice is linking once."""
    statement = upsert(session)(CaseConversation).on_conflict_do_nothing(index_elements=["case_id", "conversation_id"])
    session.execute(
        statement, {"case_id": case_id, "conversation_id": conversation_id, "role": role, "at": now(session)}
    )


def _append(session: Session, case: Case, kind: str, actor: Actor, *, facts: dict[str, Any], audience: Any) -> None:
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


def _next_reference(session: Session, prefix: str, moment: datetime) -> str:
    name = f"case:{prefix}:{moment.year}"
    statement = upsert(session)(Counter).on_conflict_do_update(
        index_elements=["name"], set_={"value": Counter.value + 1}
    )
    number = session.execute(statement.returning(Counter.value), {"name": name, "value": 1}).scalar_one()
    return str(Reference(prefix, moment.year, number))
