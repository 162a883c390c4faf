"""Search keys: what somebody may know of a resident, cut so that an index finds it by its beginning.

Of a name each word with those that follow it, round to the first; of a number every ending; of a mail address every
ending that begins in the mailbox, and the domain. A browser's address has none: nobody knows it.
"""

from collections.abc import Iterator
from itertools import islice
from uuid import UUID

from sqlalchemy.orm import Session

from case_store.engine.statements import table, upsert
from kit.text import fold

NAME = "name"
"""The kind of key of a name; an address's are of its own kind."""

LEAST_DIGITS = 4
"""Of a number: fewer find nobody."""

MOST_WORDS = 6
LONGEST = 80
"""Characters of a key, and of what is looked for: an index takes no text of any length."""

_LONGEST_NAME = 400


def words_of(name: str) -> list[str]:
    """The words of a name that count, without accents and in small letters."""
    return fold(name[:_LONGEST_NAME]).split()[:MOST_WORDS]


def name_keys(name: str) -> set[str]:
    """The name's words, beginning with each of them in turn: "Zoé Le Goff" is also "le goff zoe" and "goff zoe le"."""
    words = words_of(name)
    return {" ".join(words[first:] + words[:first])[:LONGEST] for first in range(len(words))}


def address_keys(address: str) -> set[str]:
    """The endings of a number in international form or of a mail address; none of any other address."""
    return set(_endings(address.lower()))


def _endings(address: str) -> Iterator[str]:
    if address.startswith("+"):
        digits = address[1:][:LONGEST]
        yield from (digits[first:] for first in range(len(digits) - LEAST_DIGITS + 1))
        return
    mailbox, at, domain = address.rpartition("@")
    if at:
        yield from (address[first : first + LONGEST] for first in islice(range(len(mailbox) + 1), LONGEST))
        yield domain[:LONGEST]


def keep_name_keys(session: Session, *, resident_id: UUID, name: str) -> None:
    """Has the resident found by a name that they had not before."""
    _keep(session, resident_id, NAME, name_keys(name))


def keep_address_keys(session: Session, *, resident_id: UUID, kind: str, address: str) -> None:
    """Has the resident found by an address that they had not before."""
    _keep(session, resident_id, kind, address_keys(address))


def _keep(session: Session, resident_id: UUID, kind: str, keys: set[str]) -> None:
    if keys:  # two addresses may share an ending
        rows = [{"kind": kind, "key": key, "resident_id": resident_id} for key in keys]
        session.connection().execute(upsert(session)(table("search_key")).on_conflict_do_nothing(), rows)
