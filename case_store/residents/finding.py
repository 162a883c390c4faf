"""Finding a resident by what an agent knows of them: their name, or a piece of an address."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import permutations
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from case_store.models import ContactPoint, Resident, SearchKey
from case_store.residents.people import known_among
from case_store.residents.search_keys import LONGEST, NAME, words_of
from case_store.staff.scope import Scope

_MOST_KEYS = 1_000
"""Keys with one beginning that are looked at: of more, the first in the alphabet."""

_IN_ANY_ORDER = 3
"""Words that are tried in every order; of more, the order given, and the keys that begin with each of them."""

_AT_ONCE = 100
_AFTER_ALL = "\U0010ffff"


@dataclass(frozen=True, slots=True)
class FoundResident:
    """A resident with the addresses they are reached at, oldest first."""

    id: UUID
    name: str | None
    contacts: tuple[ContactPoint, ...]


def find_residents(
    session: Session, *, scope: Scope, name: str, pieces: Mapping[str, str], limit: int
) -> list[FoundResident]:
    """Those of whom the scope may see something, last come first: by the words of `name`, or by a piece of an address.

    Each word given is the beginning of a word of theirs, in any order. `pieces` gives a piece for each kind of address:
    digits that follow one another anywhere in a number, four at least; letters of a mailbox, or the beginning of a
    domain. Of what more than 1,000 share, the first in the alphabet are found: who looks for another says more. Nothing
    that is looked for finds nobody.
    """
    matching = {id_ for query in _queries(words_of(name), pieces) for id_ in session.scalars(query)}
    found = _visible(session, scope, sorted(matching, reverse=True), limit)
    names = {
        row.id: row.name for row in session.execute(select(Resident.id, Resident.name).where(Resident.id.in_(found)))
    }
    contacts = _contacts(session, found)
    return [FoundResident(id_, names[id_], tuple(contacts.get(id_, ()))) for id_ in found]


def _queries(words: Sequence[str], pieces: Mapping[str, str]) -> Iterator[Select[UUID]]:
    orders = permutations(words) if len(words) <= _IN_ANY_ORDER else [words]
    for beginning in {" ".join(order) for order in orders} - {""}:
        yield _keys(NAME, beginning).with_only_columns(SearchKey.resident_id)
    if len(words) > 1:  # the rarest of them has few keys, whichever it is
        yield from (_with_all(words, among=word) for word in words)
    for kind, piece in pieces.items():
        if piece:
            yield _keys(kind, piece.lower().removeprefix("+")).with_only_columns(SearchKey.resident_id)


def _with_all(words: Sequence[str], *, among: str) -> Select[UUID]:
    """Who has all of the words, among the first that have that one: a key of a name has all words of that name."""
    keys = _keys(NAME, among).subquery()
    others = [(" " + keys.c.key).contains(f" {word}", autoescape=True) for word in words]
    return select(keys.c.resident_id).where(*others)


def _keys(kind: str, beginning: str) -> Select[str, UUID]:
    start = beginning[:LONGEST]
    theirs = select(SearchKey.key, SearchKey.resident_id).where(
        SearchKey.kind == kind, SearchKey.key >= start, SearchKey.key < start + _AFTER_ALL
    )
    return theirs.order_by(SearchKey.key).limit(_MOST_KEYS)


def _visible(session: Session, scope: Scope, resident_ids: Sequence[UUID], limit: int) -> list[UUID]:
    """The first `limit` of these of whom the scope may see something; so many at once that a few looks suffice."""
    found: list[UUID] = []
    for first in range(0, len(resident_ids), _AT_ONCE):
        some = resident_ids[first : first + _AT_ONCE]
        known = set(session.scalars(known_among(scope, some)))
        found += [id_ for id_ in some if id_ in known]
        if len(found) >= limit:
            break
    return found[:limit]


def _contacts(session: Session, resident_ids: Sequence[UUID]) -> dict[UUID, list[ContactPoint]]:
    theirs: dict[UUID, list[ContactPoint]] = {}
    query = select(ContactPoint).where(ContactPoint.resident_id.in_(resident_ids)).order_by(ContactPoint.id)
    for contact in session.scalars(query):
        theirs.setdefault(contact.resident_id, []).append(contact)
    return theirs
