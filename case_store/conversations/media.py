"""Files on disk, named by their content: written whole or not at all, never changed."""

import hashlib
import os
import tempfile
from pathlib import Path


class MediaStore:
    """A folder of files; rows refer to them by relative path."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def save(self, content: bytes, suffix: str) -> str:
        """Keeps the bytes and gives their path within the store; the same bytes are kept once."""
        digest = hashlib.sha256(content).hexdigest()
        path = Path(digest[:2], digest[2:4], f"{digest}{suffix}")
        target = self._root / path
        if not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            self._write(target, content)
        return str(path)

    def path(self, relative: str) -> Path:
        """Where a kept file lies. Raises ValueError for a path that leaves the store."""
        target = (self._root / relative).resolve()
        if not target.is_relative_to(self._root.resolve()):
            raise ValueError("a media path may not leave its folder")
        return target

    def _write(self, target: Path, content: bytes) -> None:
        handle, temporary = tempfile.mkstemp(dir=target.parent, prefix=".new-")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            Path(temporary).replace(target)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise
