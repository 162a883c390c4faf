"""an index that gives the late cases without reading all of them"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    running = sa.text("state IN ('new', 'open')")
    op.create_index("ix_case_file_due", "case_file", ["due_at"], sqlite_where=running, postgresql_where=running)


def downgrade() -> None:
    op.drop_index("ix_case_file_due", "case_file")
