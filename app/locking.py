"""One serving process per SQLite database: a lock on a file beside it, gone with the process."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from case_store.errors import StoreBusy


@contextmanager
def only_process(data_dir: Path, role: str) -> Iterator[None]:
    """Raises StoreBusy when another process has the role on this data directory."""
    data_dir.mkdir(parents=True, exist_ok=True)
    path = data_dir / f"{role}.lock"
    with path.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise StoreBusy(str(path)) from error
        yield
