"""Keeps files from outside: inspected one at a time, named by what they are, written before any transaction."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

from case_store.conversations.media import MediaStore
from case_store.conversations.receiving import NewAttachment
from kit.files import MAX_BYTES, inspect_file, named_by_type
from kit.memory import give_back
from kit.text import strip_controls

_NAME_LENGTH = 120
_SUFFIXES = {"image/jpeg": ".jpg", "application/pdf": ".pdf"}

# One picture at a time: a small file may unfold to a hundred megabytes, and as many threads would hold as many.
_THREAD = ThreadPoolExecutor(1, thread_name_prefix="pictures")


async def keep_file(media: MediaStore, filename: str, content: bytes) -> NewAttachment:
    """Inspects a file and writes what may be kept of it; a refused file leaves only its name and the reason."""
    name = safe_name(filename)
    if len(content) > MAX_BYTES:  # told without waiting for a turn
        return _keep(media, name, content)
    return await asyncio.get_running_loop().run_in_executor(_THREAD, _keep, media, name, content)


def _keep(media: MediaStore, name: str, content: bytes) -> NewAttachment:
    try:
        inspected = inspect_file(content)
    finally:
        give_back()
    if inspected.refusal is not None:
        return NewAttachment(name, inspected.content_type, "refused", refusal=inspected.refusal, size=len(content))
    thumbnail = media.save(inspected.thumbnail, ".jpg") if inspected.thumbnail else None
    return NewAttachment(
        named_by_type(name, inspected.content_type),
        inspected.content_type,
        "stored",
        path=media.save(inspected.content, _SUFFIXES[inspected.content_type]),
        thumbnail=thumbnail,
        size=len(inspected.content),
        width=inspected.width,
        height=inspected.height,
        location=inspected.location,
    )


def safe_name(filename: str) -> str:
    """The file's name as it may be shown and downloaded: no path, no control character, not endless."""
    bare = strip_controls(filename).replace("\\", "/").rpartition("/")[2].replace("\n", " ").strip(". ")
    return bare[-_NAME_LENGTH:] or "file"
