"""A service of the product that the town does not offer: a plain answer, and never a dead end."""

from dataclasses import replace

import pytest

from intents.embedded import EmbeddedInterpreter
from kit.wording import Wording
from services.town.loading import Town
from tests.bot.conversation import Conversation

OWN = Wording.model_validate({"fr": "Le conservatoire dépend de l'agglomération.", "en": "Ask the agglomeration."})


@pytest.fixture(scope="module")
def smaller(town: Town) -> Town:
    """The town without potholes, and with a music school that is somebody else's."""
    dropped = {"report.pothole": None, "request.music_school": OWN}
    services = {code: service for code, service in town.services.items() if code not in dropped}
    return replace(town, services=services, city=town.city.model_copy(update={"not_offered": dropped}))


def said(conversation: Conversation) -> str:
    return " ".join(reply.text for reply in conversation.last.replies)


def labels(conversation: Conversation) -> list[str]:
    return [choice.label for reply in conversation.last.replies for choice in reply.choices]


def test_who_asks_for_it_is_told_and_offered_a_person(smaller: Town, interpreter: EmbeddedInterpreter) -> None:
    conversation = Conversation(smaller, interpreter)
    conversation.say("il y a un nid-de-poule devant chez moi")
    assert "Nid-de-poule ou chaussée dégradée\u00a0: la mairie ne s'en occupe pas." in said(conversation)
    assert "appelez le 01 99 98 00 21" in said(conversation)
    assert labels(conversation) == ["Parler à une personne", "Non merci"]
    conversation.say("Parler à une personne")
    assert any(type(effect).__name__ == "HandOff" for effect in conversation.last.effects)


def test_the_town_says_it_in_its_own_words(smaller: Town, interpreter: EmbeddedInterpreter) -> None:
    conversation = Conversation(smaller, interpreter)
    conversation.say("je veux inscrire ma fille au conservatoire")
    assert "Le conservatoire dépend de l'agglomération." in said(conversation)
    english = Conversation(smaller, interpreter, language="en")
    english.say("I want to register my daughter at the music school")
    assert "Ask the agglomeration." in said(english)


@pytest.mark.parametrize(
    "question", ["combien coûte le conservatoire ?", "quelles pièces faut-il pour le conservatoire ?"]
)
def test_neither_price_nor_papers_of_it_are_told(
    smaller: Town, interpreter: EmbeddedInterpreter, question: str
) -> None:
    conversation = Conversation(smaller, interpreter)
    conversation.say(question)
    assert "Le conservatoire dépend de l'agglomération." in said(conversation)


def test_in_the_middle_of_a_request_the_question_stays(smaller: Town, interpreter: EmbeddedInterpreter) -> None:
    conversation = Conversation(smaller, interpreter)
    conversation.say("je veux faire enlever des encombrants")
    question = said(conversation)
    conversation.say("je veux aussi inscrire ma fille au conservatoire")
    assert "Le conservatoire dépend de l'agglomération." in said(conversation)
    assert conversation.last.replies[-1].text in question


def test_a_town_without_any_service_still_answers(town: Town, interpreter: EmbeddedInterpreter) -> None:
    dropped = {code: None for code, row in town.catalogue.items() if row.is_service}
    empty = replace(town, services={}, city=town.city.model_copy(update={"not_offered": dropped}))
    conversation = Conversation(empty, interpreter)
    for text in ("bonjour", "il y a un trou", "que pouvez-vous faire ?", "xyzzy", "je voudrais un acte de naissance"):
        conversation.say(text)
        assert conversation.last.replies, text
