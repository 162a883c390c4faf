"""A question to the town in the middle of something: answered, then back to what was open."""

from dataclasses import replace

from bot.acting import hear as acting
from bot.exchange import Exchange
from bot.flows import guided, pending
from bot.flows.town import answers, opening
from bot.hearing import Heard, statements
from bot.reading.findings import find

_STATED = (
    acting.hear_answer,
    pending.hear_reference_or_place,
    guided.hear_plainly,
    acting.hear_expected,
    guided.hear_loosely,
)


def hear_question_aside(exchange: Exchange, heard: Heard) -> bool:
    """A digression: answered, and what stands before it ("12 rue de Paris. Au fait, ...") is taken too."""
    if not (
        opening.hear_contact(exchange, heard) or opening.hear_day(exchange, heard) or _hear_question(exchange, heard)
    ):
        return False
    for stated in statements(heard):
        message = acting.understand(
            exchange, replace(stated, findings=find(stated.said, stated.prediction, (), exchange.town))
        )
        any(step(exchange, message) for step in _STATED)
    return True


def _hear_question(exchange: Exchange, heard: Heard) -> bool:
    if not heard.asks_the_town or (exchange.asked_field is not None and not _is_digression(exchange, heard)):
        return False
    return answers.hear_question(exchange, heard)


def _is_digression(exchange: Exchange, heard: Heard) -> bool:
    asked = exchange.asked_field
    if (
        asked is not None
        and asked.kind == "slot"
        and not heard.said.ends_as_question
        and heard.said.is_only("day_part")
    ):
        return False  # "quand vous voulez"
    return heard.is_question or heard.said.has("question", "digression", "price_noun", "asks_documents")
