"""Filing a case under its reference, or joining one that was filed. Every change is noted with who and when."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from case_store.actors import Actor
from case_store.cases.locking import append_event, lock_case
from case_store.cases.team_news import TELL_NOW
from case_store.engine.session import now, ring
from case_store.engine.statements import upsert
from case_store.models import Case, CaseConversation, Counter
from case_store.timeline import record
from case_store.work.jobs import enqueue
from kit.ids import uuid7
from kit.references import Reference


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
        clock_stopped_at=moment if case.state == "awaiting_resident" else None,
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
    append_event(session, case, "case_joined", actor, facts={"fields": dict(fields)}, audience="staff")
    return case


def link_conversation(session: Session, *, case_id: UUID, conversation_id: UUID, role: str) -> None:
    """The case is told in this conversation too; linking twice is linking once."""
    statement = upsert(session)(CaseConversation).on_conflict_do_nothing(index_elements=["case_id", "conversation_id"])
    session.execute(
        statement, {"case_id": case_id, "conversation_id": conversation_id, "role": role, "at": now(session)}
    )


def _next_reference(session: Session, prefix: str, moment: datetime) -> str:
    name = f"case:{prefix}:{moment.year}"
    statement = upsert(session)(Counter).on_conflict_do_update(
        index_elements=["name"], set_={"value": Counter.value + 1}
    )
    number = session.execute(statement.returning(Counter.value), {"name": name, "value": 1}).scalar_one()
    return str(Reference(prefix, moment.year, number))
