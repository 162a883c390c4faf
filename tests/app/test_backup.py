"""A backup is what the town goes on from on another machine: made while it runs, whole or not at all."""

import shutil
import sqlite3
import subprocess
from pathlib import Path
from typing import Any

import psycopg
import pytest

from app.commands.backup import BackupFailed, back_up, find_backups
from app.configuration.settings import Settings
from case_store.engine.migrate import find_mismatch, upgrade
from tests.support.postgres import PostgresServer
from tests.support.requirements import missing

PHOTO = "ab/cdef.jpg"


def town(folder: Path, **settings: Any) -> Settings:
    """A town with one photo and a key of its own."""
    given = Settings(_env_file=None, data_dir=folder / "var", **settings)
    (folder / "var" / "media" / "ab").mkdir(parents=True)
    (folder / "var" / "media" / PHOTO).write_bytes(b"photo")
    given.signing_keys()
    upgrade(given.store_url)
    return given


def test_a_backup_of_a_running_town_has_everything(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".env").write_text("GUICHET_MODE=production\n")
    settings = town(tmp_path)
    with sqlite3.connect(settings.data_dir / "guichet.db") as writing:
        writing.execute("INSERT INTO counter (name, value) VALUES ('kept', 1)")
        writing.commit()
        writing.execute("INSERT INTO counter (name, value) VALUES ('never committed', 1)")
        made = back_up(settings, tmp_path / "backups", keep=14)
        writing.rollback()
    assert find_mismatch(f"sqlite:///{made / 'guichet.db'}") is None
    with sqlite3.connect(made / "guichet.db") as copy:
        assert copy.execute("SELECT name FROM counter").fetchall() == [("kept",)]
    assert (made / "media" / PHOTO).read_bytes() == b"photo"
    assert (made / "secret.key").read_bytes() == settings.signing_keys()[0]
    assert (made / ".env").exists()
    assert (made / "town" / "city.yaml").exists()
    assert made.stat().st_mode & 0o077 == 0


@pytest.mark.postgres
def test_a_backup_of_postgresql_can_be_restored(tmp_path: Path, postgres: PostgresServer) -> None:
    if shutil.which("pg_dump") is None:
        missing("pg_dump", "install the package postgresql-client")
    with postgres.database() as url, postgres.database() as empty:
        settings = town(tmp_path, database_url=url)
        with psycopg.connect(url) as connection:
            connection.execute("INSERT INTO counter (name, value) VALUES ('kept', 1)")
        made = back_up(settings, tmp_path / "backups", keep=14)
        restore = ["pg_restore", "--no-owner", f"--dbname={empty}", str(made / "guichet.dump")]
        subprocess.run(restore, check=True, capture_output=True)
        assert find_mismatch(empty) is None
        with psycopg.connect(empty) as connection:
            assert connection.execute("SELECT name FROM counter").fetchall() == [("kept",)]


def test_only_the_newest_are_kept_and_a_photo_takes_its_room_once(tmp_path: Path) -> None:
    settings, backups = town(tmp_path), tmp_path / "backups"
    for day in (1, 2, 3):
        back_up(settings, backups, keep=2).rename(backups / f"2026-11-0{day}T024000")
    back_up(settings, backups, keep=2)
    kept = find_backups(backups)
    assert [folder.name for folder in kept[:-1]] == ["2026-11-03T024000"]
    assert (kept[0] / "media" / PHOTO).samefile(kept[1] / "media" / PHOTO)


def test_a_backup_that_cannot_be_made_leaves_none(tmp_path: Path) -> None:
    settings, backups = town(tmp_path), tmp_path / "backups"
    (settings.data_dir / "guichet.db").unlink()
    with pytest.raises(BackupFailed, match="no backup was made"):
        back_up(settings, backups, keep=2)
    assert find_backups(backups) == []
    assert not (settings.data_dir / "guichet.db").exists()
