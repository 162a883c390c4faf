"""Everything noted, shown before filing; the resident confirms, corrects or gives up."""

from bot.contract import Location
from bot.dialogue_state import CHOOSE, CONFIRM, CONTACT, FLOW, Flow, Offered, Question
from bot.exchange import Exchange
from bot.flows import contact, filing
from bot.flows.document_words import document_label
from bot.hearing import Heard
from kit.formats import money
from kit.text import fold
from services.declarations.declaration import Service, ServiceField
from services.kinds.fields import present
from services.words.said import trim

FIX = "fix"


def shown(exchange: Exchange, flow: Flow, field: ServiceField) -> str:
    """A field's value in the resident's words."""
    place: Location | None = flow.places.get(field.name)
    if place is not None:
        return _posted(exchange, place) if field.anywhere else place.text
    if field.kind == "photo":
        return exchange.words("photo.count", count=len(flow.files))
    yes_no = {"yes": exchange.words("choices.yes"), "no": exchange.words("choices.no")}
    return present(field, flow.values[field.name], exchange.language, exchange.town.lexicon, yes_no)


def _posted(exchange: Exchange, place: Location) -> str:
    """A postal address as one writes it on an envelope: an address of the town with the town."""
    city = exchange.town.city
    if not place.known or fold(city.name) in fold(place.text):
        return place.text
    return f"{place.text}, {city.postcode} {city.name}"


def pose(exchange: Exchange, flow: Flow, service: Service) -> None:
    lines = [
        exchange.words("summary.begin", service=service.names.on(exchange.language)),
        *_lines(exchange, flow, service),
    ]
    text = "\n".join([*lines, exchange.words("summary.ask")])
    exchange.pose(Question(CONFIRM, FLOW, exchange.offer("confirm", "fix", "cancel")), text)


def _lines(exchange: Exchange, flow: Flow, service: Service) -> list[str]:
    language = exchange.language
    told = [
        (field.label.on(language), shown(exchange, flow, field))
        for field in service.applicable(flow.values)
        if field.name in flow.values
    ]
    for code in service.documents:
        state = exchange.words(f"document.{flow.documents.get(code, 'later')}")
        told.append((document_label(exchange, code), state))
    told += [(exchange.words("remark.label"), remark) for remark in flow.remarks]
    if exchange.state.contact is not None:
        told.append((exchange.words("contact.label"), contact.shown(exchange)))
    if isinstance(service.fee.cents, int) and service.fee.cents:
        told.append((exchange.words("summary.fee"), money(service.fee.cents, language)))
    return [exchange.words("summary.line", label=label, value=value) for label, value in told]


def hear_confirm(exchange: Exchange, choice: str | None, heard: Heard) -> bool:
    """Yes files the case; no asks what is wrong. Corrections are taken by the flow itself."""
    flow = exchange.state.flow
    if flow is None:
        return False
    if choice == "confirm" or heard.command == "talk.affirm":
        filing.file(exchange, flow)
        return True
    if choice == "fix" or heard.command == "talk.deny" or heard.said.is_only("correction"):
        _ask_what(exchange, flow)
        return True
    return False


def says_more(heard: Heard) -> bool:
    """Whether more is said than the yes, and thanks around it."""
    said = heard.said
    rest = said.rest_without("yes", "fillers", "thanks", "goodbye", "degree", "chatter").split()
    return said.lone_number() is None and bool(set(rest) - said.lexicon.function_words)


def hear_confirm_loosely(exchange: Exchange, heard: Heard) -> bool:
    """A yes or a no with other words around it, when nothing else was understood."""
    flow = exchange.state.flow
    if flow is None or heard.is_question:
        return False
    if heard.said.opens_with("yes") and heard.said.has("turns") and says_more(heard):
        _ask_what(exchange, flow)  # "oui mais ...": what is meant is not known, and a wrong case helps nobody
        return True
    if heard.said.opens_with("yes") or heard.intent == "talk.affirm":
        if heard.said.opens_with("yes") and says_more(heard):
            flow.add_remark(_behind_yes(heard))
        filing.file(exchange, flow)
        return True
    if heard.said.opens_with("no") or heard.said.has("correction", "wrong"):
        _ask_what(exchange, flow)
        return True
    return False


def _behind_yes(heard: Heard) -> str:
    """What is said with the yes, for the team to read."""
    said = heard.said
    end = next(end for first, end in said.group_spans("yes") if first == 0)
    joins = [last for first, last in said.group_spans("join") if first == end]
    return trim(said.slice(max([end, *joins]), len(said.words)))


def field_named(exchange: Exchange, heard: Heard) -> str | None:
    """The one field that a message calls by its name."""
    flow = exchange.state.flow
    fields = exchange.town.services[flow.code].fields if flow else ()
    named = [field.name for field in fields if heard.said.has_any(field.named.everywhere())]
    return named[0] if len(named) == 1 else None


def _ask_what(exchange: Exchange, flow: Flow) -> None:
    service = exchange.town.services[flow.code]
    offered = [Offered(field.label.on(exchange.language), field.name) for field in service.applicable(flow.values)]
    if exchange.state.contact is not None:
        offered.append(Offered(exchange.words("contact.label"), CONTACT))
    exchange.pose(Question(CHOOSE, FIX, tuple(offered)), exchange.words("summary.which"))
