"""Residents and their contact points; the ledger of STOP and START."""

from typing import Any
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from case_store.actors import Actor
from case_store.engine.literals import word, words
from case_store.engine.session import now
from case_store.engine.statements import add, add_once
from case_store.errors import NotFound
from case_store.models import ContactPoint, Conversation, Delivery, OptOutEntry, Resident
from case_store.timeline import record
from kit.ids import uuid7


def upsert(session: Session) -> "type[postgresql.Insert] | type[sqlite.Insert]":
    """The dialect's INSERT with ON CONFLICT."""
    return postgresql.Insert if session.get_bind().dialect.name == "postgresql" else sqlite.Insert


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
    if resident.name is not None:
        return
    resident.name = name
    resident.seq += 1
    session.flush()
    record(session, subject="resident", subject_id=resident.id, seq=resident.seq, kind="named", actor=actor, facts={})


def find_contact_point(session: Session, *, kind: str, address: str) -> ContactPoint | None:
    return session.scalar(select(ContactPoint).where(ContactPoint.kind == kind, ContactPoint.address == address))


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
        return ContactPoint(**row)
    contact = find_contact_point(session, kind=kind, address=address)
    if contact is None:
        raise NotFound("contact point")
    return contact


def opt_out(session: Session, *, contact_point_id: UUID, actor: Actor) -> None:
    """STOP: nothing more is sent to this address; what waits to leave is cancelled, save the confirmation."""
    _write_ledger(session, contact_point_id, "stop", actor)
    theirs = select(Conversation.id).where(Conversation.contact_point_id == contact_point_id)
    session.connection().execute(
        update(Delivery)
        .where(
            Delivery.conversation_id.in_(theirs),
            Delivery.state.in_(words("queued", "sending")),
            Delivery.state == word("queued"),
            Delivery.protected.is_(False),
        )
        .values(state="cancelled", error_code="opted_out", updated_at=now(session))
    )


def find_last_stop_actor(session: Session, *, contact_point_id: UUID) -> str | None:
    """The kind of actor that wrote the latest STOP of this address; "system" where only the provider knew of it."""
    lines = select(OptOutEntry.actor).where(
        OptOutEntry.contact_point_id == contact_point_id, OptOutEntry.kind == word("stop")
    )
    return session.scalar(lines.order_by(OptOutEntry.id.desc()).limit(1))


def opt_in(session: Session, *, contact_point_id: UUID, actor: Actor) -> None:
    """START: messages again."""
    _write_ledger(session, contact_point_id, "start", actor)


def _write_ledger(session: Session, contact_point_id: UUID, kind: str, actor: Actor) -> None:
    contact = session.get(ContactPoint, contact_point_id, with_for_update=True)
    if contact is None:
        raise NotFound("contact point")
    contact.opted_out = kind == "stop"
    session.add(OptOutEntry(contact_point_id=contact.id, kind=kind, actor=actor.kind, at=now(session)))
    resident = session.get_one(Resident, contact.resident_id, with_for_update=True)
    resident.seq += 1
    session.flush()
    event = "opted_out" if kind == "stop" else "opted_in"
    record(
        session,
        subject="resident",
        subject_id=resident.id,
        seq=resident.seq,
        kind=event,
        actor=actor,
        facts={"contact_kind": contact.kind},
    )
