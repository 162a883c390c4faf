"""Services of the product that this town does not offer: a plain answer, and a way on."""

from bot.dialogue_state import CHOOSE, OFFER, Question
from bot.exchange import Exchange
from kit.phones import format_phone


def tell_not_offered(exchange: Exchange, code: str, *, apart: bool = False) -> bool:
    """Says that the town does not do it, in its own words where it has some, and offers a person; False where it does.

    In the middle of a request, or beside another one (`apart`), it is only said.
    """
    city = exchange.town.city
    if code not in city.not_offered:
        return False
    own = city.not_offered[code]
    text = own.on(exchange.language, exchange.short) if own is not None else _usual(exchange, code)
    exchange.note("answered", code=code)
    if exchange.state.flow is not None or apart:
        exchange.tell_text(text)
    else:
        exchange.pose(Question(CHOOSE, OFFER, exchange.offer("human", "no_thanks")), text)
    return True


def _usual(exchange: Exchange, code: str) -> str:
    phone = format_phone(exchange.town.city.phone, exchange.language)
    return exchange.words("not_offered", topic=exchange.town.service_name(code, exchange.language), phone=phone)
