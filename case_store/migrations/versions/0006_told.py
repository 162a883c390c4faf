"""an index that gives what residents added to their cases and nobody has read"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    told = sa.text("held_by = 'bot' AND queue_reason = 'case_updated' AND unread > 0")
    op.create_index(
        "ix_conversation_told", "conversation", ["last_message_at", "id"], sqlite_where=told, postgresql_where=told
    )


def downgrade() -> None:
    op.drop_index("ix_conversation_told", "conversation")
