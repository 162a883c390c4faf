"""Every test of the store runs on SQLite and on PostgreSQL, in a database of its own copied from a migrated one."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from case_store.database import Store
from case_store.migrate import upgrade
from tests.case_store.world import MovingClock, World
from tests.support.postgres import PostgresServer

BACKENDS = ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)]


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("store") / "migrated.db"
    upgrade(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def migrated_database(postgres: PostgresServer) -> str:
    name = f"migrated_{uuid4().hex[:12]}"
    postgres.execute(f"CREATE DATABASE {name}")
    upgrade(postgres.url(name))
    return name


@pytest.fixture(params=BACKENDS)
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A migrated, empty database."""
    if request.param == "sqlite":
        path = tmp_path / "store.db"
        shutil.copy(request.getfixturevalue("migrated_file"), path)
        yield f"sqlite:///{path}"
        return
    template = request.getfixturevalue("migrated_database")
    server: PostgresServer = request.getfixturevalue("postgres")
    name = f"store_{uuid4().hex[:12]}"
    server.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
    yield server.url(name)
    server.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def world(store_url: str) -> Iterator[World]:
    clock = MovingClock()
    store = Store(store_url, clock)
    yield World(store, clock)
    store.close()
