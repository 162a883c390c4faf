"""Engines with the settings each database needs.

SQLite loses updates unless a writing transaction starts with BEGIN IMMEDIATE, so the driver's own
transaction handling is switched off and the dialect is told which kind is meant.
"""

import json
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, event, make_url
from sqlalchemy.pool import QueuePool

from case_store.engine.clocks import SQLITE_FUNCTION
from kit.clock import machine_time

_PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=10000", "cache_size=-65536")

_CONNECT_SECONDS = 10


def _dumps(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def create_writing_engine(url: str, size: int) -> Engine:
    """The engine for commands (on PostgreSQL also for queries)."""
    if make_url(url).get_backend_name() == "sqlite":
        return _sqlite(url, 1, writing=True)
    return create_engine(
        url,
        pool_size=size,
        max_overflow=4,
        pool_recycle=1800,  # no ping before each use, which is one more trip: what meets a lost line is tried again
        json_serializer=_dumps,
        hide_parameters=True,  # an error goes to the log; what residents write does not
        connect_args={"connect_timeout": _CONNECT_SECONDS},
    )


def create_reading_engine(url: str, size: int) -> Engine:
    """The engine for queries on SQLite: it cannot write."""
    return _sqlite(url, size, writing=False)


def _sqlite(url: str, size: int, *, writing: bool) -> Engine:
    database = make_url(url).database
    if database:
        Path(database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(
        url,
        poolclass=QueuePool,
        pool_size=size,
        max_overflow=1,
        json_serializer=_dumps,
        hide_parameters=True,
        connect_args={"check_same_thread": False, "cached_statements": 256},
    )

    @event.listens_for(engine, "connect")
    def _connect(connection: Any, _: Any) -> None:
        connection.isolation_level = None
        connection.create_function(SQLITE_FUNCTION, 0, machine_time)
        for pragma in _PRAGMAS if writing else (*_PRAGMAS, "query_only=ON"):
            connection.execute(f"PRAGMA {pragma}")

    # Not the engine's `begin` event: one listener there makes every statement look for more of them.
    begin = "BEGIN IMMEDIATE" if writing else "BEGIN"

    def do_begin(dbapi_connection: Any) -> None:
        dbapi_connection.execute(begin)

    engine.dialect.do_begin = do_begin  # type: ignore[method-assign]
    return engine
