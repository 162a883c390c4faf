"""One of the answers that were offered, carried out: which question it answers says what it does."""

from collections.abc import Callable, Mapping

from bot.acting import asking_back, reporting_news
from bot.acting.controlling import cancel
from bot.acts import PutRight
from bot.dialogue_state import (
    CASE,
    CHOOSE,
    CONFIRM,
    CONTACT,
    FIX,
    INSTEAD,
    JOIN,
    NEWS,
    OFFER,
    OPT_OUT,
    PROPOSE,
    RESUME,
    SUGGEST,
    SWITCH,
    UPDATE,
    Question,
)
from bot.exchange import Exchange
from bot.flows import guided, opting, report, request, resuming, summary, switching
from bot.flows.cases import status, updates
from bot.flows.people import contact, human
from bot.hearing import Heard, hear_words
from intents.contract import Prediction


def pick(exchange: Exchange, option: str, heard: Heard) -> None:
    """Does what this answer to the open question does."""
    question = exchange.state.question
    if question is None:
        return
    if question.name == CHOOSE:
        _CHOICES[question.purpose](exchange, question, option, heard)
    elif question.name == CONFIRM:
        summary.confirm(exchange, heard.said)
    elif question.name == JOIN:
        report.answer_join(exchange, question, option)
    elif question.name == CONTACT:
        contact.refuse(exchange)
    else:
        request.answer_document(exchange, question, option)


def put_right(exchange: Exchange, act: PutRight) -> None:
    """Asks the named field again at once, else what is not right."""
    flow = exchange.state.flow
    if flow is not None and act.field is not None:
        guided.reopen(exchange, flow, act.field)
    elif flow is not None:
        summary.ask_what(exchange, flow)


def _fix(exchange: Exchange, question: Question, option: str, heard: Heard) -> None:
    if exchange.state.flow is not None and option:
        guided.reopen(exchange, exchange.state.flow, option)


def _person(exchange: Exchange, question: Question, option: str, heard: Heard) -> None:
    if option == "human":
        human.hand_over(exchange, "topic", [heard], question.payload.get("team"))
    else:
        exchange.tell("deny.idle")


def _suggestion(exchange: Exchange, question: Question, option: str, heard: Heard) -> None:
    """What the message before meant; its own words are read again for that service."""
    exchange.state.question = None
    if option == "human":
        human.hand_over(exchange, "requested", [heard])
        return
    text = question.payload.get("text", "")
    prediction = Prediction(text, option, 1.0, exchange.language, ((option, 1.0),))
    exchange.again = Heard(hear_words(text, prediction, exchange.town.lexicon, exchange.today), prediction)


def _instead(exchange: Exchange, question: Question, option: str, heard: Heard) -> None:
    """Takes what was offered in place of an answer that cannot be served; no gives the request up."""
    flow = exchange.state.flow
    if option == "cancel" or flow is None:
        cancel(exchange)
    else:
        flow.values[question.payload["field"]] = option


_CHOICES: Mapping[str, Callable[[Exchange, Question, str, Heard], None]] = {
    FIX: _fix,
    OFFER: _person,
    SUGGEST: _suggestion,
    INSTEAD: _instead,
    SWITCH: lambda exchange, question, option, heard: switching.choose_between(exchange, option),
    RESUME: lambda exchange, question, option, heard: resuming.answer(exchange, option),
    OPT_OUT: lambda exchange, question, option, heard: opting.answer(exchange, option),
    CASE: lambda exchange, question, option, heard: status.tell_picked(exchange, option),
    UPDATE: lambda exchange, question, option, heard: updates.answer_which(exchange, question, option),
    PROPOSE: lambda exchange, question, option, heard: asking_back.answer(exchange, question, option),
    NEWS: reporting_news.tell_of_picked,
}
