"""how often a delivery has changed, so that pages never go back; whether a member of staff wants the shortcuts"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("delivery", sa.Column("revision", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("staff", sa.Column("shortcuts", sa.Boolean(), nullable=False, server_default=sa.true()))


def downgrade() -> None:
    with op.batch_alter_table("staff") as table:
        table.drop_column("shortcuts")
    with op.batch_alter_table("delivery") as table:
        table.drop_column("revision")
