"""A field told before that is put right: its new value, told back."""

from bot.acts import Correct
from bot.exchange import Exchange
from bot.flows import summary


def correct(exchange: Exchange, act: Correct) -> None:
    """The new value stands for the old; what is still to be asked of it is asked next."""
    flow = exchange.state.flow
    if flow is None:
        return
    flow.keep(act.field, act.value, partial=act.partial)
    if act.partial:
        return
    field = exchange.town.services[flow.code].field(act.field)
    value = summary.shown(exchange, flow, field)
    exchange.tell("field.corrected", label=field.label.on(exchange.language), value=value)
