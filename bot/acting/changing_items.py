"""A list of things put right: what is on it from now on."""

from bot.acts import ChangeItems
from bot.exchange import Exchange
from bot.flows import summary
from bot.flows.filling import filling
from bot.hearing import Heard


def change_items(exchange: Exchange, act: ChangeItems, heard: Heard) -> None:
    """When nothing is left the things are asked for again; what else is plainly told beside them is taken too."""
    flow = exchange.state.flow
    if flow is None:
        return
    if not act.items:
        del flow.values[act.field]
        exchange.tell("items.none_left")
        return
    filling(exchange, flow, heard.said, None).plainly()
    flow.values[act.field] = act.items
    field = exchange.town.services[flow.code].field(act.field)
    label = field.label.on(exchange.language)
    exchange.tell("field.added", label=label, value=summary.shown(exchange, flow, field))
