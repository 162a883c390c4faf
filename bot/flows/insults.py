"""Insults: a calm answer and the offer of a person the first time, a person the second."""

from bot.exchange import Exchange
from bot.flows.human import hand_over
from bot.hearing import Heard

_LIKELY = 0.6


def hear(exchange: Exchange, heard: Heard) -> bool:
    """False when there is no insult, or one only on the way to saying something useful."""
    told = heard.said.has("abuse") and not heard.is_service
    likely = heard.intent == "alert.abuse" and heard.prediction.confidence >= _LIKELY
    if not (told or likely):
        return False
    exchange.state.insults += 1
    if exchange.state.insults > 1:
        exchange.tell("abuse.again")
        hand_over(exchange, "anger", [heard])
    else:
        exchange.tell("abuse.calm")
    return True
