"""Answers to the open field that are not its value: pass, one of the offered answers, which place, a photo to come."""

from bot.contract import Location
from bot.exchange import Exchange
from bot.flows.settling import settle_place
from bot.hearing import Heard
from bot.places import lacks_number, number_said
from bot.reading.picking import exactly, picked
from gazetteer.place_value import PlaceValue
from services.kinds.fields import PLACES

NONE = "none"
"""None of the places that were proposed."""


def hear_field_answer(exchange: Exchange, heard: Heard) -> bool:
    """True when the message answers the open field's question without telling a value."""
    steps = (_hear_candidates, _hear_photo_place, _hear_offered, _hear_skip, _hear_photo)
    return any(step(exchange, heard) for step in steps)


def _hear_skip(exchange: Exchange, heard: Heard) -> bool:
    """ "passer", and "non" to a question that asks for something one may not have."""
    asked, flow = exchange.asked_field, exchange.state.flow
    if asked is None or flow is None:
        return False
    skips = heard.command == "talk.skip" or (asked.kind == "photo" and heard.said.has("no_photo"))
    denies = heard.command == "talk.deny" and asked.kind != "yes_no"
    if not (skips or denies):
        return False
    if asked.name in flow.places and asked.name not in flow.values:
        flow.completed.append(asked.name)
        settle_place(exchange, flow, asked.name, flow.places[asked.name], incomplete=False)
        return True
    if asked.required:
        return False
    flow.skip(asked.name)
    return True


def _hear_photo(exchange: Exchange, heard: Heard) -> bool:
    """ "oui, j'en ai une" without the photo; "plus tard" is no."""
    asked, flow = exchange.asked_field, exchange.state.flow
    if asked is None or flow is None or asked.kind != "photo" or heard.files:
        return False
    if heard.said.is_only("later"):
        flow.skip(asked.name)
        return True
    asks_how = heard.said.ends_as_question and heard.said.has_any(asked.named.everywhere())
    if heard.said.opens_with("yes") or heard.said.is_only("send_photo") or asks_how:
        exchange.tell("photo.send")
        return True
    return False


def _hear_offered(exchange: Exchange, heard: Heard) -> bool:
    """One of the answers put before the resident, by its number or its very words."""
    asked, flow, question = exchange.asked_field, exchange.state.flow, exchange.state.question
    if asked is None or flow is None or question is None or asked.kind in PLACES:
        return False
    value = picked(question, heard.said) if heard.said.lone_number() is not None else exactly(question, heard.said)
    if value is None:
        return False
    if value in {"skip", "no_photo"}:
        flow.skip(asked.name)
    else:
        flow.keep(asked.name, value, partial=asked.asks_for_rest(value) is not None)
    return True


def _hear_candidates(exchange: Exchange, heard: Heard) -> bool:
    """Which of several streets of that name."""
    question, flow = exchange.state.question, exchange.state.flow
    if question is None or flow is None or question.payload.get("candidates") is None:
        return False
    name = question.payload["candidates"]
    value = picked(question, heard.said)
    if value is None and heard.said.is_only("none_of_these", "no"):
        value = NONE
    if value is None or name not in flow.candidates:
        return False
    places = {place.text: place for place in flow.candidates[name]}
    place = places.get(value, flow.places[name])
    settle_place(exchange, flow, name, place, incomplete=lacks_number(place))
    return True


def keep_doubtful_place(exchange: Exchange, heard: Heard | None = None) -> bool:
    """The resident chose none of the places offered: the place stays as typed, for an agent to look at.

    Asked once only: an address the town does not know never keeps anybody from being heard.
    """
    question, flow = exchange.state.question, exchange.state.flow
    name = question.payload.get("candidates") if question is not None else None
    if flow is None or name is None or name not in flow.candidates:
        return False
    number = number_said(heard.said) if heard is not None else None
    place = flow.places[name]
    kept = PlaceValue.read(place.entity)
    if number is not None and kept is not None and kept.is_street_alone:
        place = Location(f"{number} {place.text}", str(kept.at(number)))
    settle_place(exchange, flow, name, place, incomplete=False)
    return True


def _hear_photo_place(exchange: Exchange, heard: Heard) -> bool:
    """Whether the problem is where the photo was taken."""
    question, flow = exchange.state.question, exchange.state.flow
    if question is None or flow is None or "photo_place" not in question.payload or flow.photo_place is None:
        return False
    if heard.command == "talk.affirm" or (heard.said.opens_with("yes") and len(heard.said.words) <= 4):
        settle_place(exchange, flow, question.name, flow.photo_place, incomplete=False)
    elif not (heard.command == "talk.deny" or picked(question, heard.said) == "elsewhere"):
        return False
    flow.photo_place = None
    return True
