"""First sentences that say much at once, put together from parts: everything said is kept, nothing else is.

What is kept is never asked again, so this counts the questions whose answer had already been given: none.
"""

import random
from pathlib import Path

import pytest
from pydantic import BaseModel, ConfigDict, TypeAdapter

from intents.embedded import EmbeddedInterpreter
from kit.yaml_files import read_yaml
from services.town.loading import Town
from tests.bot.conversation import Conversation

SENTENCES = 60


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Part(Strict):
    words: str
    tells: dict[str, str] = {}


class Template(Strict):
    language: str
    code: str
    columns: list[list[Part]]


TEMPLATES = TypeAdapter(dict[str, Template]).validate_python(read_yaml(Path(__file__).parent / "first_sentences.yaml"))


@pytest.mark.parametrize("name", TEMPLATES)
def test_everything_a_first_sentence_says_is_kept(name: str, town: Town, interpreter: EmbeddedInterpreter) -> None:
    template, choose = TEMPLATES[name], random.Random(name)
    for _ in range(SENTENCES):
        parts = [choose.choice(column) for column in template.columns]
        sentence = "".join(part.words for part in parts)
        conversation = Conversation(town, interpreter, channel="sms")
        conversation.say(sentence)
        flow = conversation.state["flow"]
        expected = {field: value for part in parts for field, value in part.tells.items()}
        heard = (conversation.language, flow["code"], flow.get("values", {}))
        assert heard == (template.language, template.code, expected), sentence
