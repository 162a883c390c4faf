"""What a command needs besides its session: the clock and the bell, carried by the session itself."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from kit.clock import Clock, SystemClock
from kit.ports import Hint

StoreSession = Session
"""The session by the name that callers outside this package may use."""


def now(session: Session) -> datetime:
    """The town's time in this transaction."""
    clock: Clock = session.info.get("clock") or SystemClock()
    return clock.now()


def ring(session: Session, topic: str, **payload: Any) -> None:
    """Rings `topic` once this transaction has been committed; a rolled-back transaction rings nothing."""
    bells(session).append((topic, payload))


def bells(session: Session) -> list[Hint]:
    """The hints gathered by this transaction."""
    hints: list[tuple[str, Mapping[str, Any]]] = session.info.setdefault("hints", [])
    return hints
