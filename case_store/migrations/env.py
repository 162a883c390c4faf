"""Alembic's entry: runs the migrations on the connection handed in by `case_store.engine.migrate`."""

from alembic import context

from case_store.models import Base

OTHERS = ("procrastinate_", "sqlite_")


def include_name(name, type_, parent_names):
    """Tables of other owners (the job engine) are not ours to compare."""
    return type_ != "table" or not str(name).startswith(OTHERS)


def run() -> None:
    connection = context.config.attributes["connection"]
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=connection.dialect.name == "sqlite",
        compare_type=True,
        include_name=include_name,
    )
    with context.begin_transaction():
        context.run_migrations()


run()
