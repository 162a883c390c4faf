"""what a letter is about, and the letters it goes back to: an answer stands in the same thread"""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("conversation", sa.Column("subject", sa.String(), nullable=True))
    op.add_column("conversation", sa.Column("thread", sa.String(), nullable=True))
    op.add_column("delivery", sa.Column("thread", sa.String(), nullable=True))
    op.add_column("delivery", sa.Column("automatic", sa.Boolean(), server_default=sa.true(), nullable=False))


def downgrade() -> None:
    with op.batch_alter_table("delivery") as table:
        table.drop_column("automatic")
    op.drop_column("delivery", "thread")
    op.drop_column("conversation", "thread")
    op.drop_column("conversation", "subject")
