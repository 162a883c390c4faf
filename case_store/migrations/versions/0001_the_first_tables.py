"""the first tables"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "counter",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("value", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_counter")),
    )
    op.create_table(
        "raw_event",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("channel_id", sa.String(), nullable=False),
        sa.Column("external_id", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column(
            "payload", sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"), nullable=False
        ),
        sa.Column("error", sa.String(), nullable=True),
        sa.Column("trace_id", sa.String(), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("state IN ('accepted', 'quarantined')", name=op.f("ck_raw_event_state")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_raw_event")),
        sa.UniqueConstraint("channel_id", "external_id", name=op.f("uq_raw_event_channel_id_external_id")),
    )
    with op.batch_alter_table("raw_event", schema=None) as batch_op:
        batch_op.create_index(
            "ix_raw_event_quarantined",
            ["received_at"],
            unique=False,
            sqlite_where=sa.text("state = 'quarantined'"),
            postgresql_where=sa.text("state = 'quarantined'"),
        )

    op.create_table(
        "resident",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=True),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_resident")),
    )
    op.create_table(
        "staff",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("password_hash", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column(
            "teams", sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"), nullable=False
        ),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("demo", sa.Boolean(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("role IN ('agent', 'supervisor', 'admin')", name=op.f("ck_staff_role")),
        sa.CheckConstraint("email = lower(email)", name=op.f("ck_staff_email")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff")),
        sa.UniqueConstraint("email", name=op.f("uq_staff_email")),
    )
    op.create_table(
        "contact_point",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("resident_id", sa.Uuid(), nullable=False),
        sa.Column("level", sa.String(), nullable=False),
        sa.Column("opted_out", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind IN ('phone', 'email', 'visitor')", name=op.f("ck_contact_point_kind")),
        sa.CheckConstraint("level IN ('declared', 'confirmed', 'verified')", name=op.f("ck_contact_point_level")),
        sa.ForeignKeyConstraint(["resident_id"], ["resident.id"], name=op.f("fk_contact_point_resident_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact_point")),
        sa.UniqueConstraint("kind", "address", name=op.f("uq_contact_point_kind_address")),
    )
    with op.batch_alter_table("contact_point", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_contact_point_resident_id"), ["resident_id"], unique=False)

    op.create_table(
        "staff_session",
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("csrf_token", sa.String(), nullable=False),
        sa.Column("user_agent", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_staff_session_staff_id")),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_staff_session")),
    )
    with op.batch_alter_table("staff_session", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_staff_session_staff_id"), ["staff_id"], unique=False)

    op.create_table(
        "timeline_event",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("audience", sa.String(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column(
            "facts", sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"), nullable=False
        ),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("actor IN ('resident', 'bot', 'agent', 'system')", name=op.f("ck_timeline_event_actor")),
        sa.CheckConstraint("audience IN ('resident', 'staff')", name=op.f("ck_timeline_event_audience")),
        sa.CheckConstraint("subject IN ('conversation', 'case', 'resident')", name=op.f("ck_timeline_event_subject")),
        sa.ForeignKeyConstraint(["actor_id"], ["staff.id"], name=op.f("fk_timeline_event_actor_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_timeline_event")),
        sa.UniqueConstraint("subject_id", "seq", name=op.f("uq_timeline_event_subject_id_seq")),
    )
    op.create_table(
        "case_file",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("service_code", sa.String(), nullable=False),
        sa.Column("service_version", sa.Integer(), nullable=False),
        sa.Column("team_code", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("priority", sa.String(), nullable=False),
        sa.Column(
            "fields", sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"), nullable=False
        ),
        sa.Column(
            "documents", sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"), nullable=False
        ),
        sa.Column("location_text", sa.String(), nullable=True),
        sa.Column("location_entity", sa.String(), nullable=True),
        sa.Column("latitude", sa.Double(), nullable=True),
        sa.Column("longitude", sa.Double(), nullable=True),
        sa.Column("location_known", sa.Boolean(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("channel_kind", sa.String(), nullable=False),
        sa.Column("resident_id", sa.Uuid(), nullable=False),
        sa.Column("contact_point_id", sa.Uuid(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("acknowledged_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("resolved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.CheckConstraint("kind IN ('request', 'report')", name=op.f("ck_case_file_kind")),
        sa.CheckConstraint("priority IN ('normal', 'high')", name=op.f("ck_case_file_priority")),
        sa.CheckConstraint("state <> 'rejected' OR reason IS NOT NULL", name=op.f("ck_case_file_reason")),
        sa.CheckConstraint(
            "state IN ('new', 'open', 'awaiting_resident', 'resolved', 'closed', 'rejected', 'cancelled')",
            name=op.f("ck_case_file_state"),
        ),
        sa.ForeignKeyConstraint(["contact_point_id"], ["contact_point.id"], name=op.f("fk_case_file_contact_point_id")),
        sa.ForeignKeyConstraint(["resident_id"], ["resident.id"], name=op.f("fk_case_file_resident_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_file")),
        sa.UniqueConstraint("reference", name=op.f("uq_case_file_reference")),
    )
    with op.batch_alter_table("case_file", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_case_file_contact_point_id"), ["contact_point_id"], unique=False)
        batch_op.create_index(
            "ix_case_file_place",
            ["service_code", "latitude", "longitude"],
            unique=False,
            sqlite_where=sa.text("state IN ('new', 'open', 'awaiting_resident')"),
            postgresql_where=sa.text("state IN ('new', 'open', 'awaiting_resident')"),
        )
        batch_op.create_index(batch_op.f("ix_case_file_resident_id"), ["resident_id"], unique=False)
        batch_op.create_index("ix_case_file_team_state", ["team_code", "state", "due_at"], unique=False)

    op.create_table(
        "conversation",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("channel_id", sa.String(), nullable=False),
        sa.Column("channel_kind", sa.String(), nullable=False),
        sa.Column("contact_point_id", sa.Uuid(), nullable=False),
        sa.Column("resident_id", sa.Uuid(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("language_fixed", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("held_by", sa.String(), nullable=False),
        sa.Column("agent_id", sa.Uuid(), nullable=True),
        sa.Column("team_code", sa.String(), nullable=True),
        sa.Column("queue_reason", sa.String(), nullable=True),
        sa.Column("queue_summary", sa.String(), nullable=True),
        sa.Column("queue_urgent", sa.Boolean(), nullable=False),
        sa.Column("waiting_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("snoozed_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "dialogue", sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"), nullable=False
        ),
        sa.Column(
            "briefing", sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"), nullable=True
        ),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("unread", sa.Integer(), nullable=False),
        sa.Column("failed_deliveries", sa.Integer(), nullable=False),
        sa.Column("resident_seen_seq", sa.Integer(), nullable=False),
        sa.Column("last_message_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_message_text", sa.String(), nullable=False),
        sa.Column("last_message_author", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("(held_by = 'agent') = (agent_id IS NOT NULL)", name=op.f("ck_conversation_agent")),
        sa.CheckConstraint("(state = 'snoozed') = (snoozed_until IS NOT NULL)", name=op.f("ck_conversation_snoozed")),
        sa.CheckConstraint("held_by IN ('bot', 'queue', 'agent')", name=op.f("ck_conversation_held_by")),
        sa.CheckConstraint("state IN ('open', 'snoozed', 'resolved')", name=op.f("ck_conversation_state")),
        sa.ForeignKeyConstraint(["agent_id"], ["staff.id"], name=op.f("fk_conversation_agent_id")),
        sa.ForeignKeyConstraint(
            ["contact_point_id"], ["contact_point.id"], name=op.f("fk_conversation_contact_point_id")
        ),
        sa.ForeignKeyConstraint(["resident_id"], ["resident.id"], name=op.f("fk_conversation_resident_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_conversation")),
        sa.UniqueConstraint("contact_point_id", "channel_id", name=op.f("uq_conversation_contact_point_id_channel_id")),
    )
    with op.batch_alter_table("conversation", schema=None) as batch_op:
        batch_op.create_index(
            "ix_conversation_agent",
            ["agent_id", "last_message_at", "id"],
            unique=False,
            sqlite_where=sa.text("held_by = 'agent'"),
            postgresql_where=sa.text("held_by = 'agent'"),
        )
        batch_op.create_index(
            "ix_conversation_failed",
            ["last_message_at", "id"],
            unique=False,
            sqlite_where=sa.text("failed_deliveries > 0"),
            postgresql_where=sa.text("failed_deliveries > 0"),
        )
        batch_op.create_index("ix_conversation_list", ["last_message_at", "id"], unique=False)
        batch_op.create_index(
            "ix_conversation_queue",
            ["queue_urgent", "waiting_since", "id"],
            unique=False,
            sqlite_where=sa.text("held_by = 'queue'"),
            postgresql_where=sa.text("held_by = 'queue'"),
        )
        batch_op.create_index(batch_op.f("ix_conversation_resident_id"), ["resident_id"], unique=False)
        batch_op.create_index(
            "ix_conversation_snoozed",
            ["snoozed_until"],
            unique=False,
            sqlite_where=sa.text("state = 'snoozed'"),
            postgresql_where=sa.text("state = 'snoozed'"),
        )
        batch_op.create_index("ix_conversation_state_list", ["state", "last_message_at", "id"], unique=False)

    op.create_table(
        "opt_out",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("contact_point_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind IN ('stop', 'start')", name=op.f("ck_opt_out_kind")),
        sa.ForeignKeyConstraint(["contact_point_id"], ["contact_point.id"], name=op.f("fk_opt_out_contact_point_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_opt_out")),
    )
    with op.batch_alter_table("opt_out", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_opt_out_contact_point_id"), ["contact_point_id"], unique=False)

    op.create_table(
        "case_conversation",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("conversation_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("role IN ('opened', 'joined')", name=op.f("ck_case_conversation_role")),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name=op.f("fk_case_conversation_case_id")),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversation.id"], name=op.f("fk_case_conversation_conversation_id")
        ),
        sa.PrimaryKeyConstraint("case_id", "conversation_id", name=op.f("pk_case_conversation")),
    )
    with op.batch_alter_table("case_conversation", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_case_conversation_conversation_id"), ["conversation_id"], unique=False)

    op.create_table(
        "case_follow_up",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("contact_point_id", sa.Uuid(), nullable=False),
        sa.Column("code_hash", sa.String(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("code_expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("session_hash", sa.String(), nullable=True),
        sa.Column("session_expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name=op.f("fk_case_follow_up_case_id")),
        sa.ForeignKeyConstraint(
            ["contact_point_id"], ["contact_point.id"], name=op.f("fk_case_follow_up_contact_point_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_follow_up")),
        sa.UniqueConstraint("session_hash", name=op.f("uq_case_follow_up_session_hash")),
    )
    with op.batch_alter_table("case_follow_up", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_case_follow_up_case_id"), ["case_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_case_follow_up_contact_point_id"), ["contact_point_id"], unique=False)

    op.create_table(
        "message",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("conversation_id", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("direction", sa.String(), nullable=False),
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=True),
        sa.Column("audience", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column(
            "choices", sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"), nullable=False
        ),
        sa.Column("client_id", sa.String(), nullable=True),
        sa.Column("latitude", sa.Double(), nullable=True),
        sa.Column("longitude", sa.Double(), nullable=True),
        sa.Column("turn_id", sa.Uuid(), nullable=True),
        sa.Column("trace_id", sa.String(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("audience IN ('resident', 'staff')", name=op.f("ck_message_audience")),
        sa.CheckConstraint("author IN ('resident', 'bot', 'agent', 'system')", name=op.f("ck_message_author")),
        sa.CheckConstraint("direction = 'outbound' OR audience = 'resident'", name=op.f("ck_message_note")),
        sa.CheckConstraint("direction IN ('inbound', 'outbound')", name=op.f("ck_message_direction")),
        sa.ForeignKeyConstraint(["author_id"], ["staff.id"], name=op.f("fk_message_author_id")),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversation.id"], name=op.f("fk_message_conversation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message")),
        sa.UniqueConstraint("conversation_id", "seq", name=op.f("uq_message_conversation_id_seq")),
    )
    with op.batch_alter_table("message", schema=None) as batch_op:
        batch_op.create_index(
            "ix_message_waiting",
            ["conversation_id", "seq"],
            unique=False,
            sqlite_where=sa.text("direction = 'inbound' AND turn_id IS NULL"),
            postgresql_where=sa.text("direction = 'inbound' AND turn_id IS NULL"),
        )

    op.create_table(
        "turn",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("conversation_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column(
            "record", sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"), nullable=False
        ),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversation.id"], name=op.f("fk_turn_conversation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_turn")),
    )
    with op.batch_alter_table("turn", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_turn_conversation_id"), ["conversation_id"], unique=False)

    op.create_table(
        "turn_due",
        sa.Column("conversation_id", sa.Uuid(), nullable=False),
        sa.Column("lane", sa.String(), nullable=False),
        sa.Column("due_at", sa.Float(precision=53), nullable=False),
        sa.Column("gen", sa.Integer(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("lease_until", sa.Float(precision=53), nullable=False),
        sa.Column("lease_by", sa.String(), nullable=True),
        sa.Column("error", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversation.id"], name=op.f("fk_turn_due_conversation_id")),
        sa.PrimaryKeyConstraint("conversation_id", name=op.f("pk_turn_due")),
    )
    with op.batch_alter_table("turn_due", schema=None) as batch_op:
        batch_op.create_index(
            "ix_turn_due_due",
            ["due_at"],
            unique=False,
            sqlite_where=sa.text("lane = 'worker'"),
            postgresql_where=sa.text("lane = 'worker'"),
        )

    op.create_table(
        "attachment",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("message_id", sa.Uuid(), nullable=False),
        sa.Column("conversation_id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=True),
        sa.Column("document_code", sa.String(), nullable=True),
        sa.Column("filename", sa.String(), nullable=False),
        sa.Column("content_type", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("refusal", sa.String(), nullable=True),
        sa.Column("path", sa.String(), nullable=True),
        sa.Column("thumbnail", sa.String(), nullable=True),
        sa.Column("source_url", sa.String(), nullable=True),
        sa.Column("size", sa.Integer(), nullable=True),
        sa.Column("width", sa.Integer(), nullable=True),
        sa.Column("height", sa.Integer(), nullable=True),
        sa.Column("latitude", sa.Double(), nullable=True),
        sa.Column("longitude", sa.Double(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("(state = 'refused') = (refusal IS NOT NULL)", name=op.f("ck_attachment_refusal")),
        sa.CheckConstraint("(state = 'stored') = (path IS NOT NULL)", name=op.f("ck_attachment_path")),
        sa.CheckConstraint("state IN ('pending', 'stored', 'refused')", name=op.f("ck_attachment_state")),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name=op.f("fk_attachment_case_id")),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversation.id"], name=op.f("fk_attachment_conversation_id")),
        sa.ForeignKeyConstraint(["message_id"], ["message.id"], name=op.f("fk_attachment_message_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attachment")),
    )
    with op.batch_alter_table("attachment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_attachment_case_id"), ["case_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_attachment_conversation_id"), ["conversation_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_attachment_message_id"), ["message_id"], unique=False)

    op.create_table(
        "delivery",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("message_id", sa.Uuid(), nullable=False),
        sa.Column("conversation_id", sa.Uuid(), nullable=False),
        sa.Column("channel_id", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("part", sa.Integer(), nullable=False),
        sa.Column("parts", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column(
            "choices", sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"), nullable=False
        ),
        sa.Column("lane", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("protected", sa.Boolean(), nullable=False),
        sa.Column("by_bot", sa.Boolean(), nullable=False),
        sa.Column("due_at", sa.Float(precision=53), nullable=False),
        sa.Column("lease_until", sa.Float(precision=53), nullable=False),
        sa.Column("lease_by", sa.String(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("interrupted", sa.Integer(), nullable=False),
        sa.Column("possible_duplicate", sa.Boolean(), nullable=False),
        sa.Column("provider_id", sa.String(), nullable=True),
        sa.Column("error_code", sa.String(), nullable=True),
        sa.Column("error_detail", sa.String(), nullable=True),
        sa.Column("advice", sa.String(), nullable=True),
        sa.Column("trace_id", sa.String(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "state IN ('queued', 'sending', 'sent', 'delivered', 'read', 'failed', 'cancelled')",
            name=op.f("ck_delivery_state"),
        ),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversation.id"], name=op.f("fk_delivery_conversation_id")),
        sa.ForeignKeyConstraint(["message_id"], ["message.id"], name=op.f("fk_delivery_message_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery")),
        sa.UniqueConstraint("message_id", "part", name=op.f("uq_delivery_message_id_part")),
    )
    with op.batch_alter_table("delivery", schema=None) as batch_op:
        batch_op.create_index(
            "ix_delivery_due",
            ["due_at"],
            unique=False,
            sqlite_where=sa.text("state IN ('queued', 'sending')"),
            postgresql_where=sa.text("state IN ('queued', 'sending')"),
        )
        batch_op.create_index(
            "ix_delivery_open",
            ["conversation_id", "id"],
            unique=False,
            sqlite_where=sa.text("state IN ('queued', 'sending')"),
            postgresql_where=sa.text("state IN ('queued', 'sending')"),
        )
        batch_op.create_index(
            "ix_delivery_provider",
            ["channel_id", "provider_id"],
            unique=True,
            sqlite_where=sa.text("provider_id IS NOT NULL"),
            postgresql_where=sa.text("provider_id IS NOT NULL"),
        )


def downgrade() -> None:
    with op.batch_alter_table("delivery", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_delivery_provider",
            sqlite_where=sa.text("provider_id IS NOT NULL"),
            postgresql_where=sa.text("provider_id IS NOT NULL"),
        )
        batch_op.drop_index(
            "ix_delivery_open",
            sqlite_where=sa.text("state IN ('queued', 'sending')"),
            postgresql_where=sa.text("state IN ('queued', 'sending')"),
        )
        batch_op.drop_index(
            "ix_delivery_due",
            sqlite_where=sa.text("state IN ('queued', 'sending')"),
            postgresql_where=sa.text("state IN ('queued', 'sending')"),
        )

    op.drop_table("delivery")
    with op.batch_alter_table("attachment", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_attachment_message_id"))
        batch_op.drop_index(batch_op.f("ix_attachment_conversation_id"))
        batch_op.drop_index(batch_op.f("ix_attachment_case_id"))

    op.drop_table("attachment")
    with op.batch_alter_table("turn_due", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_turn_due_due", sqlite_where=sa.text("lane = 'worker'"), postgresql_where=sa.text("lane = 'worker'")
        )

    op.drop_table("turn_due")
    with op.batch_alter_table("turn", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_turn_conversation_id"))

    op.drop_table("turn")
    with op.batch_alter_table("message", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_message_waiting",
            sqlite_where=sa.text("direction = 'inbound' AND turn_id IS NULL"),
            postgresql_where=sa.text("direction = 'inbound' AND turn_id IS NULL"),
        )

    op.drop_table("message")
    with op.batch_alter_table("case_follow_up", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_case_follow_up_contact_point_id"))
        batch_op.drop_index(batch_op.f("ix_case_follow_up_case_id"))

    op.drop_table("case_follow_up")
    with op.batch_alter_table("case_conversation", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_case_conversation_conversation_id"))

    op.drop_table("case_conversation")
    with op.batch_alter_table("opt_out", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_opt_out_contact_point_id"))

    op.drop_table("opt_out")
    with op.batch_alter_table("conversation", schema=None) as batch_op:
        batch_op.drop_index("ix_conversation_state_list")
        batch_op.drop_index(
            "ix_conversation_snoozed",
            sqlite_where=sa.text("state = 'snoozed'"),
            postgresql_where=sa.text("state = 'snoozed'"),
        )
        batch_op.drop_index(batch_op.f("ix_conversation_resident_id"))
        batch_op.drop_index(
            "ix_conversation_queue",
            sqlite_where=sa.text("held_by = 'queue'"),
            postgresql_where=sa.text("held_by = 'queue'"),
        )
        batch_op.drop_index("ix_conversation_list")
        batch_op.drop_index(
            "ix_conversation_failed",
            sqlite_where=sa.text("failed_deliveries > 0"),
            postgresql_where=sa.text("failed_deliveries > 0"),
        )
        batch_op.drop_index(
            "ix_conversation_agent",
            sqlite_where=sa.text("held_by = 'agent'"),
            postgresql_where=sa.text("held_by = 'agent'"),
        )

    op.drop_table("conversation")
    with op.batch_alter_table("case_file", schema=None) as batch_op:
        batch_op.drop_index("ix_case_file_team_state")
        batch_op.drop_index(batch_op.f("ix_case_file_resident_id"))
        batch_op.drop_index(
            "ix_case_file_place",
            sqlite_where=sa.text("state IN ('new', 'open', 'awaiting_resident')"),
            postgresql_where=sa.text("state IN ('new', 'open', 'awaiting_resident')"),
        )
        batch_op.drop_index(batch_op.f("ix_case_file_contact_point_id"))

    op.drop_table("case_file")
    op.drop_table("timeline_event")
    with op.batch_alter_table("staff_session", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_staff_session_staff_id"))

    op.drop_table("staff_session")
    with op.batch_alter_table("contact_point", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_contact_point_resident_id"))

    op.drop_table("contact_point")
    op.drop_table("staff")
    op.drop_table("resident")
    with op.batch_alter_table("raw_event", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_raw_event_quarantined",
            sqlite_where=sa.text("state = 'quarantined'"),
            postgresql_where=sa.text("state = 'quarantined'"),
        )

    op.drop_table("raw_event")
    op.drop_table("counter")
