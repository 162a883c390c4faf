"""an index that gives the turns that were given up lately"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    given_up = sa.text("outcome = 'given_up'")
    op.create_index("ix_turn_given_up", "turn", ["at"], sqlite_where=given_up, postgresql_where=given_up)


def downgrade() -> None:
    op.drop_index("ix_turn_given_up", "turn")
