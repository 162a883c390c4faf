"""Messages that are letters: what one says of itself beside its words."""

from dataclasses import dataclass
from typing import Literal
from uuid import UUID

Unanswered = Literal["auto_reply", "list", "no_reply", "bounce", "too_many"]
"""Why no dialogue follows a letter: a machine wrote it, nobody reads what would be answered, or no person writes so
many."""

MOST_REFERENCES = 20
"""Earlier letters that an answer names: a thread of years would make every head longer than its mail."""


@dataclass(frozen=True, slots=True)
class Letter:
    """What identifies a letter among others.

    `letter_id` is the sender's name for it, "" where it has none; `references` the letters it goes back to, oldest
    first; `subject` the whole line; `sender_name` what the sender is called there, "" where it is no person's name.
    `told` are our own deliveries among those letters, newest first.
    """

    letter_id: str = ""
    subject: str = ""
    references: tuple[str, ...] = ()
    told: tuple[UUID, ...] = ()
    unanswered: Unanswered | None = None
    sender_name: str = ""

    @property
    def thread(self) -> tuple[str, ...]:
        """The letters that an answer goes back to, the answered one last."""
        known = [each for each in (*self.references, self.letter_id) if each]
        return tuple(dict.fromkeys(known))[-MOST_REFERENCES:]
