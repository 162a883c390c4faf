"""Why a mail gets no automatic answer."""

from enum import StrEnum


class Automatic(StrEnum):
    """Why a mail gets no automatic answer."""

    REPLY = "reply"
    """An absence, an acknowledgement: something answered by itself."""
    GENERATED = "generated"
    BULK = "bulk"
    """A newsletter."""
    LIST = "list"
    """Sent through a mailing list, perhaps by a person."""
    BOUNCE = "bounce"
    RECEIPT = "receipt"
    """It says that a mail was delivered or opened."""
    NO_REPLY = "no_reply"
    """Answers would go to a mailbox that nobody reads."""
