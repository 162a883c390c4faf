"""Every declared service, from its own examples: begun, asked through one by one, filed, and shown rightly.

The answers are the sample answers of each field's declaration, so that a new service is tried by being declared.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.faces.console import ConsoleTown
from intents.embedded import EmbeddedInterpreter
from services.declarations.declaration import Service, ServiceField, load_services
from services.kinds.fields import PLACES, present
from services.town.loading import Town
from tests.bot.conversation import Conversation

SERVICES = sorted(load_services(Path(__file__).parents[2] / "data" / "services"))
WORDS = {"fr": {"yes": "oui", "later": "plus tard"}, "en": {"yes": "yes", "later": "later"}}
MAIL, WHO = "camille@exemple.fr", "Camille Durand"
MOST_TURNS = 20
NOT_ASKED = {"photo", "requester"}

NEEDS_WORDS_OF_ITS_OWN = {
    "report.other",
    "report.unsafe_housing",
    "request.association_grant",
    "request.complaint",
    "request.housing_application",
    "request.invoice_question",
    "request.meet_councillor",
    "request.social_appointment",
}
"""Services that ask for a description or a subject in free words: a first message cannot tell it from the rest."""


@pytest.mark.parametrize("channel", ["webchat", "sms"])
@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("code", SERVICES)
def test_a_service_is_filed_question_by_question(
    code: str, language: str, channel: str, town: Town, interpreter: EmbeddedInterpreter
) -> None:
    service, conversation = town.services[code], Conversation(town, interpreter, channel, language=language)
    asked = list(_file(conversation, service, language))
    (case,) = conversation.opened
    expected = _expected(service, language, asked)
    assert case.service_code == code
    assert {name: value for name, value in case.fields.items() if name in expected} == expected
    assert len(asked) + 1 <= len(service.applicable(case.fields)) + len(service.documents) + (channel != "sms") + 2
    _check_shown(town, service, dict(case.fields), language)


def _file(conversation: Conversation, service: Service, language: str) -> Iterator[str]:
    """Says the service's first example, then answers each question; the names of the questions, in order."""
    conversation.say(service.examples.opens.words[language][0])
    assert conversation.state.get("flow", {}).get("code") == service.code, conversation.text
    for _ in range(MOST_TURNS):
        (name,) = conversation.last.asked
        yield name
        conversation.say(_answer(service, name, language))
        if conversation.opened:
            return
    raise AssertionError(f"not filed after {MOST_TURNS} answers: {conversation.text}")


def _answer(service: Service, name: str, language: str) -> str:
    if name == "confirm":
        return WORDS[language]["yes"]
    if name == "contact":
        return MAIL
    if name.startswith("document:"):
        return WORDS[language]["later"]
    return next(iter(service.field(name).samples[language]))


def _expected(service: Service, language: str, asked: list[str]) -> dict[str, str]:
    """What the case must hold of every field that was asked."""
    fields = [field for field in service.fields if field.name in asked and field.kind not in NOT_ASKED]
    return {field.name: next(iter(field.samples[language].values())) for field in fields}


def _check_shown(town: Town, service: Service, fields: dict[str, str], language: str) -> None:
    """An agent reads each answer under its label, in the agent's language, and no value of the machine's."""
    console = ConsoleTown(town)
    for name, value in fields.items():
        field = service.field(name)
        assert console.field_label(service.code, service.version, name, language) == field.label.on(language)
        shown = console.field_value(service.code, service.version, name, value, language)
        assert shown
        assert not _is_raw(town, field, value, shown, language), (name, value, shown)


def _is_raw(town: Town, field: ServiceField, value: str, shown: str, language: str) -> bool:
    """A date, a sum or a place as the record keeps it, where people read something else."""
    told_otherwise = {*PLACES, "child", "date", "hours", "money", "period", "yes_no"}
    yes_no = {"yes": "-", "no": "-"}
    is_kept = value == present(field, value, language, town.lexicon, yes_no) == shown
    return field.kind in told_otherwise - set(PLACES) and is_kept


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("code", SERVICES)
def test_other_first_sentences_begin_the_service(
    code: str, language: str, town: Town, interpreter: EmbeddedInterpreter
) -> None:
    sentences = town.services[code].examples.opens.words[language]
    assert len(sentences) >= 2
    for sentence in sentences:
        conversation = Conversation(town, interpreter, language=language)
        conversation.say(sentence)
        assert conversation.state.get("flow", {}).get("code") == code, sentence


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("code", [code for code in SERVICES if code not in NEEDS_WORDS_OF_ITS_OWN])
def test_a_message_that_tells_everything_leaves_nothing_of_it_to_ask(
    code: str, language: str, town: Town, interpreter: EmbeddedInterpreter
) -> None:
    service = town.services[code]
    conversation = Conversation(town, interpreter, "sms", language=language)
    conversation.say(service.examples.at_once[language])
    flow = conversation.state.get("flow", {})
    assert flow.get("code") == code
    open_fields = [field.name for field in service.applicable(flow["values"]) if field.required]
    assert [name for name in open_fields if name not in flow["values"] and name != "requester"] == []


@pytest.mark.parametrize("language", ["fr", "en"])
def test_what_is_no_service_of_the_town_is_told_with_who_answers(
    language: str, town: Town, interpreter: EmbeddedInterpreter
) -> None:
    subjects = {code: one for code, one in town.topics.elsewhere.items() if one.names.words.get(language)}
    assert len(subjects) >= 40
    for code, subject in subjects.items():
        conversation = Conversation(town, interpreter, language=language)
        conversation.say(subject.names.words[language][0])
        assert conversation.state.get("flow") is None, code
        assert subject.label.on(language) in conversation.text, code
        if subject.told is not None:
            assert subject.told.on(language) in conversation.text, code
