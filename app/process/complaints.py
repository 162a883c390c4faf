"""Troubles that last: told at length once, then in a line each time, so that a database that is away fills no disk."""

from typing import Any

import structlog

log = structlog.get_logger(__name__)


class Complaint:
    """The trouble of one loop. `event` is its name in the log."""

    def __init__(self, event: str) -> None:
        self._event = event
        self._lasts = False

    def tell(self, error: Exception, **facts: Any) -> None:
        """Logs the failure, with its traceback when it has just begun. Called where it was caught."""
        log.error(self._event, reason=type(error).__name__, exc_info=None if self._lasts else error, **facts)
        self._lasts = True

    def end(self, **facts: Any) -> None:
        """Notes that it went well; logged when it had not before."""
        if self._lasts:
            log.info(f"{self._event}_no_more", **facts)
        self._lasts = False
