"""Settles the place of a flow's field: as the gazetteer knows it, or as typed and flagged."""

from typing import Literal

from bot import places
from bot.contract import Location
from bot.dialogue_state import Flow
from bot.exchange import Exchange
from services.declarations.declaration import ServiceField


def settle_place(
    exchange: Exchange, flow: Flow, name: str, place: Location, *, incomplete: bool
) -> Literal["new", "corrected"] | None:
    """The place of this field is `place`; None when it was already. `incomplete` lets its number be asked for, once."""
    before = flow.values.get(name)
    if before == places.value_of(place):
        return None
    forget_place(flow, name)
    flow.places[name] = place
    if not incomplete or name in flow.completed:
        flow.values[name] = places.value_of(place)
        _tell_unknown(exchange, exchange.town.services[flow.code].field(name), place)
    return "corrected" if before else "new"


def _tell_unknown(exchange: Exchange, declared: ServiceField, place: Location) -> None:
    """The place is kept as typed; the resident knows that somebody will look."""
    if declared.outside is not None and places.lies_elsewhere(exchange, place.text):
        exchange.tell_text(declared.outside.on(exchange.language, exchange.short))
    elif not (place.known or declared.anywhere):
        exchange.tell("place.unknown", place=place.text)


def forget_place(flow: Flow, name: str) -> None:
    """Whatever was known of this place is open again, reports near it too."""
    for known in (flow.values, flow.places, flow.candidates):
        known.pop(name, None)
    flow.nearby_settled = False
