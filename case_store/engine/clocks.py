"""The clock that leases and due times go by: on PostgreSQL the database's own, the same for all processes.

A process whose clock ran half a minute ahead would think every lease of the others over, and send what they are
sending. The town's time (`engine.session.now`) may be fixed for a check; this one never is.
"""

from typing import Any

from sqlalchemy import Float, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import Session
from sqlalchemy.sql.functions import FunctionElement

from kit.clock import machine_time

SQLITE_FUNCTION = "machine_clock"
"""The name under which SQLite calls this process's clock: there, database and processes share one machine."""

CLOCKS_AGREE = 2.0
"""Seconds. More, and what a process writes down as the time is wrong, though leases stay right."""


class machine_clock(FunctionElement[float]):  # noqa: N801 - written like the SQL functions it stands among
    """Unix seconds, in SQL: `Delivery.due_at <= machine_clock()`."""

    type = Float(53)
    inherit_cache = True
    name = SQLITE_FUNCTION


@compiles(machine_clock)
def _of_this_machine(element: machine_clock, compiler: Any, **_: Any) -> str:
    return f"{SQLITE_FUNCTION}()"


@compiles(machine_clock, "postgresql")
def _of_the_database(element: machine_clock, compiler: Any, **_: Any) -> str:
    # Of the statement, not of the transaction: a lease that begins after a wait for a lock must last its whole time.
    return "CAST(extract(epoch FROM statement_timestamp()) AS DOUBLE PRECISION)"


def get_clock_offset(session: Session) -> float:
    """Seconds by which the database's clock is ahead of this process's; negative when it is behind."""
    before = machine_time()
    found = session.execute(select(machine_clock())).scalar_one()
    return float(found) - (before + machine_time()) / 2
