"""The one table of refusals: what people are told about, with which HTTP status and in which words, in both faces."""

from dataclasses import dataclass
from typing import ClassVar

from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from case_store import errors as store


@dataclass(frozen=True, slots=True)
class Refusal:
    """How an error is told: its status, and the key under which each face keeps its words."""

    status: int
    key: str


class FaceRefusal(Exception):
    """What a face refuses by itself, before the store is asked; each kind says how it is told."""

    refusal: ClassVar[Refusal]

    def __init_subclass__(cls, *, status: int, key: str) -> None:
        cls.refusal = Refusal(status, key)


TABLE: tuple[tuple[type[Exception], Refusal], ...] = (
    (store.NotFound, Refusal(404, "missing")),
    (store.Forbidden, Refusal(403, "forbidden")),
    (store.HeldByAnother, Refusal(409, "held_by_another")),
    (store.NotHeld, Refusal(409, "not_held")),
    (store.UnseenMessages, Refusal(409, "unseen_messages")),
    (store.OptedOut, Refusal(409, "opted_out")),
    (store.ChangedMeanwhile, Refusal(409, "changed_meanwhile")),
    (store.TransitionRefused, Refusal(409, "transition_refused")),
    (store.ReasonMissing, Refusal(422, "reason_missing")),
    (store.StoreBusy, Refusal(503, "busy")),
)
REFUSALS: tuple[type[Exception], ...] = (FaceRefusal, *(kind for kind, _ in TABLE))
"""The product's own refusals; anything else that is raised is a fault of ours, or the request's."""
SHOWN: tuple[type[Exception], ...] = (*REFUSALS, RequestValidationError, HTTPException)
"""All that people are shown a page for."""
_BY_STATUS = {403: "forbidden", 404: "missing", 413: "too_large", 429: "too_many", 503: "busy"}
STATUS_KEYS = (*_BY_STATUS.values(), "wrong", "failed")


def refusal_of(error: Exception) -> Refusal:
    """How an error is told. Raises KeyError for one that is none of SHOWN."""
    if isinstance(error, FaceRefusal):
        return error.refusal
    if isinstance(error, HTTPException):
        return refusal_of_status(error.status_code)
    if isinstance(error, RequestValidationError):
        # An address that names nothing leads nowhere; anything else that cannot be read is the sender's mistake.
        in_path = any(fault["loc"][:1] == ("path",) for fault in error.errors())
        return refusal_of_status(404 if in_path else 422)
    for kind, refusal in TABLE:
        if isinstance(error, kind):
            return refusal
    raise KeyError(type(error).__name__)


def refusal_of_status(status: int) -> Refusal:
    """How a bare HTTP status of 400 and above is told."""
    return Refusal(status, _BY_STATUS.get(status, "failed" if status >= 500 else "wrong"))
