"""Everything noted, shown before filing; the resident confirms, corrects or gives up."""

from bot.contract import Location
from bot.dialogue_state import CHOOSE, CONFIRM, CONTACT, FIX, FLOW, Flow, Offered, Question
from bot.exchange import Exchange
from bot.flows import filing
from bot.flows.document_words import document_label
from bot.flows.people import contact
from bot.reading.offers import says_more
from kit.formats import money
from kit.text import fold
from services.declarations.declaration import Service, ServiceField
from services.kinds.fields import present
from services.words.said import Said, trim


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


def confirm(exchange: Exchange, said: Said) -> None:
    """Files the case; words beside the yes go with it."""
    flow = exchange.state.flow
    if flow is None:
        return
    if said.opens_with("yes") and says_more(said):
        flow.add_remark(_behind_yes(said))
    filing.file(exchange, flow)


def _behind_yes(said: Said) -> str:
    """What is said with the yes, for the team to read."""
    end = next(end for first, end in said.group_spans("yes") if first == 0)
    joins = [last for first, last in said.group_spans("join") if first == end]
    return trim(said.slice(max([end, *joins]), len(said.words)))


def ask_what(exchange: Exchange, flow: Flow) -> None:
    """Asks which line of the summary is not right."""
    service = exchange.town.services[flow.code]
    offered = [Offered(field.label.on(exchange.language), field.name) for field in service.applicable(flow.values)]
    if exchange.state.contact is not None:
        offered.append(Offered(exchange.words("contact.label"), CONTACT))
    exchange.pose(Question(CHOOSE, FIX, tuple(offered)), exchange.words("summary.which"))
