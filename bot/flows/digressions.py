"""A question to the town in the middle of something: answered, then back to what was open."""

from bot.exchange import Exchange
from bot.flows import answers, guided, opening, pending
from bot.hearing import Heard, statements

_STATED = (pending.hear, guided.hear_plainly, pending.hear_loosely, guided.hear_loosely)


def hear(exchange: Exchange, heard: Heard) -> bool:
    """A digression: answered, and what stands before it ("12 rue de Paris. Au fait, ...") is taken too."""
    if not (
        opening.hear_contact(exchange, heard) or opening.hear_day(exchange, heard) or _hear_question(exchange, heard)
    ):
        return False
    for stated in statements(heard):
        any(step(exchange, stated) for step in _STATED)
    return True


def _hear_question(exchange: Exchange, heard: Heard) -> bool:
    if _is_for_others(exchange, heard):
        return False
    if not heard.asks_the_town or (exchange.asked_field is not None and not _is_digression(exchange, heard)):
        return False
    return answers.hear(exchange, heard)


def _is_for_others(exchange: Exchange, heard: Heard) -> bool:
    """ "mon amende, je la paie où ?", "la poste est ouverte ?": who is in charge knows."""
    elsewhere = heard.elsewhere
    if elsewhere is None or exchange.state.flow is not None:
        return False
    return elsewhere.told is not None or (elsewhere.team is not None and heard.asks == "ask.fees")


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
