"""`guichet backup`: database, files that residents sent, key, settings and the town's data, as one folder."""

import os
import shutil
import sqlite3
import subprocess
from datetime import datetime
from pathlib import Path
from urllib.parse import unquote, urlsplit, urlunsplit

from app.configuration.env_file import ENV_FILE
from app.configuration.settings import Settings
from case_store.engine.backup import copy_sqlite

SQLITE_COPY, POSTGRES_DUMP = "guichet.db", "guichet.dump"
_NAMED = "%Y-%m-%dT%H%M%S"
_UNFINISHED = ".unfinished"


class BackupFailed(Exception):
    """The backup could not be made, says why; an unfinished one is never taken for a backup."""


def back_up(settings: Settings, folder: Path, *, keep: int) -> Path:
    """Makes a backup below `folder`, lets go of all but the newest `keep`, and returns it. Raises BackupFailed."""
    before = find_backups(folder)
    made = folder / datetime.now().astimezone().strftime(_NAMED)
    unfinished = folder / _UNFINISHED
    try:
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(parents=True, mode=0o700)
        # The database first: a file without a row is harmless, a row without its file is not.
        _copy_store(settings, unfinished)
        _copy_files(settings.data_dir / "media", unfinished / "media", before[-1] / "media" if before else None)
        _copy_around(settings, unfinished)
        unfinished.rename(made)
    except (OSError, sqlite3.Error) as error:
        raise BackupFailed(f"no backup was made: {error}") from error
    for old in find_backups(folder)[:-keep]:
        shutil.rmtree(old)
    return made


def find_backups(folder: Path) -> list[Path]:
    """The finished backups, oldest first."""
    return sorted(path for path in folder.glob("[0-9]*T[0-9]*") if path.is_dir())


def _copy_store(settings: Settings, target: Path) -> None:
    if settings.store_url.startswith("sqlite"):
        copy_sqlite(settings.store_url, target / SQLITE_COPY)
        return
    # The password goes by the environment: what stands in a command line, everybody on the machine can read.
    parts = urlsplit(settings.store_url)
    host = parts.netloc.rpartition("@")[2]
    address = urlunsplit(("postgresql", f"{parts.username or ''}@{host}".lstrip("@"), parts.path, parts.query, ""))
    environment = os.environ | ({"PGPASSWORD": unquote(parts.password)} if parts.password else {})
    command = ["pg_dump", "--format=custom", f"--file={target / POSTGRES_DUMP}", f"--dbname={address}"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        raise BackupFailed(f"no backup was made: {done.stderr.strip()}")


def _copy_files(source: Path, target: Path, before: Path | None) -> None:
    """Files are named by their content and never change: one that the backup before has is linked, not copied."""
    target.mkdir()
    for path in sorted(source.rglob("*")):
        kept = target / path.relative_to(source)
        earlier = before / path.relative_to(source) if before else None
        if path.is_dir():
            kept.mkdir(exist_ok=True)
        elif earlier is not None and earlier.is_file():
            os.link(earlier, kept)
        else:
            shutil.copy2(path, kept)


def _copy_around(settings: Settings, target: Path) -> None:
    for path in (settings.key_file, Path(ENV_FILE)):
        if path.is_file():
            shutil.copy2(path, target / path.name)
    shutil.copytree(settings.town_files.own, target / "town")
