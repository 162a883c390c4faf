"""mailboxes that are read, how far, and what is wrong with them"""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "mailbox",
        sa.Column("channel_id", sa.String(), nullable=False),
        sa.Column("validity", sa.BigInteger(), nullable=True),
        sa.Column("last", sa.BigInteger(), nullable=True),
        sa.Column("lease_until", sa.Float(53), nullable=False),
        sa.Column("lease_by", sa.String(), nullable=True),
        sa.Column("read_at", moment, nullable=True),
        sa.Column("trouble", sa.String(), nullable=True),
        sa.Column("trouble_detail", sa.String(), nullable=True),
        sa.Column("trouble_at", moment, nullable=True),
        sa.PrimaryKeyConstraint("channel_id", name=op.f("pk_mailbox")),
    )


def downgrade() -> None:
    op.drop_table("mailbox")
