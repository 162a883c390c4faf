"""Whatever is said, in whatever order: a turn decides within three rounds, asks one thing at most, keeps small JSON."""

import json
import random
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid5

import pytest

from bot.queries import CaseFacts, NearbyReport
from intents.embedded import EmbeddedInterpreter
from kit.references import Reference
from kit.yaml_files import read_yaml
from services.town.loading import Town
from tests.bot.conversation import MONDAY_MORNING, MOST_ROUNDS, Conversation, photo
from tests.bot.kept_turns import SPACE

SCRIPTS = Path(__file__).parent.parent / "conversations"
OWN, OTHER = str(Reference("MTL", 2026, 12)), str(Reference("MTL", 2026, 99))
DOOR = (46.60069, 2.347835)
TURNS = 12
STATE_LIMIT = 12_000
STRANGE = [
    "",
    "?",
    "🙂",
    "👍",
    "a" * 600,
    "{x}",
    "0",
    "2",
    "12",
    "stop",
    "START",
    "recommencer",
    "plus tard",
    OWN,
    "MTL-26-00000A",
]


def _words() -> Iterator[str]:
    for path in sorted(SCRIPTS.glob("*.yaml")):
        for script in read_yaml(path):
            for turn in script["turns"]:
                said = turn.get("say", "")
                yield from said if isinstance(said, list) else [said]


@pytest.mark.parametrize("seed", range(24))
def test_any_words_in_any_order_are_decided(seed: int, town: Town, interpreter: EmbeddedInterpreter) -> None:
    chance = random.Random(seed)
    words = [text.replace("{own}", OWN).replace("{other}", OTHER) for text in _words()] + STRANGE * 3
    conversation = Conversation(town, interpreter, chance.choice(["sms", "webchat"]))
    conversation.nearby = _nearby() if chance.random() < 0.3 else ()
    conversation.cases = tuple(_case(number) for number in range(12, 12 + chance.choice([0, 1, 2])))
    for _ in range(TURNS):
        texts = [chance.choice(words) for _ in range(chance.choice([1, 1, 1, 2, 3]))]
        conversation.say(*texts, **_extras(chance))
        _check(conversation, texts)
        if chance.random() < 0.05:
            conversation.wait(timedelta(hours=30))
        if conversation.held_by != "bot" and chance.random() < 0.7:
            conversation.hand_back(chance.choice(["", "12 rue de Paris"]), resume=chance.random() < 0.7)


def _extras(chance: random.Random) -> dict[str, Any]:
    kind = chance.random()
    if kind < 0.08:
        return {"files": [photo("photo.jpg", location=chance.choice([DOOR, None]))]}
    if kind < 0.12:
        return {"files": [photo("program.jpg", refusal="file_type_refused")]}
    return {"location": chance.choice([DOOR, (0.0, 0.0)])} if kind < 0.16 else {}


def _check(conversation: Conversation, texts: list[str]) -> None:
    replies = conversation.last.replies
    assert len(conversation.last.asked) <= 1, texts
    assert len([reply for reply in replies if reply.choices]) <= 1, texts
    assert all(reply.text.strip() for reply in replies), texts
    assert len(json.dumps(conversation.state)) < STATE_LIMIT, texts
    if conversation.last.asked:
        assert conversation.state["expects"] == conversation.last.asked[0]


def _nearby() -> tuple[NearbyReport, ...]:
    return (NearbyReport(uuid5(SPACE, OTHER), OTHER, "14 rue de Paris", 10, MONDAY_MORNING.date(), "open"),)


def _case(number: int) -> CaseFacts:
    reference = str(Reference("MTL", 2026, number))
    return CaseFacts(
        uuid5(SPACE, reference), reference, "report.pothole", "open", MONDAY_MORNING, MONDAY_MORNING, own=True
    )


ANSWER, MATTER, PERSON = (
    "oui",
    "des sacs poubelle éventrés rue de Paris, ça attire les rats",
    "je veux parler à quelqu'un",
)


def _asked_for_a_plate(town: Town, interpreter: EmbeddedInterpreter, channel: str = "sms") -> Conversation:
    conversation = Conversation(town, interpreter, channel)
    for text in ("une carte de stationnement", "12 rue de Paris", "une Clio"):
        conversation.say(text)
    assert conversation.last.asked == ("plate",)
    return conversation


@pytest.mark.parametrize("channel", ["sms", "webchat"])
@pytest.mark.parametrize("texts", [(ANSWER, MATTER, PERSON), (MATTER, PERSON), (MATTER, PERSON, ANSWER)])
def test_a_turn_that_hands_over_offers_the_way_back_and_nothing_else(
    channel: str, texts: tuple[str, ...], town: Town, interpreter: EmbeddedInterpreter
) -> None:
    conversation = _asked_for_a_plate(town, interpreter, channel)
    conversation.say(*texts)
    assert conversation.held_by == "queue"
    assert [[choice.label for choice in reply.choices] for reply in conversation.last.replies if reply.choices] == [
        ["Revenir à l'assistant"]
    ]
    assert not conversation.last.asked


def test_the_question_put_aside_for_a_person_is_asked_when_the_resident_comes_back(
    town: Town, interpreter: EmbeddedInterpreter
) -> None:
    conversation = _asked_for_a_plate(town, interpreter)
    conversation.say(ANSWER, MATTER, PERSON)
    conversation.say("1")
    assert conversation.held_by == "bot"
    assert len(conversation.last.asked) == 1


def test_a_number_answers_what_was_asked_after_a_person_was_called(
    town: Town, interpreter: EmbeddedInterpreter
) -> None:
    conversation = _asked_for_a_plate(town, interpreter)
    conversation.say(PERSON, "au fait je voudrais un acte de naissance")
    assert conversation.last.asked == ("choose",)
    conversation.say("1")
    assert conversation.held_by == "queue"


def test_a_case_filed_and_asked_about_in_one_turn_is_not_looked_up(
    town: Town, interpreter: EmbeddedInterpreter
) -> None:
    conversation = Conversation(town, interpreter, "sms")
    for text in ("il y a un nid-de-poule devant le 12 rue de Paris", "non", "non"):
        conversation.say(text)
    conversation.say("oui", "c'est pour quand ?")
    assert conversation.opened
    assert conversation.rounds < MOST_ROUNDS
