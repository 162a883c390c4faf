"""the job engine's tables: as procrastinate ships them on PostgreSQL, our own of the same names on SQLite"""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

SQLITE = (
    """CREATE TABLE procrastinate_workers (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        last_heartbeat REAL NOT NULL)""",
    """CREATE TABLE procrastinate_jobs (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        queue_name TEXT NOT NULL,
        task_name TEXT NOT NULL,
        priority INTEGER NOT NULL DEFAULT 0,
        lock TEXT,
        queueing_lock TEXT,
        args TEXT NOT NULL DEFAULT '{}',
        status TEXT NOT NULL DEFAULT 'todo'
            CHECK (status IN ('todo', 'doing', 'succeeded', 'failed', 'cancelled', 'aborted')),
        scheduled_at REAL,
        attempts INTEGER NOT NULL DEFAULT 0,
        abort_requested BOOLEAN NOT NULL DEFAULT 0,
        worker_id INTEGER REFERENCES procrastinate_workers (id) ON DELETE SET NULL)""",
    """CREATE TABLE procrastinate_periodic_defers (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        task_name TEXT NOT NULL,
        periodic_id TEXT NOT NULL DEFAULT '',
        defer_timestamp INTEGER NOT NULL,
        UNIQUE (task_name, periodic_id, defer_timestamp))""",
    """CREATE TABLE procrastinate_events (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        job_id INTEGER NOT NULL REFERENCES procrastinate_jobs (id) ON DELETE CASCADE,
        type TEXT NOT NULL,
        at REAL NOT NULL)""",
    "CREATE UNIQUE INDEX procrastinate_jobs_queueing_lock ON procrastinate_jobs (queueing_lock) WHERE status = 'todo'",
    "CREATE UNIQUE INDEX procrastinate_jobs_lock ON procrastinate_jobs (lock) WHERE status = 'doing'",
    "CREATE INDEX procrastinate_jobs_todo ON procrastinate_jobs (priority DESC, id) WHERE status = 'todo'",
    "CREATE INDEX procrastinate_jobs_doing ON procrastinate_jobs (worker_id) WHERE status = 'doing'",
    "CREATE INDEX procrastinate_events_job ON procrastinate_events (job_id)",
)

UNDO_POSTGRESQL = """
DROP TABLE procrastinate_events, procrastinate_periodic_defers, procrastinate_jobs, procrastinate_workers CASCADE;
DO $$ DECLARE found regprocedure; BEGIN
    FOR found IN SELECT oid FROM pg_proc WHERE proname LIKE 'procrastinate\\_%' LOOP
        EXECUTE 'DROP FUNCTION ' || found || ' CASCADE';
    END LOOP;
END $$;
DROP TYPE procrastinate_job_to_defer_v1, procrastinate_job_event_type, procrastinate_job_status;
"""


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for statement in SQLITE:
            op.execute(statement)
        return
    # The schema of the pinned version, several statements in one text: the driver takes them without parameters.
    from procrastinate.schema import SchemaManager

    _run(SchemaManager.get_schema())


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for table in ("events", "periodic_defers", "jobs", "workers"):
            op.execute(f"DROP TABLE procrastinate_{table}")
        return
    _run(UNDO_POSTGRESQL)


def _run(script: str) -> None:
    op.get_bind().execution_options(no_parameters=True).exec_driver_sql(script)
