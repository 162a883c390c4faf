"""Logs: one line an event, one id from webhook to delivery, no secret and no resident's words in them."""

import logging
import re
import sys
from collections.abc import Collection, MutableMapping
from typing import Any

import structlog

_SENSITIVE = frozenset({"text", "body", "address", "password", "token", "cookie", "code_sent", "authorization"})
_PHONE = re.compile(r"(?<![\w-])\+\d{4,}(?=\d{2}\b)")
_MAIL = re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+")
HIDDEN = "[hidden]"


class Redactor:
    """Blanks secrets, message texts and residents' addresses wherever they stand in an event."""

    def __init__(self, secrets: Collection[str]) -> None:
        self._secrets = tuple(secret for secret in secrets if len(secret) >= 6)

    def __call__(self, logger: Any, method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        return {key: HIDDEN if key in _SENSITIVE else self._clean(value) for key, value in event.items()}

    def _clean(self, value: Any) -> Any:
        if isinstance(value, str):
            for secret in self._secrets:
                value = value.replace(secret, HIDDEN)
            if "+" in value:
                value = _PHONE.sub("+…", value)
            return _MAIL.sub(HIDDEN, value) if "@" in value else value
        if isinstance(value, dict):
            return {key: HIDDEN if key in _SENSITIVE else self._clean(item) for key, item in value.items()}
        if isinstance(value, list | tuple):
            return [self._clean(item) for item in value]
        return value


def configure(level: str, style: str, secrets: Collection[str]) -> None:
    """Sends every log, the libraries' too, to standard error in one form."""
    as_json = style == "json" or (style == "auto" and not sys.stderr.isatty())
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        Redactor(secrets),
    ]
    renderer: Any = structlog.processors.JSONRenderer() if as_json else structlog.dev.ConsoleRenderer()
    # Ours are written directly: by way of the standard library each line would cost twice as much.
    structlog.configure(
        processors=[*shared, renderer],
        logger_factory=structlog.WriteLoggerFactory(sys.stderr),
        wrapper_class=structlog.make_filtering_bound_logger(level),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*shared],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    for noisy in ("uvicorn.access", "alembic", "twilio", "procrastinate"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    # Its warnings tell what strangers posted, one line a request: the refusal is counted, which is enough.
    logging.getLogger("python_multipart").setLevel(logging.ERROR)
