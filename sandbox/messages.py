"""The messages that passed, the newest ones, in memory."""

import json
import secrets
from collections import defaultdict, deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path
from typing import IO, Any, Literal

from sandbox.segments import count_segments

Direction = Literal["inbound", "outbound-api"]
_MEDIA_BYTES = 200_000_000


def new_sid(prefix: str) -> str:
    return prefix + secrets.token_hex(16)


@dataclass(frozen=True, slots=True)
class Media:
    """A file; `content` is None for one that stays at the town's address."""

    sid: str
    content_type: str
    url: str
    content: bytes | None = None


@dataclass(slots=True)
class Message:
    """`status` is the provider's word; for inbound messages `answer` tells what the town's webhook answered."""

    sid: str
    direction: Direction
    sender: str
    to: str
    body: str
    status: str
    media: tuple[Media, ...] = ()
    status_callback: str = ""
    error_code: int | None = None
    answer: str = ""
    created: datetime = field(default_factory=lambda: datetime.now(UTC))

    @property
    def resident(self) -> str:
        return self.sender if self.direction == "inbound" else self.to

    def as_json(self) -> dict[str, Any]:
        """For the page and the checks."""
        return {
            "sid": self.sid,
            "direction": "in" if self.direction == "inbound" else "out",
            "from": self.sender,
            "to": self.to,
            "body": self.body,
            "status": self.status,
            "answer": self.answer,
            "error_code": self.error_code,
            "segments": count_segments(self.body),
            "media": [{"content_type": media.content_type, "url": media.url} for media in self.media],
            "created_at": self.created.isoformat(),
        }

    def as_provider(self, account_sid: str) -> dict[str, Any]:
        """The provider's message resource."""
        date = format_datetime(self.created)
        uri = f"/2010-04-01/Accounts/{account_sid}/Messages/{self.sid}"
        return {
            "account_sid": account_sid,
            "api_version": "2010-04-01",
            "body": self.body,
            "date_created": date,
            "date_sent": None if self.status in ("queued", "accepted") else date,
            "date_updated": date,
            "direction": self.direction,
            "error_code": self.error_code,
            "error_message": None,
            "from": self.sender,
            "messaging_service_sid": None,
            "num_media": str(len(self.media)),
            "num_segments": str(count_segments(self.body)),
            "price": None,
            "price_unit": "USD",
            "sid": self.sid,
            "status": self.status,
            "subresource_uris": {"media": f"{uri}/Media.json"},
            "to": self.to,
            "uri": f"{uri}.json",
        }


class MessageLog:
    """The last `capacity` messages; accepted ones also go to the journal, flushed one by one."""

    def __init__(self, capacity: int, journal: Path | None = None) -> None:
        self._capacity = capacity
        self._journal: IO[str] | None = journal.open("a", encoding="utf-8") if journal else None
        self.clear()

    def clear(self) -> None:
        """Forgets the messages; the journal stays."""
        self._order: deque[Message] = deque()
        self._by_sid: dict[str, Message] = {}
        self._by_resident: defaultdict[str, deque[Message]] = defaultdict(deque)
        self._media: dict[str, Media] = {}
        self._media_bytes = 0

    def close(self) -> None:
        if self._journal:
            self._journal.close()

    def __len__(self) -> int:
        return len(self._order)

    def add(self, message: Message) -> None:
        self._order.append(message)
        self._by_sid[message.sid] = message
        self._by_resident[message.resident].append(message)
        for media in message.media:
            self._keep(media)
        if len(self._order) > self._capacity:
            self._forget_oldest()

    def write_down(self, message: Message) -> None:
        """One line in the journal, on its way to the disk when this returns."""
        if self._journal:
            line = {"sid": message.sid, "to": message.to, "from": message.sender, "body": message.body}
            line |= {"callback": message.status_callback, "at": message.created.isoformat()}
            self._journal.write(json.dumps(line, ensure_ascii=False) + "\n")
            self._journal.flush()

    def get(self, sid: str) -> Message | None:
        return self._by_sid.get(sid)

    def get_media(self, sid: str) -> Media | None:
        return self._media.get(sid)

    def newest_first(self, *, resident: str | None = None) -> Iterator[Message]:
        return reversed(self._by_resident.get(resident, ()) if resident else self._order)

    def _keep(self, media: Media) -> None:
        self._media[media.sid] = media
        self._media_bytes += len(media.content or b"")
        while self._media_bytes > _MEDIA_BYTES and len(self._media) > 1:
            oldest = self._media.pop(next(iter(self._media)))
            self._media_bytes -= len(oldest.content or b"")

    def _forget_oldest(self) -> None:
        oldest = self._order.popleft()
        del self._by_sid[oldest.sid]
        theirs = self._by_resident[oldest.resident]
        theirs.popleft()
        if not theirs:
            del self._by_resident[oldest.resident]
