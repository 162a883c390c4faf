"""A conversation as its resident reads it: the store's rows turned into bubbles, days and groups."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal
from zoneinfo import ZoneInfo

from markupsafe import Markup

from case_store.conversations.threads import ThreadMessage
from case_store.models import Attachment, Conversation
from portal.acknowledgement import Acknowledgement, read_acknowledgement
from portal.linking import paragraphs

Author = Literal["resident", "bot", "agent", "system"]
_GROUP_SECONDS = 300


@dataclass(frozen=True, slots=True)
class ShownFile:
    """An attachment: a picture to show, a document to open, or one that was refused and why."""

    id: str
    name: str
    picture: bool
    refusal: str | None
    size: int | None
    width: int | None
    height: int | None


@dataclass(frozen=True, slots=True)
class ShownChoice:
    """A suggested answer. `chosen` when it is what the resident then said."""

    label: str
    value: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Bubble:
    """One message. `new_day` asks for a separator above it, `first` for the speaker's name.

    `acknowledgement` is an acknowledgement's panel, in the place of its paragraphs.
    """

    seq: int
    client_id: str | None
    author: Author
    speaker: str | None
    paragraphs: tuple[Markup, ...]
    location: tuple[float, float] | None
    files: tuple[ShownFile, ...]
    choices: tuple[ShownChoice, ...]
    choices_open: bool
    at: datetime
    day: date
    new_day: bool
    first: bool
    state: Literal["sent", "seen"] | None
    acknowledgement: Acknowledgement | None = None


def bubbles(
    messages: Sequence[ThreadMessage], *, zone: str, seen_seq: int, before: ThreadMessage | None = None
) -> list[Bubble]:
    """The messages as bubbles; `before` is the one that stands above the first of them, if any."""
    shown: list[Bubble] = []
    last_said = max((entry.seq for entry in messages if _is_resident(entry)), default=0)
    for position, entry in enumerate(messages):
        above = messages[position - 1] if position else before
        later = messages[position + 1 :]
        answer = next((one for one in later if _is_resident(one)), None)
        is_over = answer is not None or any(_author(one) == "agent" for one in later)
        shown.append(
            _bubble(entry, above, answer, zone, seen_seq, is_last_said=entry.seq == last_said, is_over=is_over)
        )
    return shown


def seen_number(conversation: Conversation | None, messages: Iterable[ThreadMessage]) -> int:
    """The last of the resident's messages that the town has read: all of them once an agent has looked."""
    if conversation is None:
        return 0
    if conversation.unread == 0:
        return conversation.seq
    answered = [entry.seq for entry in messages if not _is_resident(entry)]
    return max(answered, default=0)


def _bubble(
    entry: ThreadMessage,
    above: ThreadMessage | None,
    answer: ThreadMessage | None,
    zone: str,
    seen_seq: int,
    *,
    is_last_said: bool,
    is_over: bool,
) -> Bubble:
    message, day = entry.message, _day(entry, zone)
    new_day = above is None or _day(above, zone) != day
    position = None
    if message.latitude is not None and message.longitude is not None:
        position = (message.latitude, message.longitude)
    return Bubble(
        seq=entry.seq,
        client_id=message.client_id,
        author=_author(entry),
        speaker=entry.author_name,
        paragraphs=paragraphs(message.text),
        location=position,
        files=tuple(_file(attachment) for attachment in entry.attachments),
        choices=tuple(
            ShownChoice(label, value, answer is not None and answer.message.text in (label, value))
            for label, value in message.choices
        ),
        choices_open=not is_over,
        at=entry.at,
        day=day,
        new_day=new_day,
        first=new_day or above is None or not _same_breath(above, entry),
        state=("seen" if entry.seq <= seen_seq else "sent") if is_last_said else None,
        acknowledgement=read_acknowledgement(message.text) if message.kind == "acknowledgement" else None,
    )


def _file(attachment: Attachment) -> ShownFile:
    return ShownFile(
        id=str(attachment.id),
        name=attachment.filename,
        picture=attachment.thumbnail is not None,
        refusal=attachment.refusal,
        size=attachment.size,
        width=attachment.width,
        height=attachment.height,
    )


def _same_breath(above: ThreadMessage, entry: ThreadMessage) -> bool:
    same = _author(above) == _author(entry) and above.author_name == entry.author_name
    return same and (entry.at - above.at).total_seconds() < _GROUP_SECONDS


def _author(entry: ThreadMessage) -> Author:
    known: dict[str, Author] = {"resident": "resident", "bot": "bot", "agent": "agent"}
    return known.get(entry.message.author, "system")


def _is_resident(entry: ThreadMessage) -> bool:
    return entry.message.author == "resident"


def _day(entry: ThreadMessage, zone: str) -> date:
    return entry.at.astimezone(ZoneInfo(zone)).date()
