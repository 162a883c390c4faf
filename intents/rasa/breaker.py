"""Leaves a server that keeps failing alone for a while: whoever waits on it in vain makes residents wait."""

from collections.abc import Callable

from intents.rasa.limits import FAILURES_IN_A_ROW, REST_SECONDS
from kit.clock import steady_time


class Breaker:
    """Closed while all is well; open after some failures in a row; after a rest one call tries."""

    def __init__(self, now: Callable[[], float] = steady_time) -> None:
        """`now` gives seconds that never go back."""
        self._now = now
        self._failures = 0
        self._rests_until = 0.0

    def allows(self) -> bool:
        """Whether to call now; a call allowed after a rest is the only one until its outcome is told."""
        if self._failures < FAILURES_IN_A_ROW:
            return True
        if self._now() < self._rests_until:
            return False
        self._rest()
        return True

    def succeeded(self) -> bool:
        """Told that a call went well; whether that ends a rest."""
        was_open, self._failures = self._failures >= FAILURES_IN_A_ROW, 0
        return was_open

    def failed(self) -> bool:
        """Told that a call failed; whether a rest begins with it."""
        self._failures += 1
        self._rest()
        return self._failures == FAILURES_IN_A_ROW

    def _rest(self) -> None:
        self._rests_until = self._now() + REST_SECONDS
