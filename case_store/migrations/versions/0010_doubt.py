"""what is in doubt at a provider, kept as a fact of its own; an index that gives what a dead process was sending"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("delivery", sa.Column("doubt", sa.Integer(), server_default="0", nullable=False))
    op.execute(
        """UPDATE delivery SET doubt = CASE WHEN possible_duplicate THEN 2 ELSE 1 END
           WHERE state IN ('queued', 'sending')
             AND (interrupted > 0 OR error_code IN ('provider_unavailable', 'send_crashed'))"""
    )
    sending = sa.text("state = 'sending'")
    op.create_index(
        "ix_delivery_sending", "delivery", ["lease_until", "id"], sqlite_where=sending, postgresql_where=sending
    )


def downgrade() -> None:
    op.drop_index("ix_delivery_sending", "delivery")
    with op.batch_alter_table("delivery") as table:
        table.drop_column("doubt")
