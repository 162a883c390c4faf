"""Locks between all processes on one database, for what only one of them may do at a time."""

from sqlalchemy import Connection, text
from sqlalchemy.orm import Session

# Any numbers, the same in every process and release.
_MIGRATING = 7_308_894_415
_SEEDING = 7_308_894_416


def lock_migrating(connection: Connection) -> None:
    """Waits until no other transaction migrates this database; held until this one ends."""
    _lock(connection, _MIGRATING)


def lock_seeding(session: Session) -> None:
    """Waits until no other transaction fills this database; held until this one ends.

    What the others filled in is seen afterwards: whether anything is still to be done is asked under the lock.
    """
    _lock(session.connection(), _SEEDING)


def _lock(connection: Connection, number: int) -> None:
    # SQLite has one writer at a time: there, whoever has begun a transaction is alone already.
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": number})
