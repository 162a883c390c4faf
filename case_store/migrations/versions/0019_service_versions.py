"""the versions of the town's services are rows, which nothing changes or removes

The rows come at the next start, from the town's own files. Cases filed before keep the number they were filed under: it is
the one that their service's declaration then gets.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

_JSON = sa.JSON().with_variant(JSONB(), "postgresql")
_REFUSED = "a version of a service never changes and never goes"
_CHANGES = ("UPDATE", "DELETE")


def upgrade() -> None:
    op.create_table(
        "service_version",
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("content_hash", sa.String(), nullable=False),
        sa.Column("declaration", _JSON, nullable=False),
        sa.Column("first_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("code", "number", name=op.f("pk_service_version")),
        sa.UniqueConstraint("code", "content_hash", name=op.f("uq_service_version_code_content_hash")),
    )
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE FUNCTION refuse_change_of_service_version() RETURNS trigger LANGUAGE plpgsql AS $$ "
            f"BEGIN RAISE EXCEPTION '{_REFUSED}'; END $$"
        )
        op.execute(
            "CREATE TRIGGER service_version_stays BEFORE UPDATE OR DELETE ON service_version "
            "FOR EACH ROW EXECUTE FUNCTION refuse_change_of_service_version()"
        )
        return
    for change in _CHANGES:
        op.execute(
            f"CREATE TRIGGER service_version_stays_{change.lower()} BEFORE {change} ON service_version "
            f"BEGIN SELECT RAISE(ABORT, '{_REFUSED}'); END"
        )


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP TRIGGER service_version_stays ON service_version")
        op.execute("DROP FUNCTION refuse_change_of_service_version()")
    op.drop_table("service_version")
