"""what residents add to their cases is a table, and that nobody has read it is a column

Until now the words and files of an addition stood in the facts of an event, and a conversation that the assistant holds
said by its `queue_reason` that one was unread.
"""

from uuid import UUID

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

_UNREAD = sa.text("unread_addition_at IS NOT NULL")
_TOLD = sa.text("held_by = 'bot' AND queue_reason = 'case_updated' AND unread > 0")
_AT_ONCE = 500
_JSON = sa.JSON().with_variant(JSONB(), "postgresql")

_EVENTS = sa.table("timeline_event", sa.column("id", sa.Uuid()), sa.column("subject", sa.String()),
                   sa.column("subject_id", sa.Uuid()), sa.column("kind", sa.String()), sa.column("actor", sa.String()),
                   sa.column("facts", _JSON), sa.column("at", sa.DateTime(timezone=True)))  # fmt: skip
_FILES = sa.table("attachment", sa.column("id", sa.Uuid()), sa.column("addition_id", sa.Uuid()))


def upgrade() -> None:
    additions = op.create_table(
        "case_addition",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name=op.f("fk_case_addition_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_addition")),
    )
    op.create_index("ix_case_addition_latest", "case_addition", ["case_id", "id"])
    _add_to_files()
    op.create_index(op.f("ix_attachment_addition_id"), "attachment", ["addition_id"])
    _move_additions(additions)
    _move_unread()


def downgrade() -> None:
    op.drop_index("ix_conversation_unread_addition", "conversation")
    op.execute(
        "UPDATE conversation SET queue_reason = 'case_updated' WHERE unread_addition_at IS NOT NULL AND held_by = 'bot'"
    )
    op.drop_column("conversation", "unread_addition_at")
    op.create_index(
        "ix_conversation_told", "conversation", ["last_message_at", "id"], sqlite_where=_TOLD, postgresql_where=_TOLD
    )
    _give_back_additions()
    op.drop_index(op.f("ix_attachment_addition_id"), "attachment")
    if op.get_bind().dialect.name == "sqlite":
        with op.batch_alter_table("attachment") as files:  # SQLite drops no column that refers to a table
            files.drop_column("addition_id")
    else:
        op.drop_column("attachment", "addition_id")
    op.drop_table("case_addition")


def _add_to_files() -> None:
    name = op.f("fk_attachment_addition_id")
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            f"ALTER TABLE attachment ADD COLUMN addition_id CHAR(32) CONSTRAINT {name} REFERENCES case_addition (id)"
        )
        return
    op.add_column("attachment", sa.Column("addition_id", sa.Uuid(), nullable=True))
    op.create_foreign_key(name, "attachment", "case_addition", ["addition_id"], ["id"])


def _move_additions(additions: sa.Table) -> None:
    """Each event becomes an addition of the same id, and its files point there; the event keeps what it was."""
    connection, last = op.get_bind(), None
    while events := _additions_after(connection, last):
        last = events[-1].id
        connection.execute(
            sa.insert(additions),
            [
                {"id": each.id, "case_id": each.subject_id, "actor": each.actor, "at": each.at,
                 "text": str(each.facts.get("text") or "")}
                for each in events
            ],
        )  # fmt: skip
        files = [{"file": file, "addition": each.id} for each in events for file in _named(each.facts)]
        if files:
            hung = sa.update(_FILES).where(_FILES.c.id == sa.bindparam("file", type_=sa.Uuid()))
            connection.execute(hung.values(addition_id=sa.bindparam("addition", type_=sa.Uuid())), files)


def _additions_after(connection: sa.Connection, last: object) -> list[sa.Row]:
    query = sa.select(_EVENTS).where(_EVENTS.c.subject == "case", _EVENTS.c.kind == "case_updated")
    if last is not None:
        query = query.where(_EVENTS.c.id > last)
    return list(connection.execute(query.order_by(_EVENTS.c.id).limit(_AT_ONCE)))


def _named(facts: dict) -> list:
    return [UUID(text) for text in facts.get("files") or ()]


def _give_back_additions() -> None:
    """Facts that name an addition hold its words and files again, as the earlier release reads them."""
    connection, last = op.get_bind(), None
    texts = sa.table("case_addition", sa.column("id", sa.Uuid()), sa.column("text", sa.String()))
    while events := _additions_after(connection, last):
        last = events[-1].id
        for event in events:
            if "addition" not in event.facts:
                continue
            id_ = UUID(event.facts["addition"])
            text = connection.execute(sa.select(texts.c.text).where(texts.c.id == id_)).scalar_one()
            files = connection.execute(sa.select(_FILES.c.id).where(_FILES.c.addition_id == id_)).scalars()
            facts = {**event.facts, "text": text, "files": [str(file) for file in files]}
            connection.execute(sa.update(_EVENTS).where(_EVENTS.c.id == event.id).values(facts=facts))


def _move_unread() -> None:
    op.add_column("conversation", sa.Column("unread_addition_at", sa.DateTime(timezone=True), nullable=True))
    op.execute(
        "UPDATE conversation SET unread_addition_at = last_message_at "
        "WHERE held_by = 'bot' AND queue_reason = 'case_updated' AND unread > 0"
    )
    op.execute("UPDATE conversation SET queue_reason = NULL WHERE held_by = 'bot' AND queue_reason = 'case_updated'")
    op.drop_index("ix_conversation_told", "conversation")
    op.create_index(
        "ix_conversation_unread_addition",
        "conversation",
        ["unread_addition_at", "id"],
        sqlite_where=_UNREAD,
        postgresql_where=_UNREAD,
    )
