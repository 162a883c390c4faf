"""any kind of address: which there are is said by the channels, and a new one needs no migration"""

from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

_NAME = "ck_contact_point_kind"
_CLOSED = "kind IN ('phone', 'email', 'visitor')"
_OPEN = "kind <> '' AND kind = lower(kind)"


def upgrade() -> None:
    _replace(_CLOSED, _OPEN)


def downgrade() -> None:
    _replace(_OPEN, _CLOSED)


def _replace(old: str, new: str) -> None:
    if op.get_bind().dialect.name == "sqlite":
        _rewrite(old, new)
        return
    op.drop_constraint(op.f(_NAME), "contact_point", type_="check")
    op.create_check_constraint(op.f(_NAME), "contact_point", new)


def _rewrite(old: str, new: str) -> None:
    """Changes the constraint in the text that SQLite keeps of the table; raises RuntimeError for another text.

    SQLite cannot change a constraint, and refuses to exchange a table that others refer to. As what is stored stays
    the same, its documentation has the text rewritten: https://www.sqlite.org/lang_altertable.html#otheralter
    """
    connection = op.get_bind()
    (text,) = connection.exec_driver_sql("SELECT sql FROM sqlite_schema WHERE name = 'contact_point'").one()
    if text.count(old) != 1:
        raise RuntimeError(f"the table contact_point is not as release 0001 made it: {text}")
    (version,) = connection.exec_driver_sql("PRAGMA schema_version").one()
    connection.exec_driver_sql("PRAGMA writable_schema=ON")
    connection.exec_driver_sql(
        "UPDATE sqlite_schema SET sql = ? WHERE type = 'table' AND name = 'contact_point'", (text.replace(old, new),)
    )
    connection.exec_driver_sql(f"PRAGMA schema_version={version + 1}")
    connection.exec_driver_sql("PRAGMA writable_schema=OFF")
