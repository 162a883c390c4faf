"""A service that is not wished for: nothing is begun, and what waited for it is dropped."""

from bot.acting.controlling import cancel
from bot.acts import Decline
from bot.exchange import Exchange


def decline(exchange: Exchange, act: Decline, *, is_all: bool) -> None:
    """`is_all`: nothing else was said, so that the resident is asked what is wanted instead."""
    state = exchange.state
    if state.flow is not None and state.flow.code == act.service:
        cancel(exchange)
        return
    dropped = [flow for flow in state.waiting if flow.code == act.service]
    for flow in dropped:
        exchange.note("flow_cancelled", code=flow.code)
    state.waiting = [flow for flow in state.waiting if flow not in dropped]
    name = exchange.town.service_name(act.service, exchange.language)
    if dropped or state.flow is not None:
        exchange.tell("decline.noted", service=name)
    elif is_all:
        exchange.tell("decline.nothing")
