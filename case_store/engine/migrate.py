"""Brings a database to the present structure, and checks structure and models against each other."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import make_url
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.orm import Session

from case_store.engine.engines import create_reading_engine, create_writing_engine
from case_store.engine.locks import lock_migrating
from case_store.errors import StoreAway, StoreUnusable
from case_store.models import Base

_FOLDER = Path(__file__).parent.parent / "migrations"
_PASSING = ("starting up", "shutting down", "in recovery", "too many clients", "reserved for")
"""What PostgreSQL says of itself while it comes, goes or is full."""

_OTHERS = ("procrastinate_", "sqlite_")


def upgrade(url: str, revision: str = "head") -> None:
    """Applies what is missing; concurrent callers wait for one another. Raises StoreUnusable."""
    engine = create_writing_engine(url, 1)
    try:
        with _explained(url), engine.connect() as connection, connection.begin():
            lock_migrating(connection)
            command.upgrade(_config(connection), revision)
    finally:
        engine.dispose()


def downgrade(url: str, revision: str) -> None:
    """Goes back; for checks of the migrations only."""
    engine = create_writing_engine(url, 1)
    try:
        with engine.connect() as connection, connection.begin():
            command.downgrade(_config(connection), revision)
    finally:
        engine.dispose()


def differences(url: str) -> list[Any]:
    """What the models and the migrated database disagree on; empty when all is well."""
    engine = create_writing_engine(url, 1)
    try:
        with engine.connect() as connection:
            context = MigrationContext.configure(
                connection, opts={"compare_type": True, "include_name": _is_ours, "render_as_batch": True}
            )
            return list(compare_metadata(context, Base.metadata))
    finally:
        engine.dispose()


def is_current(session: Session) -> bool:
    """Whether the database has every migration."""
    return _revision(session.connection()) == _revisions()[0]


def is_served(session: Session) -> bool:
    """Whether this release works on the database: it has every migration, and may have those of the next release.

    Migrations add before they remove, so processes go on while a newer release is brought in beside them.
    """
    revision = _revision(session.connection())
    return revision is not None and revision >= _revisions()[0]


def find_mismatch(url: str) -> str | None:
    """How the database's structure differs from this release's, with what to do; None when it does not.

    Changes nothing: a database that is not there is not made. Raises StoreUnusable.
    """
    is_sqlite = make_url(url).get_backend_name() == "sqlite"
    if is_sqlite and not Path(make_url(url).database or "").exists():
        return f"there is no database at {make_url(url).database} yet: run `guichet migrate`"
    engine = create_reading_engine(url, 1) if is_sqlite else create_writing_engine(url, 1)
    try:
        with _explained(url), engine.connect() as connection:
            return _tell_apart(_revision(connection))
    finally:
        engine.dispose()


def _tell_apart(revision: str | None) -> str | None:
    known = _revisions()
    if revision is None:
        return "the database is empty: run `guichet migrate`"
    if revision not in known:
        return f"the database was made by another release (it has {revision}, this one {known[0]}): install that one"
    if missing := known.index(revision):
        return f"the database is at migration {revision}, {missing} before {known[0]}: run `guichet migrate`"
    return None


def _revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


@cache
def _revisions() -> tuple[str, ...]:
    """Every migration of this release, the newest first."""
    return tuple(script.revision for script in ScriptDirectory(str(_FOLDER)).walk_revisions())


@contextmanager
def _explained(url: str) -> Iterator[None]:
    """What an operator can mend, as one line without the password; anything else is a fault of ours."""
    shown = make_url(url).render_as_string(hide_password=True)
    try:
        yield
    except CommandError as error:
        raise StoreUnusable(f"{shown} was made by another release than this one ({error})") from error
    except DBAPIError as error:
        if not (isinstance(error, OperationalError) or _is_refused(error)):
            raise
        reason = " ".join(str(error.orig).split())
        kind = StoreAway if url.startswith("postgresql") and _is_away(reason) else StoreUnusable
        raise kind(f"{shown} cannot be used: {reason}") from error


def _is_away(reason: str) -> bool:
    """Nobody listens, the name is not known yet, or the server is starting; what it refuses by itself is FATAL."""
    return "FATAL" not in reason or any(word in reason for word in _PASSING)


def _is_refused(error: DBAPIError) -> bool:
    """PostgreSQL's "not allowed" (42501), SQLite's "file is not a database"."""
    return getattr(error.orig, "sqlstate", None) == "42501" or "not a database" in str(error.orig)


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(_FOLDER).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def _is_ours(name: str | None, type_: str, parent_names: Any) -> bool:
    return type_ != "table" or not str(name).startswith(_OTHERS)
