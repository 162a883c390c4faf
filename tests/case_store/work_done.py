"""How much a statement really reads: counted by the database, so that no walk hides behind a harmless plan."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Engine, event
from sqlalchemy.orm import Session

from tests.case_store.filled_town import GROWING

MOST_STEPS = 44_000
"""Of SQLite's machine: a walk through 12,000 rows takes at least 48,000."""

MOST_ROWS = 3_000
"""Read by PostgreSQL: half of the smallest table that grows."""

_EVERY = 100
_WRITES_ROWS = "INSERT INTO"


@dataclass(frozen=True, slots=True)
class Statement:
    sql: str
    values: Any


class Judge:
    """Finds walks in one database; `info` is what a session there carries."""

    def __init__(self, engine: Engine, info: dict[str, Any]) -> None:
        self._engine, self._info = engine, info
        self._walks_of: dict[str, list[str]] = {}

    def find_walks(self, work: Callable[[Session], Any]) -> list[str]:
        """One line for each statement of a command or query that reads a growing table from end to end.

        A statement counts by its plan and by what it reads; nothing it does is kept. Raises AssertionError for work
        that executes nothing.
        """
        statements = self._statements_of(work)
        assert statements
        judge = _sqlite_walks if self._engine.dialect.name == "sqlite" else _postgres_walks
        with self._engine.connect() as connection:
            for each in statements:
                if repr(each) not in self._walks_of:
                    self._walks_of[repr(each)] = [f"{fault}: {each.sql}" for fault in judge(connection, each)]
            connection.rollback()
        return sorted({walk for each in statements for walk in self._walks_of[repr(each)]})

    def _statements_of(self, work: Callable[[Session], Any]) -> list[Statement]:
        """What it executes, inserts of values left out."""
        noted: list[Statement] = []

        def note(connection: Any, cursor: Any, sql: str, values: Any, context: Any, many: bool) -> None:
            if not sql.startswith(_WRITES_ROWS):
                noted.append(Statement(sql, values[0] if many else values))

        event.listen(self._engine, "before_cursor_execute", note)
        try:
            with Session(self._engine, expire_on_commit=False, info=self._info) as session:
                work(session)
                session.rollback()
        finally:
            event.remove(self._engine, "before_cursor_execute", note)
        return noted


def _sqlite_walks(connection: Connection, statement: Statement) -> Iterator[str]:
    for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement.sql}", statement.values):
        words = row[3].split()
        if words[0] == "SCAN" and words[1] in GROWING and "USING" not in words:
            yield row[3]
    driver: Any = connection.connection.dbapi_connection
    steps = 0

    def count() -> None:
        nonlocal steps
        steps += _EVERY

    driver.set_progress_handler(count, _EVERY)
    try:
        driver.execute(statement.sql, statement.values).fetchall()
    finally:
        driver.set_progress_handler(None, 0)
    if steps > MOST_STEPS:
        yield f"{steps} steps"


def _postgres_walks(connection: Connection, statement: Statement) -> Iterator[str]:
    explain = f"EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) {statement.sql}"
    [[plan]] = (connection.exec_driver_sql(explain, statement.values).scalar_one(),)
    rows = 0
    for node in _nodes(plan["Plan"]):
        if node["Node Type"].endswith("Seq Scan") and node["Relation Name"] in GROWING:
            yield f"{node['Node Type']} on {node['Relation Name']}"
        if "Scan" in node["Node Type"]:
            rows += _read(node)
    if rows > MOST_ROWS:
        yield f"{rows} rows"


def _nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for below in plan.get("Plans", ()):
        yield from _nodes(below)


def _read(node: dict[str, Any]) -> int:
    removed = sum(value for name, value in node.items() if name.startswith("Rows Removed by"))
    return int((node["Actual Rows"] + removed) * node["Actual Loops"])
