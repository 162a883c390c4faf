"""Residents and their contact points."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, CompoundSelect, exists, or_, select, union
from sqlalchemy.orm import Session

from case_store.actors import Actor
from case_store.engine.session import now
from case_store.engine.statements import add, add_once
from case_store.errors import NotFound
from case_store.models import Case, ContactPoint, Conversation, Resident
from case_store.residents.search_keys import keep_address_keys, keep_name_keys
from case_store.staff.scope import Scope
from case_store.timeline import record
from kit.ids import uuid7


def get_contact_point(session: Session, *, contact_point_id: UUID) -> ContactPoint:
    """Raises NotFound."""
    contact = session.get(ContactPoint, contact_point_id)
    if contact is None:
        raise NotFound("contact point")
    return contact


def get_resident(session: Session, *, resident_id: UUID) -> Resident:
    """Raises NotFound."""
    resident = session.get(Resident, resident_id)
    if resident is None:
        raise NotFound("resident")
    return resident


def keep_name(session: Session, *, resident_id: UUID, name: str, actor: Actor) -> None:
    """Writes the name a resident gives for themselves; a name that stands already stays: others may share the phone.

    Raises NotFound.
    """
    resident = session.get(Resident, resident_id, with_for_update=True)
    if resident is None:
        raise NotFound("resident")
    if resident.name is None:
        _write_name(session, resident, name, actor)


def confirm_name(session: Session, *, scope: Scope, resident_id: UUID, name: str, actor: Actor) -> None:
    """Writes the name that an agent has made sure of, in place of another. The same name again changes nothing.

    Raises NotFound for a resident of whom the scope may see nothing.
    """
    get_visible_resident(session, scope=scope, resident_id=resident_id)
    resident = session.get(Resident, resident_id, with_for_update=True)
    if resident is None:
        raise NotFound("resident")
    if resident.name != name:
        _write_name(session, resident, name, actor)


def _write_name(session: Session, resident: Resident, name: str, actor: Actor) -> None:
    resident.name = name
    resident.seq += 1
    session.flush()
    keep_name_keys(session, resident_id=resident.id, name=name)
    record(session, subject="resident", subject_id=resident.id, seq=resident.seq, kind="named", actor=actor, facts={})


def find_contact_point(session: Session, *, kind: str, address: str) -> ContactPoint | None:
    return session.scalar(select(ContactPoint).where(ContactPoint.kind == kind, ContactPoint.address == address))


def find_contact_points(session: Session, *, scope: Scope, resident_id: UUID) -> list[ContactPoint]:
    """Where a resident of whom the scope may see something is reached, oldest first."""
    theirs = select(ContactPoint).where(ContactPoint.resident_id == resident_id, is_known_to(scope, resident_id))
    return list(session.scalars(theirs.order_by(ContactPoint.id)))


def get_visible_resident(session: Session, *, scope: Scope, resident_id: UUID) -> Resident:
    """Raises NotFound for a resident none of whose conversations or cases the scope may see."""
    resident = session.scalar(select(Resident).where(Resident.id == resident_id, is_known_to(scope, resident_id)))
    if resident is None:
        raise NotFound("resident")
    return resident


def ensure_contact_point(
    session: Session, *, kind: str, address: str, language: str, resident_id: UUID | None = None
) -> ContactPoint:
    """The contact point with this address, made with a resident of its own when new.

    `resident_id` attaches a new address to that resident; an existing one stays with whom it belongs to:
    typing an address proves nothing.
    """
    known = find_contact_point(session, kind=kind, address=address)
    if known is not None:
        return known
    moment = now(session)
    if resident_id is None:
        resident_id = uuid7()
        add(session, "resident", {"id": resident_id, "language": language, "created_at": moment, "seq": 0})
    row: dict[str, Any] = {
        "id": uuid7(),
        "kind": kind,
        "address": address,
        "resident_id": resident_id,
        "level": "declared",
        "opted_out": False,
        "created_at": moment,
    }
    if add_once(session, "contact_point", ("kind", "address"), row):
        keep_address_keys(session, resident_id=resident_id, kind=kind, address=address)
        return ContactPoint(**row)
    contact = find_contact_point(session, kind=kind, address=address)
    if contact is None:
        raise NotFound("contact point")
    return contact


def is_known_to(scope: Scope, resident_id: UUID) -> ColumnElement[bool]:
    """Whether they have spoken or filed something where the scope may see it."""
    spoke = exists().where(Conversation.resident_id == resident_id, scope.conversations())
    filed = exists().where(Case.resident_id == resident_id, scope.cases())
    return or_(spoke, filed)


def known_among(scope: Scope, resident_ids: Sequence[UUID]) -> CompoundSelect[UUID]:
    """Those of the residents for whom `is_known_to` holds. For many: PostgreSQL reads all conversations to ask that."""
    spoke = select(Conversation.resident_id).where(Conversation.resident_id.in_(resident_ids), scope.conversations())
    filed = select(Case.resident_id).where(Case.resident_id.in_(resident_ids), scope.cases())
    return union(spoke, filed)
