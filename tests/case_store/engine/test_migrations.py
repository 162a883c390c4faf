"""Migrations: models and migrated databases are equal both ways, on both databases; down and up again."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from sqlalchemy import create_engine, inspect
from sqlalchemy.orm import Session

from case_store.engine import migrate
from case_store.engine.engines import create_writing_engine
from case_store.models import Base


def tables(url: str) -> set[str]:
    engine = create_engine(url)
    names = set(inspect(engine).get_table_names())
    engine.dispose()
    return names


def is_current(url: str) -> bool:
    engine = create_writing_engine(url, 1)
    try:
        with Session(engine) as session:
            return migrate.is_current(session)
    finally:
        engine.dispose()


def test_the_migrated_database_is_what_the_models_say(empty_url: str) -> None:
    migrate.upgrade(empty_url)
    assert migrate.differences(empty_url) == []
    assert tables(empty_url) >= {table.name for table in Base.metadata.sorted_tables}
    assert is_current(empty_url)


def test_what_a_database_lacks_is_told_and_nothing_is_changed(empty_url: str) -> None:
    empty = migrate.find_mismatch(empty_url)
    assert empty is not None
    assert "run `guichet migrate`" in empty
    if empty_url.startswith("sqlite"):
        assert not Path(empty_url.removeprefix("sqlite:///")).exists()
    migrate.upgrade(empty_url, "0001")
    behind = migrate.find_mismatch(empty_url)
    assert behind is not None
    assert "at migration 0001" in behind
    assert "run `guichet migrate`" in behind
    migrate.upgrade(empty_url)
    assert migrate.find_mismatch(empty_url) is None
    engine = create_engine(empty_url)
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    engine.dispose()
    ahead = migrate.find_mismatch(empty_url)
    assert ahead is not None
    assert "another release (it has 9999" in ahead
    assert "guichet migrate" not in ahead


def test_a_difference_would_be_seen(empty_url: str) -> None:
    migrate.upgrade(empty_url)
    engine = create_engine(empty_url)
    with engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE staff ADD COLUMN nickname VARCHAR")
        connection.exec_driver_sql("DROP INDEX ix_delivery_due")
    engine.dispose()
    kinds = sorted(str(difference[0]) for difference in migrate.differences(empty_url))
    assert kinds == ["add_index", "remove_column"]


def test_upgrading_twice_changes_nothing(empty_url: str) -> None:
    migrate.upgrade(empty_url)
    before = tables(empty_url)
    migrate.upgrade(empty_url)
    assert tables(empty_url) == before


def test_down_to_nothing_and_up_again(empty_url: str) -> None:
    migrate.upgrade(empty_url)
    migrate.downgrade(empty_url, "base")
    assert tables(empty_url) <= {"alembic_version", "sqlite_sequence"}
    assert not is_current(empty_url)
    migrate.upgrade(empty_url)
    assert migrate.differences(empty_url) == []


def test_processes_that_start_together_migrate_once(empty_url: str) -> None:
    with ThreadPoolExecutor(4) as threads:
        list(threads.map(lambda _: migrate.upgrade(empty_url), range(4)))
    assert migrate.differences(empty_url) == []
