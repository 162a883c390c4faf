"""which conversations the resident has ever written in"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("conversation", sa.Column("resident_wrote", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.execute(
        "UPDATE conversation SET resident_wrote = (SELECT count(*) > 0 FROM message"
        " WHERE message.conversation_id = conversation.id AND message.direction = 'inbound')"
    )


def downgrade() -> None:
    with op.batch_alter_table("conversation") as table:
        table.drop_column("resident_wrote")
