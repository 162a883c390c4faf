"""a case stands at a step of its service's workflow, and since when its date stands still is a column

Until now a date stood still while the resident was awaited, from the event that said so; a case filed without all its
documents waits since it was opened.
"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

_OPEN = "state IN ('new', 'open')"
_DATED = f"{_OPEN} AND clock_stopped_at IS NULL"
_ASKED = (
    "SELECT MAX(at) FROM timeline_event WHERE timeline_event.subject_id = case_file.id "
    "AND timeline_event.kind = 'case_awaiting_resident'"
)


def upgrade() -> None:
    op.add_column("case_file", sa.Column("step", sa.String(), nullable=True))
    op.add_column("case_file", sa.Column("clock_stopped_at", sa.DateTime(timezone=True), nullable=True))
    op.execute(
        f"UPDATE case_file SET clock_stopped_at = COALESCE(({_ASKED}), opened_at) WHERE state = 'awaiting_resident'"
    )
    _index_dates(_DATED)


def downgrade() -> None:
    _index_dates(_OPEN)
    op.drop_column("case_file", "clock_stopped_at")
    op.drop_column("case_file", "step")


def _index_dates(which: str) -> None:
    op.drop_index("ix_case_file_due", "case_file")
    op.create_index(
        "ix_case_file_due", "case_file", ["due_at"], sqlite_where=sa.text(which), postgresql_where=sa.text(which)
    )
