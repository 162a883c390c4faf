"""The data directory: writable, and on SQLite served by one process at a time, by a lock gone with the process."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryFile

from case_store.errors import StoreBusy


class FolderUnusable(Exception):
    """The data directory cannot be made or written: the message says which and why."""


def prepare_folder(data_dir: Path) -> None:
    """Makes the data directory and sees that this process may write there. Raises FolderUnusable."""
    try:
        data_dir.mkdir(parents=True, exist_ok=True)
        with TemporaryFile(dir=data_dir):
            pass
    except OSError as error:
        raise FolderUnusable(f"GUICHET_DATA_DIR: {data_dir} cannot be written: {error.strerror}") from error


@contextmanager
def only_process(data_dir: Path, role: str) -> Iterator[None]:
    """Raises StoreBusy when another process has the role on this data directory."""
    path = data_dir / f"{role}.lock"
    with path.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise StoreBusy(str(path)) from error
        yield
