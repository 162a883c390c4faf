"""an index that gives the latest take-overs: how long people waited for somebody"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    taken = sa.text("kind = 'taken_over'")
    op.create_index(
        "ix_timeline_event_taken_over", "timeline_event", ["at"], sqlite_where=taken, postgresql_where=taken
    )


def downgrade() -> None:
    op.drop_index("ix_timeline_event_taken_over", "timeline_event")
