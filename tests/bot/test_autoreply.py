"""Machines that answer machines: what comes within a second of our own words, and senders nobody can answer."""

from datetime import timedelta

import pytest

from intents.embedded import EmbeddedInterpreter
from services.town.loading import Town
from tests.bot.conversation import Conversation

THANKS = ("merci", "ok merci", "merci beaucoup", "grand merci", "merci bien")


@pytest.fixture
def phone(town: Town, interpreter: EmbeddedInterpreter) -> Conversation:
    return Conversation(town, interpreter, "sms")


def answered(phone: Conversation, texts: tuple[str, ...], *, after: float) -> list[bool]:
    """Whether each text, sent so many seconds after our last words, was answered."""
    found = []
    for text in texts:
        phone.wait(timedelta(seconds=after))
        found.append(bool(phone.say(text).replies))
    return found


def test_what_comes_at_once_and_says_nothing_new_gets_three_answers(phone: Conversation) -> None:
    phone.say("bonjour")
    assert answered(phone, THANKS, after=0.5) == [True, True, True, False, False]
    assert phone.events().count("autoreply_suspected") == 1


def test_who_takes_time_is_answered_on_and_on(phone: Conversation) -> None:
    phone.say("bonjour")
    assert all(answered(phone, THANKS, after=5))


def test_quick_questions_are_answered(phone: Conversation) -> None:
    questions = (
        "horaires de la mairie",
        "combien coûte le stationnement ?",
        "quels papiers pour un acte de naissance ?",
        "quand passent les poubelles rue de Paris ?",
        "quels sont les horaires de la piscine ?",
    )
    assert all(answered(phone, questions, after=0.3))


def test_a_moment_that_stands_still_counts_nobody_as_quick(phone: Conversation) -> None:
    assert all(answered(phone, THANKS, after=0))


def test_no_hint_of_start_is_sent_where_the_provider_holds_it_back(phone: Conversation) -> None:
    phone.opted_out = phone.held_by_provider = True
    assert not phone.say("bonjour").replies
    assert phone.say("START").replies


@pytest.mark.parametrize("sender", ["36179", "SUPPORT"])
def test_who_cannot_be_answered_is_not_answered_and_agents_are_told_once(
    town: Town, interpreter: EmbeddedInterpreter, sender: str
) -> None:
    phone = Conversation(town, interpreter, "sms", address=sender)
    assert not phone.say("votre code est 1234").replies
    assert not phone.say("horaires de la mairie").replies
    assert phone.events() == ["sender_unreachable"]
