"""Brings a database to the present structure, and checks structure and models against each other."""

from pathlib import Path
from typing import Any

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, text
from sqlalchemy.engine import Connection

from case_store.engines import create_writing_engine
from case_store.models import Base

_LOCK = 7_308_894_415  # any number, the same in every process: migrations of one database run one at a time
_OTHERS = ("procrastinate_", "sqlite_")


def upgrade(url: str, revision: str = "head") -> None:
    """Applies what is missing; concurrent callers wait for one another."""
    engine = create_writing_engine(url, 1)
    try:
        with engine.connect() as connection, connection.begin():
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


def is_current(engine: Engine) -> bool:
    """Whether the database has every migration."""
    with engine.connect() as connection:
        context = MigrationContext.configure(connection)
        return context.get_current_revision() == ScriptDirectory.from_config(_config(connection)).get_current_head()


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def _is_ours(name: str | None, type_: str, parent_names: Any) -> bool:
    return type_ != "table" or not str(name).startswith(_OTHERS)
