"""Identifiers that sort by time (UUID version 7, RFC 9562 section 5.7)."""

import os
import threading
import time
from uuid import UUID


class _Moments:
    """Gives moments in 4096ths of a millisecond, each later than the one before (RFC 9562 section 6.2, method 3)."""

    def __init__(self) -> None:
        self._last = 0
        self._lock = threading.Lock()

    def next(self) -> int:
        moment = time.time_ns() * 4096 // 1_000_000
        with self._lock:
            self._last = max(moment, self._last + 1)
            return self._last


_moments = _Moments()


def uuid7(at: float | None = None, *, nth: int = 0) -> UUID:
    """A new UUIDv7: 60 bits of time, 62 random ones. Those of one process sort in the order they were made.

    Or the `nth` one made `at` some moment, in Unix seconds of a clock that several processes share.
    """
    moment = _moments.next() if at is None else int(at * 4_096_000) + nth
    tail = int.from_bytes(os.urandom(8)) >> 2
    return UUID(int=(moment >> 12) << 80 | 0x7 << 76 | (moment & 0xFFF) << 64 | 0b10 << 62 | tail)


def made_at(identifier: UUID) -> float:
    """Unix seconds, of the machine that made it, at which a UUIDv7 was made."""
    return (identifier.int >> 80) / 1000
