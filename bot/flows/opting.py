"""STOP and START: opposition to messages wins over everything, and is confirmed in one sentence."""

from collections.abc import Sequence

from bot.contract import OptIn, OptOut
from bot.exchange import Exchange
from bot.hearing import Heard
from services.said import Said

_CERTAIN = 0.8
_SHORT = 8


def hear(exchange: Exchange, heard: Sequence[Heard]) -> bool:
    """Whether one of the messages is STOP, or START after a STOP. The last one counts."""
    for message in reversed(heard):
        if exchange.view.opted_out and message.said.is_only("start"):
            exchange.effects.append(OptIn())
            exchange.tell("opted_in", "opt_out")
            exchange.keep_question()
            return True
        if not exchange.view.opted_out and _is_stop(exchange, message):
            exchange.effects.append(OptOut())
            exchange.tell("opted_out", "opt_out")
            exchange.keep_question()
            return True
    return False


def is_told_plainly(said: Said, *, is_opted_out: bool, is_chat: bool) -> bool:
    """Whether the words alone start or stop messages; in a web chat "stop" alone may only give up the request."""
    if is_opted_out:
        return said.is_only("start")
    return said.has("stop_messages") or (not is_chat and said.is_only("stop_always"))


def _is_stop(exchange: Exchange, heard: Heard) -> bool:
    """A bare keyword, or a sentence about messages. In the middle of a web chat "stop" only gives up the request."""
    if heard.said.has("stop_messages"):
        return True
    is_chat = exchange.view.contact_kind == "visitor"
    if heard.said.is_only("stop_always"):
        return not (is_chat and exchange.state.flow is not None)
    is_told = heard.prediction.intent == "stop.opt_out" and len(heard.said.words) <= _SHORT
    return is_told and heard.prediction.confidence >= _CERTAIN and exchange.state.question is None
