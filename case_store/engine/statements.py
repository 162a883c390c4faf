"""Statements of the hot path, built once: SQLAlchemy then neither builds nor hashes them anew for each message."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import Insert, Table, Update, bindparam, insert, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from case_store.models import Base


@cache
def table(name: str) -> Table:
    """A table by its name."""
    return Base.metadata.tables[name]


@cache
def _insert(name: str) -> Insert:
    return insert(table(name))


@cache
def _insert_once(dialect: str, name: str, unique: tuple[str, ...]) -> Any:
    kind = postgresql.insert if dialect == "postgresql" else sqlite.insert
    return kind(table(name)).on_conflict_do_nothing(index_elements=list(unique)).returning(table(name).c.id)


@cache
def _update(name: str, columns: tuple[str, ...]) -> Update:
    chosen = table(name)
    values = {column: bindparam(f"new_{column}", type_=chosen.c[column].type) for column in columns}
    return update(chosen).where(chosen.c.id == bindparam("row_id", type_=chosen.c.id.type)).values(values)


def upsert(session: Session) -> "type[postgresql.Insert] | type[sqlite.Insert]":
    """The dialect's INSERT with ON CONFLICT."""
    return postgresql.Insert if session.get_bind().dialect.name == "postgresql" else sqlite.Insert


def add(session: Session, name: str, rows: Mapping[str, Any] | Sequence[Mapping[str, Any]]) -> None:
    """Inserts one row or several of the same columns."""
    session.connection().execute(_insert(name), rows)


def add_once(session: Session, name: str, unique: tuple[str, ...], row: Mapping[str, Any]) -> bool:
    """Inserts unless a row with the same `unique` columns is there; says whether it did."""
    connection = session.connection()
    return connection.execute(_insert_once(connection.dialect.name, name, unique), row).first() is not None


def change(session: Session, name: str, row_id: Any, values: Mapping[str, Any]) -> None:
    """Updates plain values of one row by its id."""
    columns = tuple(sorted(values))
    session.connection().execute(
        _update(name, columns), {"row_id": row_id, **{f"new_{column}": values[column] for column in columns}}
    )
