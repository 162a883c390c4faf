"""What people bring to a town hall that is no service of it: who answers is told, and nothing begins."""

from pathlib import Path

import pytest

from intents.embedded import EmbeddedInterpreter
from services.town.loading import Town
from tests.bot.conversation import Conversation

TABLES = Path(__file__).parent.parent / "data" / "elsewhere"


def _rows(name: str) -> list[list[str]]:
    return [line.split("\t") for line in (TABLES / name).read_text(encoding="utf-8").splitlines()]


@pytest.mark.parametrize(("code", "text"), _rows("sentences.tsv"))
def test_who_answers_is_told(code: str, text: str, town: Town, interpreter: EmbeddedInterpreter) -> None:
    conversation = Conversation(town, interpreter)
    conversation.say(text)
    assert town.topics.elsewhere[code].label.on(conversation.language) in conversation.text
    assert "flow_started" not in conversation.events()


@pytest.mark.parametrize(("code", "text"), _rows("services.tsv"))
def test_what_is_told_by_the_way_takes_no_service_away(
    code: str, text: str, town: Town, interpreter: EmbeddedInterpreter
) -> None:
    conversation = Conversation(town, interpreter)
    conversation.say(text)
    assert conversation.state["flow"]["code"] == code
