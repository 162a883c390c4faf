"""notices to the town's own people; urgent conversations shown to everybody; whether a case's team has been told"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("conversation", sa.Column("for_everybody", sa.Boolean(), server_default=sa.false(), nullable=False))
    moment = sa.DateTime(timezone=True)
    op.add_column("case_file", sa.Column("team_told_at", moment, nullable=True))
    # Old cases are no news.
    op.execute("UPDATE case_file SET team_told_at = opened_at")
    untold = sa.text("team_told_at IS NULL")
    op.create_index(
        "ix_case_file_untold", "case_file", ["opened_at", "id"], sqlite_where=untold, postgresql_where=untold
    )
    op.create_table(
        "notice",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("channel_id", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("provider_id", sa.String(), nullable=True),
        sa.Column("error_code", sa.String(), nullable=True),
        sa.Column("error_detail", sa.String(), nullable=True),
        sa.Column("advice", sa.String(), nullable=True),
        sa.Column("created_at", moment, nullable=False),
        sa.Column("updated_at", moment, nullable=False),
        sa.CheckConstraint("kind IN ('distress', 'new_cases')", name=op.f("ck_notice_kind")),
        sa.CheckConstraint("state IN ('queued', 'sending', 'sent', 'failed')", name=op.f("ck_notice_state")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
        sa.UniqueConstraint("key", name=op.f("uq_notice_key")),
    )
    failed = sa.text("state = 'failed'")
    op.create_index("ix_notice_failed", "notice", ["created_at"], sqlite_where=failed, postgresql_where=failed)


def downgrade() -> None:
    op.drop_table("notice")
    op.drop_index("ix_case_file_untold", "case_file")
    with op.batch_alter_table("case_file") as table:
        table.drop_column("team_told_at")
    with op.batch_alter_table("conversation") as table:
        table.drop_column("for_everybody")
