"""residents are found by search keys, and cases by their resident and team, and by their service's version

The names and addresses that are known already get their keys here, cut as `case_store/residents/search_keys.py` cut them
on the day of this migration.
"""

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql, sqlite

from kit.text import fold

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

_NOT_DONE = sa.text("state IN ('new', 'open', 'awaiting_resident')")
_AT_ONCE = 1_000
_LONGEST = 80
_MOST_WORDS = 6


def upgrade() -> None:
    op.create_index("ix_case_file_version", "case_file", ["service_code", "service_version"],
                    sqlite_where=_NOT_DONE, postgresql_where=_NOT_DONE)  # fmt: skip
    op.create_index("ix_case_file_resident", "case_file", ["resident_id", "team_code"])
    op.drop_index("ix_case_file_resident_id", "case_file")
    letters = sa.String().with_variant(sa.String(collation="C"), "postgresql")
    keys = op.create_table(
        "search_key",
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("key", letters, nullable=False),
        sa.Column("resident_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["resident_id"], ["resident.id"], name=op.f("fk_search_key_resident_id_resident")),
        sa.PrimaryKeyConstraint("kind", "key", "resident_id", name=op.f("pk_search_key")),
        sqlite_with_rowid=False,
    )
    _fill(keys)
    op.create_index(op.f("ix_search_key_resident_id"), "search_key", ["resident_id"])


def downgrade() -> None:
    op.drop_table("search_key")
    op.create_index("ix_case_file_resident_id", "case_file", ["resident_id"])
    op.drop_index("ix_case_file_resident", "case_file")
    op.drop_index("ix_case_file_version", "case_file")


def _fill(keys: sa.Table) -> None:
    resident = sa.table("resident", sa.column("id", sa.Uuid()), sa.column("name", sa.String()))
    point = sa.table(
        "contact_point", sa.column("id", sa.Uuid()), sa.column("resident_id", sa.Uuid()),
        sa.column("kind", sa.String()), sa.column("address", sa.String()),
    )  # fmt: skip
    for some in _rows(resident):
        _add(keys, {("name", key, row.id) for row in some for key in _of_name(row.name or "")})
    for some in _rows(point):
        _add(keys, {(row.kind, key, row.resident_id) for row in some for key in _of_address(row.address)})


def _rows(table: Any) -> Iterator[Any]:
    """All of its rows, some at a time, by their id."""
    connection, last = op.get_bind(), None
    while True:
        query = sa.select(table).order_by(table.c.id).limit(_AT_ONCE)
        some = connection.execute(query if last is None else query.where(table.c.id > last)).all()
        if not some:
            return
        yield some
        last = some[-1].id


def _add(keys: sa.Table, found: set[tuple[str, str, Any]]) -> None:
    insert = postgresql.insert if op.get_bind().dialect.name == "postgresql" else sqlite.insert
    if found:  # two addresses of one resident may share an ending
        rows = [{"kind": kind, "key": key, "resident_id": resident} for kind, key, resident in sorted(found)]
        op.get_bind().execute(insert(keys).on_conflict_do_nothing(), rows)


def _of_name(name: str) -> Iterator[str]:
    words = fold(name[:400]).split()[:_MOST_WORDS]
    for first in range(len(words)):
        yield " ".join(words[first:] + words[:first])[:_LONGEST]


def _of_address(address: str) -> Iterator[str]:
    address = address.lower()
    if address.startswith("+"):
        digits = address[1:][:_LONGEST]
        yield from (digits[first:] for first in range(len(digits) - 3))
        return
    mailbox, at, domain = address.rpartition("@")
    if at:
        yield from (address[first : first + _LONGEST] for first in range(min(len(mailbox) + 1, _LONGEST)))
        yield domain[:_LONGEST]
