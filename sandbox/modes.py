"""The bad days that can be switched on."""

import random
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

Failure = Literal["500", "429", "400", "lost_answer", "silence"]
CallbackState = Literal["queued", "sending", "sent", "delivered"]


class Modes(BaseModel):
    """What goes wrong, and how often.

    A send takes `slow_ms`, or by lot up to `slow_most_ms` where that is more, even when the caller is gone meanwhile.
    `failure` strikes the next `fail_next` sends, then each one with `fail_probability`. `lost_answer` accepts the
    message and answers 500 all the same; `silence` accepts nothing and answers after a minute.
    """

    model_config = ConfigDict(extra="forbid", validate_assignment=True)

    slow_ms: int = Field(0, ge=0, le=60_000)
    slow_most_ms: int = Field(0, ge=0, le=60_000)
    failure: Failure = "500"
    fail_next: int = Field(0, ge=0, le=1_000_000)
    fail_probability: float = Field(0.0, ge=0, le=1)
    undeliverable: bool = False
    duplicate_webhooks: bool = False
    duplicate_callbacks: bool = False
    disorder_callbacks: bool = False
    drop_callbacks: bool = False
    callbacks: list[CallbackState] = ["queued", "sent", "delivered"]
    callback_delay_ms: int = Field(150, ge=0, le=60_000)

    def slowness(self) -> float:
        """Seconds that this send takes."""
        return random.uniform(self.slow_ms, max(self.slow_ms, self.slow_most_ms)) / 1000  # noqa: S311

    def strike(self) -> Failure | None:
        """The failure for this send, if any."""
        if self.fail_next:
            self.fail_next -= 1
            return self.failure
        return self.failure if self.fail_probability and random.random() < self.fail_probability else None  # noqa: S311

    def change(self, changes: dict[str, object]) -> None:
        """All or nothing. Raises pydantic.ValidationError."""
        wanted = Modes.model_validate({**self.model_dump(), **changes})
        for name in type(self).model_fields:
            setattr(self, name, getattr(wanted, name))
