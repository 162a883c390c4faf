"""an index that gives what the bot passed on lately"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    handed_off = sa.text("kind = 'handed_off'")
    op.create_index(
        "ix_timeline_event_handed_off",
        "timeline_event",
        ["at", "id"],
        sqlite_where=handed_off,
        postgresql_where=handed_off,
    )


def downgrade() -> None:
    op.drop_index("ix_timeline_event_handed_off", "timeline_event")
