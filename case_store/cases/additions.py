"""What residents have added to a case since it was filed, as its team reads it."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from case_store.actors import Actor
from case_store.cases.finding import find_case_conversations
from case_store.cases.locking import append_event, lock_case
from case_store.cases.moving import change_state
from case_store.cases.visible import of_visible_case
from case_store.models import Attachment, Case, TimelineEvent
from case_store.staff.scope import Scope

LATEST = 3


@dataclass(frozen=True, slots=True)
class Addition:
    """Words and files that came together."""

    at: datetime
    text: str
    files: tuple[Attachment, ...]


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
    append_event(session, case, "case_updated", actor, facts=facts, audience="resident" if is_opener else "staff")
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


def find_additions(
    session: Session, *, scope: Scope, case_ids: Sequence[UUID], limit: int = LATEST
) -> dict[UUID, list[Addition]]:
    """The latest additions of each case, the last one first."""
    if not case_ids:
        return {}
    events: dict[UUID, list[TimelineEvent]] = defaultdict(list)
    query = select(TimelineEvent).where(
        TimelineEvent.subject_id.in_(case_ids),
        TimelineEvent.kind == "case_updated",
        of_visible_case(TimelineEvent.subject_id, scope),
    )
    for event in session.scalars(query.order_by(TimelineEvent.seq.desc())):
        if len(events[event.subject_id]) < limit:
            events[event.subject_id].append(event)
    files = _files(session, [event for found in events.values() for event in found])
    return {case_id: [_addition(event, files) for event in found] for case_id, found in events.items()}


def _addition(event: TimelineEvent, files: dict[UUID, Attachment]) -> Addition:
    return Addition(event.at, str(event.facts.get("text") or ""), tuple(files[i] for i in _ids(event) if i in files))


def _files(session: Session, events: Sequence[TimelineEvent]) -> dict[UUID, Attachment]:
    named = [id_ for event in events for id_ in _ids(event)]
    if not named:
        return {}
    return {file.id: file for file in session.scalars(select(Attachment).where(Attachment.id.in_(named)))}


def _ids(event: TimelineEvent) -> list[UUID]:
    return [UUID(text) for text in event.facts.get("files") or ()]
