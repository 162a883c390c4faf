"""Following a case with its reference: a code to the contact point, then a browser session for that one case.

Only hashes are stored. Answers never tell whether a reference exists: the caller says the same words either way.
"""

import hashlib
import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from case_store.actors import Actor
from case_store.cases.finding import find_case_by_reference
from case_store.cases.locking import lock_case
from case_store.engine.session import now
from case_store.models import Case, CaseFollowUp, ContactPoint
from case_store.timeline import record
from kit.ids import uuid7

CODE_LENGTH = 6
CODE_LIFE = timedelta(minutes=10)
SESSION_LIFE = timedelta(hours=2)
_ATTEMPTS = 5


@dataclass(frozen=True, slots=True)
class CodeToSend:
    """A code and where it must go; it is never shown on the page that asked for it."""

    case: Case
    contact: ContactPoint
    code: str


def request_code(session: Session, *, reference: str, key: bytes) -> CodeToSend | None:
    """A fresh code for the case's contact point, the earlier ones void; None when there is nothing to send to."""
    case = find_case_by_reference(session, reference=reference)
    if case is None:
        return None
    contact = session.get_one(ContactPoint, case.contact_point_id)
    if contact.kind == "visitor":
        return None
    moment, code = now(session), f"{secrets.randbelow(10**CODE_LENGTH):0{CODE_LENGTH}d}"
    for earlier in _pending(session, case.id):
        earlier.code_expires_at = moment
    session.add(
        CaseFollowUp(
            id=uuid7(),
            case_id=case.id,
            contact_point_id=contact.id,
            code_hash=_hash_code(key, case.id, code),
            attempts=0,
            code_expires_at=moment + CODE_LIFE,
            created_at=moment,
        )
    )
    session.flush()
    return CodeToSend(case, contact, code)


def use_code(session: Session, *, reference: str, code: str, keys: Sequence[bytes]) -> str | None:
    """Gives the session cookie's value for the right code, once; None for a wrong, used or old one.

    A code is right when any of `keys` made it: one of them may have been changed since it was sent.

    A wrong try is counted, so the caller must let this transaction commit: nothing is raised here.
    """
    case = find_case_by_reference(session, reference=reference)
    if case is None:
        return None
    digits = "".join(character for character in code if character.isdigit())
    given = [_hash_code(key, case.id, digits) for key in keys]
    for pending in _pending(session, case.id):
        pending.attempts += 1
        if pending.attempts <= _ATTEMPTS and _is_one_of(pending.code_hash, given):
            return _open(session, pending)
    session.flush()
    return None


def find_followed_case(session: Session, *, token: str) -> Case | None:
    """The one case this cookie may follow, while its session lasts."""
    row = session.scalar(
        select(CaseFollowUp).where(
            CaseFollowUp.session_hash == _hash(token), CaseFollowUp.session_expires_at > now(session)
        )
    )
    return session.get(Case, row.case_id) if row else None


def close_follow_up(session: Session, *, token: str) -> None:
    """Signs out."""
    row = session.scalar(select(CaseFollowUp).where(CaseFollowUp.session_hash == _hash(token)))
    if row is not None:
        row.session_expires_at = now(session)


def _pending(session: Session, case_id: UUID) -> list[CaseFollowUp]:
    query = select(CaseFollowUp).where(
        CaseFollowUp.case_id == case_id,
        CaseFollowUp.session_hash.is_(None),
        CaseFollowUp.code_expires_at > now(session),
        CaseFollowUp.code_hash != "",
    )
    return list(session.scalars(query.with_for_update()))


def _open(session: Session, row: CaseFollowUp) -> str:
    token = secrets.token_urlsafe(32)
    row.session_hash = _hash(token)
    row.session_expires_at = now(session) + SESSION_LIFE
    case = lock_case(session, case_id=row.case_id)
    case.seq += 1
    session.flush()
    record(
        session,
        subject="case",
        subject_id=case.id,
        seq=case.seq,
        kind="case_followed",
        actor=Actor("resident"),
        facts={"contact": str(row.contact_point_id)},
    )
    return token


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _is_one_of(kept: str, given: Sequence[str]) -> bool:
    return any(hmac.compare_digest(kept, candidate) for candidate in given)


def _hash_code(key: bytes, case_id: UUID, code: str) -> str:
    return hmac.new(key, case_id.bytes + code.encode(), hashlib.sha256).hexdigest()
