"""Every test of the store runs on SQLite and on PostgreSQL, each time in an empty database."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from case_store.engine.database import Store
from case_store.engine.migrate import upgrade
from tests.case_store.world import MovingClock, World
from tests.support.postgres import PostgresServer

POSTGRESQL = pytest.param("postgresql", marks=pytest.mark.postgres)
BACKENDS = ["sqlite", POSTGRESQL]

on_sqlite = pytest.mark.parametrize("store_url", ["sqlite"], indirect=True)
"""For what only one database does."""

on_postgresql = pytest.mark.parametrize("store_url", [POSTGRESQL], indirect=True)


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("store") / "migrated.db"
    upgrade(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def migrated_database(postgres: PostgresServer) -> Iterator[str]:
    with postgres.database() as url:
        upgrade(url)
        yield url


@pytest.fixture(params=BACKENDS)
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A migrated, empty database."""
    if request.param == "sqlite":
        path = tmp_path / "store.db"
        shutil.copy(request.getfixturevalue("migrated_file"), path)
        return f"sqlite:///{path}"
    url: str = request.getfixturevalue("migrated_database")
    with psycopg.connect(url) as connection:
        connection.execute(_EMPTY)
    return url


@pytest.fixture(params=BACKENDS)
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database without tables; on SQLite not even the file is there."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'new' / 'store.db'}"
        return
    server: PostgresServer = request.getfixturevalue("postgres")
    with server.database() as url:
        yield url


@pytest.fixture
def world(store_url: str) -> Iterator[World]:
    clock = MovingClock()
    store = Store(store_url, clock)
    yield World(store, clock)
    store.close()


# Emptying takes a tenth of the time that a copy of the database takes.
_EMPTY = b"""
DO $$ DECLARE names text; BEGIN
  SELECT string_agg(quote_ident(tablename), ', ') INTO names FROM pg_tables
    WHERE schemaname = 'public' AND tablename <> 'alembic_version';
  EXECUTE 'TRUNCATE ' || names || ' RESTART IDENTITY CASCADE';
END $$
"""
