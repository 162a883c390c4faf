"""Answers to what is asked outside of a service: which case, which service, at which address."""

from bot.dialogue_state import CHOOSE, FLOW, REFERENCE, SERVICE, Question
from bot.exchange import Exchange
from bot.flows.cases import status
from bot.flows.town import answers
from bot.hearing import Heard


def hear_reference_or_place(exchange: Exchange, heard: Heard) -> bool:
    """True when the message answers the open question."""
    question = exchange.state.question
    if question is None or heard.said.is_wordless or question.name == CHOOSE or question.purpose == FLOW:
        return False
    if question.name == REFERENCE and status.hear_reference(exchange, heard):
        return True
    if question.name == SERVICE and answers.hear_service(exchange, question, heard):
        return True
    if question.purpose == answers.COLLECTION and answers.hear_collection_address(exchange, heard):
        return True
    return _hear_nothing(exchange, question, heard)


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
