"""Answers to the question that is open, when it is not a plain field: a choice, the summary, a document, a contact."""

from collections.abc import Callable

from bot.acting import asking_back, reporting_news
from bot.acting.controlling import cancel
from bot.dialogue_state import CHOOSE, CONFIRM, CONTACT, DOCUMENT, FLOW, JOIN, REFERENCE, SERVICE, Question
from bot.exchange import Exchange
from bot.flows import (
    answers,
    contact,
    guided,
    human,
    opting,
    report,
    request,
    resuming,
    status,
    summary,
    switching,
    updates,
)
from bot.flows.picking import picked
from bot.hearing import Heard, hear_words
from intents.contract import Prediction


def hear(exchange: Exchange, heard: Heard) -> bool:
    """True when the message answers the open question."""
    question = exchange.state.question
    if question is None or heard.said.is_wordless:
        return False
    choice = picked(question, heard)
    if question.name == CONFIRM and heard.said.numbers() and heard.said.has("correction"):
        choice = None  # "finalement 2" is a corrected number, not the second button
    if question.name == CONFIRM and choice == "confirm" and summary.says_more(heard):
        choice = None  # "oui mais au 14": nothing is filed before it is put right
    if question.name == CHOOSE:
        answer = _CHOICES.get(question.purpose)
        return answer is not None and answer(exchange, question, choice, heard)
    return _hear_named(exchange, question, choice, heard)


def _hear_named(exchange: Exchange, question: Question, choice: str | None, heard: Heard) -> bool:
    if question.name == CONFIRM:
        return summary.hear_confirm(exchange, choice, heard)
    if question.name == JOIN:
        return report.hear_join(exchange, question, choice, heard)
    if question.name == CONTACT:
        return contact.hear(exchange, heard)
    if question.name.startswith(DOCUMENT):
        return request.hear_document(exchange, question, heard)
    if question.name == REFERENCE and status.hear_reference(exchange, heard):
        return True
    if question.name == SERVICE and answers.hear_service(exchange, question, heard):
        return True
    if question.purpose == answers.COLLECTION and answers.hear_collection_address(exchange, heard):
        return True
    return question.purpose != FLOW and _hear_nothing(exchange, question, heard)


def _hear_nothing(exchange: Exchange, question: Question, heard: Heard) -> bool:
    """ "je ne l'ai pas": the question is dropped, and what was open before goes on."""
    is_lost = question.name == REFERENCE and heard.said.has("lost")
    if is_lost and exchange.state.flow is None:
        status.offer_to_find(exchange)
        return True
    if heard.command not in {"talk.deny", "talk.skip"} and not (is_lost or heard.said.is_only("later")):
        return False
    if exchange.state.flow is None:
        exchange.tell("deny.idle")
    return True


def hear_loosely(exchange: Exchange, heard: Heard) -> bool:
    """The answer in other words, once the flow itself has found nothing in the message."""
    question = exchange.state.question
    if question is None or heard.said.is_wordless:
        return False
    if question.name == CONFIRM:
        return _hear_wrong(exchange, heard) or summary.hear_confirm_loosely(exchange, heard)
    if question.name == JOIN:
        return report.hear_join_loosely(exchange, question, heard)
    if question.name == CONTACT:
        return contact.hear_loosely(exchange, heard)
    if question.name.startswith(DOCUMENT):
        return request.hear_document_loosely(exchange, question, heard)
    return False


def _hear_wrong(exchange: Exchange, heard: Heard) -> bool:
    """ "l'adresse est fausse", "modifier l'adresse": the named field is asked again at once."""
    flow, name = exchange.state.flow, summary.field_named(exchange, heard)
    if flow is None or name is None or heard.is_question or not heard.said.has("wrong", "correction"):
        return False
    guided.reopen(exchange, flow, name)
    return True


def _fix(exchange: Exchange, question: Question, choice: str | None, heard: Heard) -> bool:
    """The field to correct at the summary."""
    flow = exchange.state.flow
    if flow is None:
        return False
    choice = choice or summary.field_named(exchange, heard)
    if choice is None:
        return heard.command in {"talk.deny", "talk.skip", "talk.affirm"}
    guided.reopen(exchange, flow, choice)
    return True


def _person(exchange: Exchange, question: Question, choice: str | None, heard: Heard) -> bool:
    if choice == "human" or heard.command == "talk.affirm" or heard.said.opens_with("yes"):
        human.hand_over(exchange, "topic", [heard], question.payload.get("team"))
        return True
    if choice == "no_thanks" or heard.command == "talk.deny":
        exchange.tell("deny.idle")
        return True
    return False


def _suggestion(exchange: Exchange, question: Question, choice: str | None, heard: Heard) -> bool:
    """What the message before meant; its own words are read again for that service."""
    if choice is None:
        return False
    exchange.state.question = None
    if choice == "human":
        human.hand_over(exchange, "requested", [heard])
    else:
        exchange.again = _said_before(exchange, question, choice)
    return True


def _said_before(exchange: Exchange, question: Question, intent: str) -> Heard:
    """The words that were not understood, with the intent the resident has now told."""
    text = question.payload.get("text", "")
    prediction = Prediction(text, intent, 1.0, exchange.language, ((intent, 1.0),))
    return Heard(hear_words(text, prediction, exchange.town.lexicon, exchange.today), prediction)


def _switch(exchange: Exchange, question: Question, choice: str | None, heard: Heard) -> bool:
    return switching.hear_choice(exchange, choice, heard)


def _resume(exchange: Exchange, question: Question, choice: str | None, heard: Heard) -> bool:
    return resuming.hear_choice(exchange, choice, heard)


def _opting(exchange: Exchange, question: Question, choice: str | None, heard: Heard) -> bool:
    return opting.hear_choice(exchange, choice, heard)


def _update(exchange: Exchange, question: Question, choice: str | None, heard: Heard) -> bool:
    return updates.hear_choice(exchange, question, choice)


def _case(exchange: Exchange, question: Question, choice: str | None, heard: Heard) -> bool:
    return status.hear_choice(exchange, choice)


def _instead(exchange: Exchange, question: Question, choice: str | None, heard: Heard) -> bool:
    if choice == "cancel" or heard.command == "talk.deny":
        cancel(exchange)
        return True
    return request.hear_instead(exchange, question, choice, heard)


def _propose(exchange: Exchange, question: Question, choice: str | None, heard: Heard) -> bool:
    return asking_back.hear_choice(exchange, question, choice, heard)


def _news(exchange: Exchange, question: Question, choice: str | None, heard: Heard) -> bool:
    return reporting_news.hear_choice(exchange, question, choice, heard)


_CHOICES: dict[str, Callable[[Exchange, Question, str | None, Heard], bool]] = {
    summary.FIX: _fix,
    human.OFFER: _person,
    human.SUGGEST: _suggestion,
    switching.SWITCH: _switch,
    resuming.RESUME: _resume,
    status.CASE: _case,
    updates.UPDATE: _update,
    opting.OPT_OUT: _opting,
    request.INSTEAD: _instead,
    asking_back.PROPOSE: _propose,
    reporting_news.NEWS: _news,
}
