"""the subject of a delivery, for channels that carry letters"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("delivery", sa.Column("subject", sa.String(), nullable=True))


def downgrade() -> None:
    op.drop_column("delivery", "subject")
