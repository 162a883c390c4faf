"""Refusals, and the one table that gives each its HTTP status and its words."""

from dataclasses import dataclass

from case_store import errors as store


class ConsoleRefusal(Exception):
    """What the console itself refuses."""


class SignInNeeded(ConsoleRefusal):
    """No valid session. `back` is where to return after signing in."""

    def __init__(self, back: str) -> None:
        super().__init__(back)
        self.back = back


class CrossSite(ConsoleRefusal):
    """The request was not made by one of our own pages, or its page is too old."""


class SupervisorsOnly(ConsoleRefusal):
    """A page for supervisors."""


class NotYours(ConsoleRefusal):
    """Another team's case, or a conversation the agent does not hold."""


class PageMissing(ConsoleRefusal):
    """No such page, or not one for this member of staff."""


class TextMissing(ConsoleRefusal):
    """Nothing was written."""


class TextTooLong(ConsoleRefusal):
    """More was written than the console takes at once."""


class TimeRefused(ConsoleRefusal):
    """A snooze needs a time to come, within a year."""


class ChoiceMissing(ConsoleRefusal):
    """A form came without its choice."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """How an error is told: its status and the key of its words (`refused.<key>`)."""

    status: int
    key: str


TABLE: tuple[tuple[type[Exception], Refusal], ...] = (
    (store.NotFound, Refusal(404, "not_found")),
    (PageMissing, Refusal(404, "not_found")),
    (store.Forbidden, Refusal(403, "forbidden")),
    (SupervisorsOnly, Refusal(403, "supervisors_only")),
    (NotYours, Refusal(403, "not_yours")),
    (CrossSite, Refusal(403, "cross_site")),
    (store.HeldByAnother, Refusal(409, "held_by_another")),
    (store.NotHeld, Refusal(409, "not_held")),
    (store.UnseenMessages, Refusal(409, "unseen_messages")),
    (store.OptedOut, Refusal(409, "opted_out")),
    (store.ChangedMeanwhile, Refusal(409, "changed_meanwhile")),
    (store.TransitionRefused, Refusal(409, "transition_refused")),
    (store.ReasonMissing, Refusal(422, "reason_missing")),
    (TextMissing, Refusal(422, "text_missing")),
    (TextTooLong, Refusal(422, "text_too_long")),
    (TimeRefused, Refusal(422, "time_refused")),
    (ChoiceMissing, Refusal(422, "choice_missing")),
    (store.StoreBusy, Refusal(503, "store_busy")),
)
REFUSALS = tuple(kind for kind, _ in TABLE)
"""The errors that people are told about; anything else is a fault of ours."""


def refusal_of(error: Exception) -> Refusal:
    """Raises KeyError for an error that is not in the table."""
    for kind, refusal in TABLE:
        if isinstance(error, kind):
            return refusal
    raise KeyError(type(error).__name__)
