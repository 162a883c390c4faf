"""Finding a resident by what an agent knows of them: their name, or a piece of an address."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from uuid import UUID

from sqlalchemy import ColumnElement, Row, exists, func, select
from sqlalchemy.orm import Session

from case_store.models import ContactPoint, Resident
from case_store.residents.people import is_known_to
from case_store.staff.scope import Scope
from kit.text import fold

_MOST_WORDS = 6
_BATCH = 500
_ALTERED = re.compile("[aceinouy]+")
"""Letters that names write with accents, or in one letter with another: neither database folds them by itself."""


@dataclass(frozen=True, slots=True)
class FoundResident:
    """A resident with the addresses they are reached at, oldest first."""

    id: UUID
    name: str | None
    contacts: tuple[ContactPoint, ...]


def find_residents(
    session: Session, *, scope: Scope, name: str, pieces: Mapping[str, str], limit: int
) -> list[FoundResident]:
    """Those of whom the scope may see something, last come first: each word of `name` stands in theirs, or an address
    of theirs has the piece given for its kind. Nothing that is looked for finds nobody.
    """
    words = fold(name).split()[:_MOST_WORDS]
    known = select(Resident.id, Resident.name).where(is_known_to(scope, Resident.id)).order_by(Resident.id.desc())
    found: dict[UUID, str | None] = {}
    if words:
        rows = session.execute(known.where(*map(_may_have, words)).execution_options(yield_per=_BATCH))
        found |= _by_id(islice((row for row in rows if _has(row.name, words)), limit))
    for kind, piece in pieces.items():
        if piece:
            found |= _by_id(session.execute(known.where(_is_reached(kind, piece)).limit(limit)))
    chosen = sorted(found, reverse=True)[:limit]
    contacts = _contacts(session, chosen)
    return [FoundResident(id_, found[id_], tuple(contacts.get(id_, ()))) for id_ in chosen]


def _by_id(rows: Iterable[Row[UUID, str | None]]) -> dict[UUID, str | None]:
    return {row.id: row.name for row in rows}


def _has(name: str | None, words: Sequence[str]) -> bool:
    folded = fold(name or "")
    return all(word in folded for word in words)


def _may_have(word: str) -> ColumnElement[bool]:
    """Leaves out names that cannot have the word; the rest is compared letter by letter."""
    return func.lower(Resident.name).like(f"%{_ALTERED.sub('%', word)}%")


def _is_reached(kind: str, piece: str) -> ColumnElement[bool]:
    return exists().where(
        ContactPoint.resident_id == Resident.id,
        ContactPoint.kind == kind,
        ContactPoint.address.contains(piece, autoescape=True),
    )


def _contacts(session: Session, resident_ids: Sequence[UUID]) -> dict[UUID, list[ContactPoint]]:
    theirs: dict[UUID, list[ContactPoint]] = {}
    query = select(ContactPoint).where(ContactPoint.resident_id.in_(resident_ids)).order_by(ContactPoint.id)
    for contact in session.scalars(query):
        theirs.setdefault(contact.resident_id, []).append(contact)
    return theirs
