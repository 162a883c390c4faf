"""Files and positions that come with messages: refused with a reason, or hung on what is being prepared."""

from bot import places
from bot.dialogue_state import Flow
from bot.exchange import Exchange
from bot.flows import request
from bot.flows.settling import settle_place
from bot.hearing import Heard
from services.kinds.fields import PLACES


def hear_files(exchange: Exchange, heard: Heard) -> bool:
    """Takes files and position; True when there were any."""
    for refusal in dict.fromkeys(heard.refusals):
        exchange.tell(f"refused.{refusal}")
    flow = exchange.state.flow
    if flow is None:
        exchange.state.files += [str(file.id) for file in heard.files]
    elif heard.files:
        request.take_files(exchange, flow, [(str(file.id), file.filename) for file in heard.files], heard)
    _take_position(exchange, flow, heard)
    _take_photo_place(exchange, flow, heard)
    return bool(heard.files or heard.refusals or heard.location)


def _take_position(exchange: Exchange, flow: Flow | None, heard: Heard) -> None:
    if heard.location is None:
        return
    place = places.position_place(exchange, *heard.location)
    if place is None:
        exchange.tell("position.outside", town=exchange.town.city.name)
        return
    if flow is None:
        exchange.state.spot = place
        return
    field = next(iter(exchange.town.services[flow.code].of_kind(*PLACES)), None)
    if field is not None and settle_place(exchange, flow, field.name, place, incomplete=False) == "corrected":
        exchange.tell("field.corrected", label=field.label.on(exchange.language), value=place.text)


def _take_photo_place(exchange: Exchange, flow: Flow | None, heard: Heard) -> None:
    """The photo's own position is offered as the place of a report that has none yet."""
    spots = [file.location for file in heard.files if file.location is not None]
    if not spots:
        return
    if flow is None:
        exchange.state.photo_spot = places.position_place(exchange, *spots[0])
        return
    missing = [
        field for field in exchange.town.services[flow.code].of_kind("location") if field.name not in flow.values
    ]
    if missing and missing[0].name not in flow.places:
        flow.photo_place = places.position_place(exchange, *spots[0])


def acknowledge_loose(exchange: Exchange, heard: Heard) -> None:
    """Files or a position without a word, before any request."""
    if heard.files:
        exchange.tell("file.kept")
    elif heard.location is not None and exchange.state.spot is not None:
        exchange.tell("position.kept", place=exchange.state.spot.text)


def keep_place(exchange: Exchange, heard: Heard) -> bool:
    """An address said before what it is for: kept, and never asked again."""
    if exchange.state.flow is not None or exchange.state.question is not None:
        return False
    found = places.told_place(exchange, heard.said)
    if found is None or found.candidates or found.incomplete:
        return False
    exchange.state.spot = found.place
    exchange.tell("position.kept", place=found.place.text)
    return True
