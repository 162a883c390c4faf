"""What a mail says once it is read."""

from dataclasses import dataclass, field
from datetime import datetime
from hashlib import md5

from channels.email.reading.kinds import Automatic
from channels.email.reading.mime.problems import Problem


@dataclass(frozen=True, slots=True)
class Address:
    """A mailbox in lower case, its domain in ASCII (IDNA) so that any server delivers to it, and its owner's name."""

    address: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that came with a mail, decoded. `content_id` is what `cid:` in the HTML refers to."""

    filename: str | None
    content_type: str
    content: bytes = field(repr=False)
    content_id: str | None = None
    inline: bool = False

    @property
    def size(self) -> int:
        """In bytes."""
        return len(self.content)

    @property
    def md5(self) -> str:
        return md5(self.content, usedforsecurity=False).hexdigest()


@dataclass(frozen=True, slots=True)
class FailedRecipient:
    """An address that a mail did not reach. `status` is like 5.1.1; `permanent`: there is no use in trying again."""

    address: str
    status: str
    diagnostic: str
    permanent: bool


@dataclass(frozen=True, slots=True)
class Bounce:
    """A server's word on a mail of ours. `recipients` may be empty; `original_id` is our mail's Message-ID."""

    recipients: tuple[FailedRecipient, ...]
    original_id: str | None


@dataclass(frozen=True, slots=True)
class ReadMail:
    """A mail as far as it could be read; `problems` tells what had to be put right.

    `text` is all that can be seen; `reply` what the writer added, without quote and signature, and `folded` the rest.
    Ids keep their angle brackets. `date` is aware, in the writer's own zone.
    """

    sender: Address | None
    to: tuple[Address, ...]
    cc: tuple[Address, ...]
    reply_to: tuple[Address, ...]
    subject: str
    message_id: str | None
    in_reply_to: str | None
    references: tuple[str, ...]
    date: datetime | None
    text: str
    html: str | None
    reply: str
    folded: str
    attachments: tuple[Attachment, ...]
    automatic: tuple[Automatic, ...]
    bounce: Bounce | None
    problems: tuple[Problem, ...]

    @property
    def answered_at(self) -> Address | None:
        """Where an answer goes: Reply-To where there is one, else the sender."""
        return self.reply_to[0] if self.reply_to else self.sender
