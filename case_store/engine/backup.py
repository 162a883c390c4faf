"""A copy of an SQLite store while it is in use; PostgreSQL brings a program of its own for that."""

import sqlite3
from contextlib import closing
from pathlib import Path

from sqlalchemy import make_url


def copy_sqlite(url: str, target: Path) -> None:
    """Writes the database as of now to a new file. Copying the file itself would miss the write-ahead log.

    Raises sqlite3.Error.
    """
    with closing(sqlite3.connect(f"file:{make_url(url).database}?mode=rw", uri=True, timeout=60)) as connection:
        connection.execute("VACUUM INTO ?", (str(target),))
