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
from sqlalchemy import make_url, text
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.orm import Session

from case_store.engines import create_writing_engine
from case_store.errors import StoreUnusable
from case_store.models import Base

_LOCK = 7_308_894_415  # any number, the same in every process: migrations of one database run one at a time
_FOLDER = Path(__file__).parent / "migrations"
_OTHERS = ("procrastinate_", "sqlite_")


def upgrade(url: str, revision: str = "head") -> None:
    """Applies what is missing; concurrent callers wait for one another. Raises StoreUnusable."""
    engine = create_writing_engine(url, 1)
    try:
        with _explained(url), engine.connect() as connection, connection.begin():
            if connection.dialect.name == "postgresql":
                connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
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
    context = MigrationContext.configure(session.connection())
    return context.get_current_revision() == _newest()


@cache
def _newest() -> str | None:
    return ScriptDirectory(str(_FOLDER)).get_current_head()


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
        raise StoreUnusable(f"{shown} cannot be used: {reason}") from error


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
