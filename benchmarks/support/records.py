"""Reads the product's database from outside, whichever it is."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg

from benchmarks.support.town import Town


def sqlalchemy_url(town: Town) -> str:
    """The database as SQLAlchemy names it."""
    return town.database_url or f"sqlite:///{town.folder / 'data' / 'guichet.db'}"


def rows(town: Town, query: str) -> list[tuple[Any, ...]]:
    """The rows of a query that both databases understand."""
    if town.database_url:
        with psycopg.connect(town.database_url) as connection:
            return connection.execute(query.encode()).fetchall()
    path = Path(town.folder, "data", "guichet.db")
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=30)) as connection:
        return connection.execute(query).fetchall()


def one(town: Town, query: str) -> Any:
    """The one value of a query."""
    return rows(town, query)[0][0]


def unfinished(town: Town) -> int:
    """Due turns and deliveries on their way."""
    due = one(town, "SELECT count(*) FROM turn_due")
    return int(due + one(town, "SELECT count(*) FROM delivery WHERE state IN ('queued', 'sending')"))
