"""Manners in the place of an answer: answered in a word, and the question comes again in other words."""

from bot.acts import Chat, Grumble, Thank
from bot.exchange import Exchange
from bot.flows import kinds
from bot.flows.human import tell_refusal
from bot.flows.questions_asked import asked_field


def takes_manners(exchange: Exchange, act: Thank | Chat | Grumble) -> bool:
    """Only where they would be taken for data; anger wherever it stands alone."""
    asked = asked_field(exchange)
    is_open = asked is not None and asked.kind in kinds.OPEN
    return is_open or isinstance(act, Grumble)


def answer_manners(exchange: Exchange, act: Thank | Chat | Grumble) -> None:
    if isinstance(act, Thank):
        exchange.tell("thanks")
    elif isinstance(act, Grumble):
        exchange.tell("abuse.calm")
    asked = asked_field(exchange)
    if asked is not None:
        tell_refusal(exchange, asked)
