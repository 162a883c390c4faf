"""what lists are filtered by: the team, the kind of channel, the wait"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name, column in (("team", "team_code"), ("channel", "channel_kind")):
        op.create_index(f"ix_conversation_{name}_list", "conversation", ["state", column, "last_message_at", "id"])
    waits = sa.text("waiting_since IS NOT NULL")
    op.create_index(
        "ix_conversation_waits",
        "conversation",
        ["waiting_since", "id"],
        sqlite_where=waits,
        postgresql_where=waits,
    )


def downgrade() -> None:
    for name in ("waits", "channel_list", "team_list"):
        op.drop_index(f"ix_conversation_{name}", "conversation")
