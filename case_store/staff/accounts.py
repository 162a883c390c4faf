"""Staff accounts and signed-in browsers. Hashing a password takes long: it is done before the transaction."""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from case_store.engine.session import now
from case_store.models import Staff, StaffSession
from kit.text import dictionary_order

SESSION_LENGTH = timedelta(hours=12)
_TOUCH_EVERY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A valid session: who, and the token their forms must carry."""

    staff: Staff
    csrf_token: str


def save_staff(
    session: Session,
    *,
    email: str,
    name: str,
    password_hash: str,
    role: str,
    teams: Sequence[str] = (),
    language: str = "fr",
    demo: bool = False,
) -> Staff:
    """Creates the account, or brings the one with this e-mail up to date."""
    staff = find_staff_by_email(session, email=email)
    if staff is None:
        staff = Staff(email=email.strip().lower(), created_at=now(session))
        session.add(staff)
    staff.name, staff.password_hash, staff.role = name, password_hash, role
    staff.teams, staff.language, staff.demo, staff.active = list(teams), language, demo, True
    session.flush()
    return staff


def find_staff_by_email(session: Session, *, email: str) -> Staff | None:
    return session.scalar(select(Staff).where(Staff.email == email.strip().lower()))


def find_staff(session: Session) -> list[Staff]:
    """Active staff, by name as a dictionary sorts them, whatever the database's own order."""
    found = session.scalars(select(Staff).where(Staff.active.is_(True)))
    return sorted(found, key=lambda person: (*dictionary_order(person.name), person.id))


def find_demo_staff(session: Session) -> list[Staff]:
    """The demonstration accounts, in the order they were made."""
    query = select(Staff).where(Staff.demo.is_(True), Staff.active.is_(True)).order_by(Staff.id)
    return list(session.scalars(query))


def save_language(session: Session, *, staff_id: UUID, language: str) -> None:
    """The language a member of staff works in."""
    session.connection().execute(update(Staff).where(Staff.id == staff_id).values(language=language))


def save_shortcuts(session: Session, *, staff_id: UUID, active: bool) -> None:
    """Whether a member of staff wants the keyboard's single letters."""
    session.connection().execute(update(Staff).where(Staff.id == staff_id).values(shortcuts=active))


def save_password(session: Session, *, staff_id: UUID, password_hash: str) -> None:
    session.connection().execute(update(Staff).where(Staff.id == staff_id).values(password_hash=password_hash))


def replace_password(session: Session, *, staff_id: UUID, password_hash: str) -> None:
    """Sets a password on another's behalf and ends all sessions of the account."""
    save_password(session, staff_id=staff_id, password_hash=password_hash)
    close_sessions_of(session, staff_id=staff_id)


def close_account(session: Session, *, staff_id: UUID) -> None:
    """Deactivates the account and ends its sessions. Its row stays, so that history still names the person."""
    session.connection().execute(update(Staff).where(Staff.id == staff_id).values(active=False))
    close_sessions_of(session, staff_id=staff_id)


def close_sessions_of(session: Session, *, staff_id: UUID) -> None:
    session.connection().execute(delete(StaffSession).where(StaffSession.staff_id == staff_id))


def open_session(session: Session, *, staff_id: UUID, user_agent: str) -> str:
    """A new signed-in browser; gives the cookie's value, of which only the hash is kept."""
    token, moment = secrets.token_urlsafe(32), now(session)
    session.add(
        StaffSession(
            token_hash=_hash(token),
            staff_id=staff_id,
            csrf_token=secrets.token_urlsafe(24),
            user_agent=user_agent[:200],
            created_at=moment,
            last_seen_at=moment,
            expires_at=moment + SESSION_LENGTH,
        )
    )
    return token


def find_session(session: Session, *, token: str) -> SignedIn | None:
    """Who this cookie is, while the session lasts and the account is active."""
    query = (
        select(StaffSession, Staff)
        .join(Staff, Staff.id == StaffSession.staff_id)
        .where(StaffSession.token_hash == _hash(token), StaffSession.expires_at > now(session), Staff.active.is_(True))
    )
    row = session.execute(query).first()
    return SignedIn(row[1], row[0].csrf_token) if row else None


def close_session(session: Session, *, token: str) -> None:
    session.connection().execute(delete(StaffSession).where(StaffSession.token_hash == _hash(token)))


def close_expired_sessions(session: Session) -> int:
    return session.connection().execute(delete(StaffSession).where(StaffSession.expires_at <= now(session))).rowcount


def touch_session(session: Session, *, token: str) -> None:
    """Notes that the browser is there; at most once a minute a row changes."""
    moment = now(session)
    session.connection().execute(
        update(StaffSession)
        .where(StaffSession.token_hash == _hash(token), StaffSession.last_seen_at < moment - _TOUCH_EVERY)
        .values(last_seen_at=moment)
    )


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
