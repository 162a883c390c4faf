"""While an agent who has gone home holds the conversation: the way back to the assistant is offered, once a closing.

The agent keeps the conversation and finds the next morning what was said. Whoever goes back is answered until the
town hall opens or the agent is there again; a wish for a person ends it.
"""

from collections.abc import Sequence

from bot.exchange import Exchange
from bot.flows.people import human, meanwhile
from bot.hearing import Heard
from bot.queries import HolderOnDuty


def is_left_alone(exchange: Exchange) -> bool:
    """The town hall is closed and the agent who holds the conversation is not at work."""
    return not human.is_staffed(exchange) and not exchange.fact(HolderOnDuty())


def end_stay(exchange: Exchange) -> None:
    """The agent is at work again: the assistant is silent, and offers itself anew at the next closing."""
    if exchange.state.closing_told is not None:
        exchange.state.closing_told = None
        meanwhile.forget_stay(exchange)


def take_after_hours(exchange: Exchange, heard: Sequence[Heard]) -> list[Heard] | None:
    """The messages that the assistant answers; None where it stays silent. Empty: the resident has just gone back."""
    state = exchange.state
    if state.closing_told is None:
        return None
    if any(_wants_person(message) for message in heard):
        state.meanwhile, state.closing_told = False, None
        return None
    if state.meanwhile:
        return list(heard)
    back = next((message for message in heard if meanwhile.goes_back(exchange, message)), None)
    if back is None:
        return None
    state.meanwhile = state.meanwhile_told = True
    exchange.note("assistant_resumed")
    exchange.tell("held.back")
    return [message for message in heard if message is not back]


def offer_way_back(exchange: Exchange, heard: Sequence[Heard]) -> bool:
    """Tells once a closing when the agent is there again, with the way back. Not to thanks and goodbyes."""
    if exchange.state.closing_told is not None or not meanwhile.says_something(heard):
        return False
    opening = human.next_opening_told(exchange)
    if opening is None:
        text = exchange.words("held.closed_long")
    else:
        text = exchange.words("held.closed", day=opening[0], time=opening[1])
    exchange.state.closing_told = " ".join(opening or ("?",))
    exchange.tell_text(text, "hand_off", exchange.offer("assistant"))
    return True


def _wants_person(heard: Heard) -> bool:
    return heard.intent == "talk.human" or heard.said.has("human", "call_back")
