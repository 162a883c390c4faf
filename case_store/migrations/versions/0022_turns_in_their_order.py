"""turns are read in their order from a moment on, to be decided again"""

from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_turn_at", "turn", ["at", "id"])


def downgrade() -> None:
    op.drop_index("ix_turn_at", "turn")
