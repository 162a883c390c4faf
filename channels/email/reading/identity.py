"""The ids of a mail and of those it answers, and when it was written."""

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from channels.email.reading.mime.fields import Fields, decode_words
from channels.email.reading.mime.problems import Problem, Problems

MOST_REFERENCES = 100

_ID = re.compile(r"<([^<>]{1,990})>")


def read_ids(fields: Fields, name: str) -> tuple[str, ...]:
    """The ids of a field in angle brackets, the latest hundred; long ones are folded in the middle by some programs."""
    value = fields.plain(name)
    found = [f"<{''.join(one.split())}>" for one in _ID.findall(value)]
    if not found:
        found = [f"<{word}>" for word in value.split() if "@" in word]
    return tuple(dict.fromkeys(found))[-MOST_REFERENCES:]


def read_message_id(fields: Fields, problems: Problems) -> str | None:
    """The mail's own id, None where it has none."""
    found = read_ids(fields, "message-id")
    if found:
        return found[0]
    bare = "".join(fields.plain("message-id").strip("<>").split())
    if bare:
        return f"<{bare}>"
    problems.add(Problem.NO_MESSAGE_ID)
    return None


def read_date(fields: Fields, problems: Problems) -> datetime | None:
    """When the mail says it was written, aware; UTC where it names no zone, None where it says nothing readable."""
    value = decode_words(fields.raw("date"), Problems())
    if not value:
        return None
    try:
        found = parsedate_to_datetime(value[:200])
        found.astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        problems.add(Problem.DATE_UNREADABLE)
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)
