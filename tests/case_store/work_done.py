"""How much a statement really reads: counted by the database, so that no walk hides behind a harmless plan."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Engine, event
from sqlalchemy.orm import Session

from tests.case_store.filled_town import GROWING

MOST_STEPS = 60_000
"""Of SQLite's machine: a walk through 20,000 rows takes at least 80,000."""

MOST_ROWS = 5_000
"""Read by PostgreSQL: half of the smallest table that grows."""

_EVERY = 100
_WRITES_ROWS = "INSERT INTO"


@dataclass(frozen=True, slots=True)
class Statement:
    sql: str
    values: Any


def statements_of(engine: Engine, info: dict[str, Any], work: Callable[[Session], Any]) -> list[Statement]:
    """What a command or query executes, inserts of values left out; nothing it does is kept."""
    noted: list[Statement] = []

    def note(connection: Any, cursor: Any, sql: str, values: Any, context: Any, many: bool) -> None:
        if not sql.startswith(_WRITES_ROWS):
            noted.append(Statement(sql, values[0] if many else values))

    event.listen(engine, "before_cursor_execute", note)
    try:
        with Session(engine, expire_on_commit=False, info=info) as session:
            work(session)
            session.rollback()
    finally:
        event.remove(engine, "before_cursor_execute", note)
    return noted


def find_walks(engine: Engine, statements: list[Statement]) -> list[str]:
    """One line for each statement that reads a growing table from end to end, by its plan or by what it reads."""
    judge = _sqlite_walks if engine.dialect.name == "sqlite" else _postgres_walks
    with engine.connect() as connection:
        found = [f"{fault}: {each.sql}" for each in statements for fault in judge(connection, each)]
        connection.rollback()
    return sorted(set(found))


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
