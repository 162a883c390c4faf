"""What never stands in a log."""

import io
import json
import logging
from collections.abc import Iterator
from contextlib import redirect_stderr

import pytest
import structlog

from app.process.logging import HIDDEN, configure

SECRET = "a-token-of-the-provider"


@pytest.fixture
def logged() -> Iterator[io.StringIO]:
    before = logging.getLogger().handlers[:], logging.getLogger().level
    usual = structlog.get_config()
    stream = io.StringIO()
    with redirect_stderr(stream):
        configure("info", "json", [SECRET])
        yield stream
    logging.getLogger().handlers[:], level = before
    logging.getLogger().setLevel(level)
    structlog.configure(**usual)
    structlog.contextvars.clear_contextvars()


def _lines(stream: io.StringIO) -> list[dict[str, str]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_secrets_texts_and_addresses_are_hidden(logged: io.StringIO) -> None:
    log = structlog.get_logger("test")
    log.info("sent", text="bonjour, c'est Camille", url=f"https://api/?t={SECRET}", to="+33639980001")
    log.info("mailed", detail="refused by camille@exemple.fr", headers={"authorization": "Basic abc"})
    sent, mailed = _lines(logged)
    assert sent["text"] == HIDDEN
    assert SECRET not in sent["url"]
    assert "3998" not in sent["to"]
    assert "camille" not in json.dumps(mailed)
    assert "Basic" not in json.dumps(mailed)


def test_secrets_are_hidden_in_what_libraries_log_and_in_stack_traces(logged: io.StringIO) -> None:
    logging.getLogger("some.library").warning("calling with %s", SECRET)
    try:
        raise ValueError(SECRET)
    except ValueError:
        structlog.get_logger("test").exception("failed")
    assert SECRET not in logged.getvalue()
    assert len(_lines(logged)) == 2


def test_one_id_stands_on_every_line_of_a_request(logged: io.StringIO) -> None:
    structlog.contextvars.bind_contextvars(trace_id="0123456789abcdef")
    structlog.get_logger("one").info("received")
    structlog.get_logger("two").info("stored")
    assert [line["trace_id"] for line in _lines(logged)] == ["0123456789abcdef"] * 2
