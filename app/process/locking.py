"""What a process must have for itself before it starts: a writable data directory, its role on it, its port."""

import fcntl
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryFile

from case_store.errors import StoreBusy


class FolderUnusable(Exception):
    """The data directory cannot be made or written: the message says which and why."""


def prepare_folder(data_dir: Path) -> None:
    """Makes the data directory, for its owner alone, and sees that we may write there. Raises FolderUnusable."""
    try:
        data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        with TemporaryFile(dir=data_dir):
            pass
    except OSError as error:
        raise FolderUnusable(f"GUICHET_DATA_DIR: {data_dir} cannot be written: {error.strerror}") from error


class PortTaken(Exception):
    """Somebody else listens where we should: the message says where, and which setting leads elsewhere."""


def bind(host: str, port: int, setting: str) -> socket.socket:
    """A socket that owns the address but does not listen yet. Raises PortTaken."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        bound = socket.socket(family, kind, protocol)
    except OSError as error:
        raise PortTaken(f"GUICHET_HOST: {host} is no address of this machine: {error.strerror}") from error
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind(address)
    except OSError as error:
        bound.close()
        raise PortTaken(f"{host}:{port} cannot be listened on: {error.strerror}; {setting} leads elsewhere") from error
    return bound


@contextmanager
def only_process(data_dir: Path, role: str) -> Iterator[None]:
    """A lock on a file, gone with the process. Raises StoreBusy when another one has the role on this directory."""
    path = data_dir / f"{role}.lock"
    with path.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise StoreBusy(str(path)) from error
        yield
