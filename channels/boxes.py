"""Channels whose messages lie in a mailbox and are fetched: what such an adapter promises."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol, runtime_checkable

from channels.contract import InboundEvent

BoxTrouble = Literal["credentials", "certificate", "folder", "unavailable"]


class BoxRefused(Exception):
    """A mailbox cannot be read; `code` says why, and the first three only an operator can mend.

    Its text names the server and never a password. Trying goes on all the same.
    """

    def __init__(self, code: BoxTrouble, detail: str) -> None:
        super().__init__(detail)
        self.code = code


@dataclass(frozen=True, slots=True)
class BoxPlace:
    """How far a mailbox has been read: the server's number for the mailbox as it is now, and of the last mail taken."""

    validity: int
    last: int


class Box(Protocol):
    """An open mailbox, used by one thread at a time. Every call but `close` raises BoxRefused."""

    validity: int
    """The server's number for the mailbox as it is now: the numbers of its mails hold as long as this one does."""
    newest: int
    """The number of its last mail when it was opened, 0 in an empty one."""
    idles: bool
    """Whether the server tells by itself when something comes; else `wait` returns at once."""

    def find_new(self, after: BoxPlace | None, since: datetime) -> list[int]:
        """The numbers of the mails behind `after`, in order.

        Where that place no longer fits, those that came since the day before `since`; without one, the unread of them.
        """

    def fetch(self, number: int, most: int) -> bytes | None:
        """The mail as it came, or its first `most` bytes; None when it has gone meanwhile."""

    def mark_done(self, numbers: Sequence[int]) -> None:
        """Notes at the server that these have been taken: they no longer count as unread."""

    def wait(self, seconds: float) -> bool:
        """Until something comes, at most so long; whether something has."""

    def close(self) -> None:
        """Leaves, whatever state the connection is in."""


@runtime_checkable
class Pollable(Protocol):
    """For adapters whose messages lie in a mailbox."""

    @property
    def has_box(self) -> bool:
        """Whether a mailbox is set up."""

    def open_box(self) -> Box:
        """Connects and signs in; blocks. Raises BoxRefused."""

    def read(self, raw: bytes) -> Sequence[InboundEvent]:
        """The events in a mail; pure. Raises PayloadInvalid."""
