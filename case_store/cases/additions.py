"""What residents have added to a case since it was filed, as its team reads it."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from case_store.actors import Actor
from case_store.cases.finding import find_case_conversations
from case_store.cases.locking import append_event, lock_case
from case_store.cases.moving import change_state
from case_store.cases.visible import of_visible_case
from case_store.conversations.receiving import NewAttachment, store_attachment
from case_store.engine.session import now
from case_store.engine.statements import add
from case_store.models import Attachment, Case, CaseAddition
from case_store.staff.scope import Scope
from kit.ids import uuid7

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
    addition = _keep(session, case_id=case_id, actor=actor, text=text)
    attach(session, case_id=case_id, attachment_ids=attachment_ids, addition_id=addition)
    for code, attachment_id in documents.items():
        attach(session, case_id=case_id, attachment_ids=[attachment_id], document_code=code, addition_id=addition)
    case.documents = {**case.documents, **dict.fromkeys(documents, "provided")}
    case.version += 1
    facts = {"addition": str(addition), "reference": case.reference}
    is_opener = find_case_conversations(session, case_id=case_id)[:1] == [conversation_id]
    append_event(session, case, "case_updated", actor, facts=facts, audience="resident" if is_opener else "staff")
    if case.state == "awaiting_resident" and is_answered(case, has_unsorted_files=bool(attachment_ids)):
        return change_state(session, case_id=case_id, state="open", actor=actor)
    return case


def _keep(session: Session, *, case_id: UUID, actor: Actor, text: str) -> UUID:
    addition_id = uuid7()
    row = {"id": addition_id, "case_id": case_id, "actor": actor.kind, "text": text, "at": now(session)}
    add(session, "case_addition", row)
    return addition_id


def is_answered(case: Case, *, has_unsorted_files: bool) -> bool:
    """Whether what a resident has just added is what their case waited for: an answer to the town's question, else the
    last of the documents that were missing when it was filed - or files that may be those, for an agent to sort."""
    return case.reason is not None or has_unsorted_files or "later" not in case.documents.values()


def attach(
    session: Session,
    *,
    case_id: UUID,
    attachment_ids: Sequence[UUID],
    document_code: str | None = None,
    addition_id: UUID | None = None,
) -> None:
    """Hangs files on a case, as photos or as a supporting document; what came later names its addition."""
    if attachment_ids:
        session.connection().execute(
            update(Attachment)
            .where(Attachment.id.in_(attachment_ids))
            .values(case_id=case_id, document_code=document_code, addition_id=addition_id)
        )


def attach_sent(session: Session, *, case_id: UUID, conversation_id: UUID, attachment_ids: Sequence[UUID]) -> None:
    """Hangs on a case what was sent in this conversation and hangs on none yet; anything else is left alone."""
    sent = select(Attachment.id).where(
        Attachment.id.in_(attachment_ids), Attachment.conversation_id == conversation_id, Attachment.case_id.is_(None)
    )
    attach(session, case_id=case_id, attachment_ids=list(session.scalars(sent)))


def hang_files(
    session: Session, *, case_id: UUID, conversation_id: UUID, message_id: UUID, files: Sequence[NewAttachment]
) -> None:
    """Keeps files that come with a case as it is filed: on the message that acknowledges it, and on the case."""
    hung = [store_attachment(session, message_id, conversation_id, file) for file in files]
    session.flush()
    attach(session, case_id=case_id, attachment_ids=hung)


def find_additions(
    session: Session, *, scope: Scope, case_ids: Sequence[UUID], limit: int = LATEST
) -> dict[UUID, list[Addition]]:
    """The latest additions of each case that the scope may see, the last one first."""
    if not case_ids:
        return {}
    rank = func.row_number().over(partition_by=CaseAddition.case_id, order_by=CaseAddition.id.desc())
    ranked = select(CaseAddition.id, rank.label("rank")).where(
        CaseAddition.case_id.in_(case_ids), of_visible_case(CaseAddition.case_id, scope)
    )
    numbered = ranked.subquery()
    latest = select(numbered.c.id).where(numbered.c.rank <= limit)
    found: dict[UUID, list[Addition]] = defaultdict(list)
    rows = list(
        session.scalars(select(CaseAddition).where(CaseAddition.id.in_(latest)).order_by(CaseAddition.id.desc()))
    )
    files = _files(session, [row.id for row in rows])
    for row in rows:
        found[row.case_id].append(Addition(row.at, row.text, tuple(files[row.id])))
    return dict(found)


def _files(session: Session, addition_ids: Sequence[UUID]) -> dict[UUID, list[Attachment]]:
    files: dict[UUID, list[Attachment]] = defaultdict(list)
    if addition_ids:
        query = select(Attachment).where(Attachment.addition_id.in_(addition_ids)).order_by(Attachment.id)
        for file in session.scalars(query):
            files[file.addition_id or file.id].append(file)
    return files
