"""The ledger of STOP and START: to whom nothing more is sent, and who said so."""

from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from case_store.actors import Actor
from case_store.engine.literals import word, words
from case_store.engine.session import now
from case_store.errors import NotFound
from case_store.kinds import ResidentEvent
from case_store.models import ContactPoint, Conversation, Delivery, OptOutEntry, Resident
from case_store.timeline import record


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
    event: ResidentEvent = "opted_out" if kind == "stop" else "opted_in"
    record(
        session,
        subject="resident",
        subject_id=resident.id,
        seq=resident.seq,
        kind=event,
        actor=actor,
        facts={"contact_kind": contact.kind},
    )
