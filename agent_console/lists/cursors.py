"""Where the next page of a list starts, as a word in an address."""

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import datetime
from uuid import UUID

from case_store.conversations.lists import Cursor


def write_cursor(cursor: Cursor | None) -> str | None:
    if cursor is None:
        return None
    text = f"{cursor.moment.isoformat()}|{cursor.id}|{int(cursor.first)}|{int(cursor.urgent)}"
    return urlsafe_b64encode(text.encode()).decode().rstrip("=")


def read_cursor(text: str) -> Cursor | None:
    """None for no cursor and for one that somebody has tampered with: the list then starts at its beginning."""
    try:
        moment, id_, first, urgent = urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode().split("|")
        at = datetime.fromisoformat(moment)
        return Cursor(at, UUID(id_), first == "1", urgent == "1") if at.tzinfo else None
    except (ValueError, binascii.Error):
        return None
